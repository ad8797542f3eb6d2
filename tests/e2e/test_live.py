"""Pages that are open: they hear what is new over one connection, and what they missed when it was cut."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.conftest import Server, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def company(server: Server) -> Server:
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    server.makes_account("tomasz", "Tomasz Wieczorek")
    server.stop()  # it would notice after a few seconds; a test has no time to wait
    server.start()
    return server


def say(page: Page, text: str) -> None:
    """Post or comment by the composer of the page."""
    form = page.locator("main [data-composer]").last
    form.locator("textarea").fill(text)
    form.locator("button[type=submit]").last.click()
    expect(page.locator("article.post", has_text=text).first).to_be_visible()


def card(page: Page, text: str):
    return page.locator("article.post", has_text=text).first


def test_one_connection_tells_a_page_everything(company: Server, window: Callable[..., Page]) -> None:
    reader, writer = window(phone=True), window()
    started: list[Request] = []
    ended: list[Request] = []

    def is_live(request: Request) -> bool:
        return re.search(r"/live(\?|$)", request.url) is not None

    sign_in(reader, "ingrid")
    sign_in(writer, "tomasz")
    say(writer, "Good morning")
    reader.goto("/?tab=company")
    reader.goto("/@tomasz")
    card(reader, "Good morning").locator("time").first.click()
    expect(reader).to_have_url(re.compile("/@tomasz/"))
    reader.on("request", lambda request: started.append(request) if is_live(request) else None)
    for over in ("requestfailed", "requestfinished"):
        reader.on(over, lambda request: ended.append(request) if request in started else None)
    reader.reload()
    writer.goto(reader.url)

    # The thread: a comment comes without a step of its reader.
    say(writer, "And good night")
    expect(card(reader, "And good night")).to_be_visible()

    # A notification: the number beside the bell, and in the title.
    say(writer, "Hello @ingrid")
    expect(card(reader, "Hello @ingrid")).to_be_visible()
    expect(reader.locator(".tabbar [data-unread]")).to_have_text("1")
    expect(reader).to_have_title(re.compile(r"^\(1\) "))

    # It begins anew for the posts that came, and the one before ends.
    reader.wait_for_timeout(3000)
    assert len(started) - len(ended) == 1


def test_numbers_change_and_the_pill_has_faces_as_colleagues_act(
    company: Server, window: Callable[..., Page]
) -> None:
    reader, writer = window(phone=True), window()
    sign_in(writer, "tomasz")
    say(writer, "First")
    sign_in(reader, "ingrid")
    reader.goto("/company")
    like = card(reader, "First").locator("button.like")
    expect(like).to_have_attribute("aria-label", "Like")

    writer.goto("/company")
    card(writer, "First").locator("button.like").click()
    expect(like).to_contain_text("1")
    expect(like).to_have_attribute("aria-label", "Like, 1 like")
    say(writer, "Second")

    expect(reader.locator(".newpill")).to_contain_text("1 new post")
    expect(reader.locator(".newpill .av")).to_have_text("TW")
    # What came by the pill is listened to as well, once the page has settled.
    with reader.expect_request(lambda request: "/live?" in request.url):
        reader.locator(".newpill button").click()
    like = card(reader, "Second").locator("button.like")
    card(writer, "Second").locator("button.like").click()
    expect(like).to_contain_text("1")


def test_what_was_missed_while_offline_is_caught_up(company: Server, window: Callable[..., Page]) -> None:
    reader, writer = window(), window()
    sign_in(writer, "tomasz")
    say(writer, "First")
    sign_in(reader, "ingrid")
    reader.goto("/@tomasz")
    card(reader, "First").locator("time").first.click()
    expect(reader.locator(".focal")).to_be_visible()

    reader.context.set_offline(True)
    writer.goto(reader.url)
    writer.locator(".focal button.like").click()
    expect(writer.locator(".focal button.like")).to_have_attribute("aria-pressed", "true")
    say(writer, "Said meanwhile")
    reader.locator(".focal button.bm").focus()
    reader.context.set_offline(False)

    expect(card(reader, "Said meanwhile")).to_be_visible()
    expect(reader.locator(".focal button.like")).to_contain_text("1")
    # Who was about to press something still is.
    expect(reader.locator(".focal button.bm")).to_be_focused()


_HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_of_pages_that_nobody_sees_one_listens_for_all(company: Server, window: Callable[..., Page]) -> None:
    one, writer = window(), window()
    sign_in(one, "ingrid")
    sign_in(writer, "tomasz")
    two = one.context.new_page()
    connected: list[str] = []
    two.on("requestfailed", lambda request: connected.append("-") if "/live?" in request.url else None)
    two.on("request", lambda request: connected.append("+") if "/live?" in request.url else None)
    two.goto("/people")

    one.evaluate(_HIDE, True)
    two.evaluate(_HIDE, True)
    two.wait_for_timeout(5500)
    say(writer, "Hello @ingrid")

    # The second hears of it from the first.
    expect(two).to_have_title(re.compile(r"^\(1\) "))
    assert connected == ["+", "-"]

    two.evaluate(_HIDE, False)
    two.wait_for_timeout(300)
    assert connected == ["+", "-", "+"]
