"""Without a network: what was read last is there again, nothing of it after a sign-out, and what is direct never."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import PASSWORD, Server, sign_in

# The browser does it all: one database shows it.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)]

_KEPT = """async () => {
  const found = [];
  for (const name of ["frame", "pages", "pictures"]) {
    if (await caches.has(name)) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  }
  return found.sort();
}"""


@pytest.fixture
def company(server: Server) -> Server:
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    server.makes_account("tomasz", "Tomasz Wieczorek")
    server.stop()  # it would notice after a few seconds; a test has no time to wait
    server.start()
    return server


def say(page: Page, text: str, **more: str) -> None:
    """Post as the form without script does."""
    csrf = page.locator("meta[name=csrf]").get_attribute("content") or ""
    page.context.request.post("/posts", form={"csrf": csrf, "text": text, **more})


def kept(page: Page) -> list[str]:
    """The paths of what lies on the device of whoever is signed in."""
    return page.evaluate(_KEPT)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def until_kept(page: Page, *paths: str) -> None:
    until(lambda: set(paths) <= set(kept(page)))


def arrive(page: Page, name: str) -> None:
    """Sign in, and wait until the worker has what it needs."""
    sign_in(page, name)
    until_kept(page, "/offline", "/", "/compose", "/notifications")


def test_what_was_read_last_is_shown_offline(company: Server, window: Callable[..., Page]) -> None:
    page = window(phone=True)
    sign_in(page, "ingrid")
    say(page, "Good morning")
    until_kept(page, "/offline", "/notifications")
    page.reload()
    page.locator("article.post time").first.click()
    expect(page).to_have_url(re.compile("/@ingrid/"))
    thread = page.url
    until_kept(page, re.sub("^https?://[^/]+", "", thread))

    company.stop()
    page.goto("/")
    expect(page.locator("article.post", has_text="Good morning")).to_be_visible()
    expect(page.locator(".offline")).to_contain_text(
        re.compile(r"cannot be reached. This is what was here at \d")
    )
    page.context.set_offline(True)
    page.goto(thread)
    expect(page.locator(".focal", has_text="Good morning")).to_be_visible()
    expect(page.locator(".offline")).to_contain_text(
        re.compile(r"You are offline. This is what was here at \d")
    )
    page.goto("/notifications")
    expect(page.get_by_role("heading", name="Notifications", exact=True)).to_be_visible()

    # What was never opened cannot be there; it comes by itself.
    page.goto("/people")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    company.start()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible(timeout=20_000)


def test_a_page_that_was_kept_catches_up(company: Server, window: Callable[..., Page]) -> None:
    reader, writer = window(), window()
    sign_in(writer, "tomasz")
    say(writer, "First")
    arrive(reader, "ingrid")
    reader.goto("/company")
    until_kept(reader, "/company")

    reader.context.set_offline(True)
    reader.reload()
    expect(reader.locator(".offline")).to_be_visible()
    expect(reader.locator("article.post", has_text="First")).to_be_visible()
    writer.goto("/company")
    writer.locator("article.post button.like").first.click()
    say(writer, "Second")
    reader.context.set_offline(False)

    expect(reader.locator(".offline")).to_have_count(0)
    expect(reader.locator("article.post", has_text="First").locator("button.like")).to_contain_text("1")
    expect(reader.locator("[data-new]")).to_be_visible()


def test_a_list_goes_on_when_the_network_is_back(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")
    for number in range(1, 26):
        say(page, f"Post {number}")
    page.goto("/")
    expect(page.locator("article.post")).to_have_count(20)
    page.context.set_offline(True)
    page.locator(".older a").scroll_into_view_if_needed()
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("article.post")).to_have_count(25)


def test_one_can_write_offline(company: Server, window: Callable[..., Page]) -> None:
    page = window(phone=True)
    arrive(page, "ingrid")
    page.goto("/notifications")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".offline")).to_be_visible()

    page.locator("a[href='/compose']:visible").first.click()
    text = page.locator("#dialog textarea[name=text]")
    text.fill("Written in a tunnel")
    expect(page.locator("#dialog .ring .n")).not_to_have_text("0")
    expect(page.locator("#dialog button[type=submit]").last).to_be_enabled()
    first = page.locator("#dialog [name=once]").input_value()
    page.reload()
    page.locator("a[href='/compose']:visible").first.click()
    expect(page.locator("#dialog [name=once]")).not_to_have_value(first)

    # It waits, and goes when the network is back: once.
    page.locator("#dialog button[type=submit]").last.click()
    expect(page.locator("dialog#dialog")).to_be_hidden()
    page.context.set_offline(False)
    until(lambda: "Written in a tunnel" in page.context.request.get("/company").text())
    page.goto("/company")
    expect(page.locator("article.post", has_text="Written in a tunnel")).to_have_count(1)


def test_a_page_of_another_version_says_that_there_is_a_new_one(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    arrive(page, "ingrid")
    told = """files => navigator.serviceWorker.dispatchEvent(
      new MessageEvent("message", { data: { type: "version", files } }))"""
    own = page.evaluate("new URL(document.querySelector('script[type=module]').src).pathname")

    page.evaluate(told, [own])
    expect(page.get_by_text("OfficeTalk was updated.")).to_have_count(0)
    page.evaluate(told, ["/static/app-NEWER.js"])
    expect(page.get_by_text("OfficeTalk was updated.")).to_be_visible()
    page.get_by_role("link", name="Load the new version").click()
    expect(page.get_by_text("OfficeTalk was updated.")).to_have_count(0)


def test_nothing_is_left_after_signing_out(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    arrive(page, "ingrid")
    say(page, "Only for colleagues")
    page.reload()
    page.get_by_role("button", name="Your account").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))

    until(lambda: kept(page) == [])
    arrive(page, "ingrid")  # and is there again for whoever comes back
    page.get_by_role("button", name="Your account").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    until(lambda: kept(page) == [])
    company.stop()
    with pytest.raises(Error, match="ERR_"):
        page.goto("/")


def test_nothing_is_left_when_the_session_has_ended_elsewhere(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    arrive(page, "ingrid")
    page.context.clear_cookies(name="officetalk_session")
    page.goto("/people")

    expect(page).to_have_url(re.compile("/sign-in"))
    until(lambda: kept(page) == [])


def test_somebody_else_never_sees_what_was_kept(company: Server, window: Callable[..., Page]) -> None:
    page, other = window(), window()
    arrive(page, "ingrid")
    page.goto("/@ingrid")
    page.goto("/company")
    until_kept(page, "/company")
    sign_in(other, "tomasz")
    # Another session in the same browser, without a sign-out: as a proxy or an administrator can bring about.
    for cookie in other.context.cookies():
        if cookie.get("name") == "officetalk_session":
            page.context.add_cookies(
                [{"name": "officetalk_session", "value": cookie.get("value", ""), "url": company.url}]
            )
    page.goto("/people")
    until(lambda: "/company" not in kept(page) and "/offline" in kept(page))

    company.stop()
    page.goto("/company")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    assert "Ingrid Solheim" not in page.locator(".rail").inner_text()


def test_only_what_the_server_allows_is_kept(company: Server, window: Callable[..., Page]) -> None:
    page, other = window(), window()
    sign_in(other, "tomasz")
    arrive(page, "ingrid")
    say(page, "@tomasz the figures", audience="direct")
    for path in (
        "/messages",
        "/settings",
        "/settings/notifications",
        "/moderation",
        "/search?q=a",
        "/people",
        "/@ingrid",
    ):
        page.goto(path)
    arrive_paths = {"/offline", "/compose", "/", "/notifications"}
    assert set(kept(page)) == arrive_paths

    until_kept(other, "/offline")
    other.goto("/notifications")
    expect(other.locator(".notif", has_text="the figures")).to_be_visible()
    other.locator(".notif .at").click()
    expect(other.locator(".focal", has_text="the figures")).to_be_visible()
    found = other.evaluate(
        """async () => {
          const texts = [];
          for (const name of ["frame", "pages"]) {
            const cache = await caches.open(name);
            for (const key of await cache.keys()) texts.push(await (await cache.match(key)).text());
          }
          return texts.length > 0 && texts.filter(text => text.includes("the figures")).length;
        }"""
    )
    assert found == 0


def test_where_one_does_not_stay_signed_in_nothing_is_kept(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    page.goto("/sign-in")
    page.get_by_label("User name or mail address").fill("ingrid")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label(re.compile("Keep me signed in")).uncheck()
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/$"))
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    page.goto("/notifications")
    page.goto("/")
    page.wait_for_timeout(500)

    assert kept(page) == []
