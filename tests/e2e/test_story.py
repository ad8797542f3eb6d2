"""The whole story, as people live it: one sets the company up, two in two browsers and one in an app follow
each other, post, comment, repost, search, edit, and see it everywhere they should and nowhere they should
not. On both databases, against the real server, in a real browser."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from mastodon import Mastodon
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, Server, sign_in

pytestmark = pytest.mark.browser


def compose(page: Page, text: str) -> None:
    """Write in the composer of the page and send it."""
    form = page.locator("[data-composer]").first
    form.locator("textarea").fill(text)
    form.get_by_role("button", name="Post", exact=True).click()


def card(page: Page, text: str):
    return page.locator("article.post", has_text=text).first


def app_of(server: Server, page: Page, folder: Path) -> Mastodon:
    """An app that whoever is signed in on the page lets in, by OAuth with the code shown."""
    client_id, secret = Mastodon.create_app(
        "Pocket", scopes=["read", "write"], api_base_url=server.url, to_file=None
    )
    app = Mastodon(client_id=client_id, client_secret=secret, api_base_url=server.url)
    page.goto(app.auth_request_url(scopes=["read", "write"], allow_http=True))
    expect(page.get_by_text("Pocket").first).to_be_visible()
    page.get_by_role("button", name="Allow", exact=True).click()
    code = page.get_by_label("Code", exact=True).input_value()
    app.log_in(code=code, scopes=["read", "write"], allow_http=True)
    return app


def test_the_first_person_claims_the_company_with_the_code_and_invites_another(
    server: Server, window: Callable[..., Page]
) -> None:
    owner = window()

    owner.goto("/")
    expect(owner).to_have_url(re.compile("/setup$"))
    owner.get_by_label("Set-up code").fill("AAAA-BBBB-CCCC")
    owner.get_by_label("Name of the company").fill("Aldermoor")
    owner.get_by_label("Your name").fill("Eoin Gallagher")
    owner.get_by_label("User name").fill("eoin")
    owner.get_by_label("Mail address").fill("eoin@example.com")
    owner.get_by_label("Password").fill(PASSWORD)
    owner.get_by_role("button", name="Go on").click()

    # A wrong code: nothing is lost but the password.
    expect(owner.get_by_label("Your name")).to_have_value("Eoin Gallagher")
    expect(owner.get_by_text("is not the code")).to_be_visible()
    owner.get_by_label("Set-up code").fill(server.code or "")
    owner.get_by_label("Password").fill(PASSWORD)
    owner.get_by_role("button", name="Go on").click()

    owner.get_by_text("Berry").click()
    owner.get_by_role("button", name="Save and go on").click()
    owner.get_by_label("Characters in a post").fill("200")
    owner.get_by_role("button", name="Save and go on").click()
    owner.get_by_label("How many people").select_option("1")
    owner.get_by_role("button", name="Make a link").click()
    expect(owner.get_by_label("Invitation link")).to_be_visible()
    link = re.search(r"/join/[A-Z0-9]+", owner.get_by_label("Invitation link").input_value())
    assert link is not None
    owner.get_by_role("link", name="Open OfficeTalk").click()
    expect(owner.get_by_role("heading", name="Welcome to Aldermoor")).to_be_visible()
    owner.get_by_role("button", name="Skip the rest").click()
    expect(owner).to_have_url(f"{server.url}/")

    guest = window(phone=True)
    guest.goto(link.group())
    guest.get_by_label("Your name").fill("Ingrid Solheim")
    guest.get_by_label("User name").fill("ingrid")
    guest.get_by_label("Mail address").fill("ingrid@example.com")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.locator("main button[type=submit], .door-form button[type=submit]").first.click()
    expect(guest.get_by_role("heading", name="Welcome to Aldermoor")).to_be_visible()

    # The invitation was for one.
    third = window()
    third.goto(link.group())
    expect(third.get_by_label("User name")).to_have_count(0)


@pytest.fixture
def company(server: Server) -> Server:
    """Three people who can sign in."""
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    server.makes_account("tomasz", "Tomasz Wieczorek")
    server.makes_account("hana", "Hana Kobayashi")
    server.stop()  # it would notice after a few seconds; a test has no time to wait
    server.start()
    return server


def test_two_browsers_and_an_app_live_together(
    company: Server, window: Callable[..., Page], tmp_path: Path
) -> None:
    ingrid, tomasz, hana = window(), window(phone=True), window()
    for page, name in ((ingrid, "ingrid"), (tomasz, "tomasz"), (hana, "hana")):
        sign_in(page, name)
    app = app_of(company, hana, tmp_path)
    me = app.account_verify_credentials()
    assert me.username == "hana"

    # They follow each other: in the pages, and by the app.
    ingrid.goto("/@tomasz")
    ingrid.locator("main .follow").first.click()
    expect(ingrid.locator("main .follow").first).to_have_attribute("aria-pressed", "true")
    tomasz.goto("/@ingrid")
    tomasz.locator("main .follow").first.click()
    expect(tomasz.locator("main .follow").first).to_have_attribute("aria-pressed", "true")
    for name in ("ingrid", "tomasz"):
        app.account_follow(app.account_lookup(name).id)

    # A post on the phone comes alive at the desk, behind the pill, and in the app.
    ingrid.goto("/")
    tomasz.goto("/")
    ingrid.wait_for_timeout(500)  # the live connection opens
    compose(tomasz, "The buoy is back in the water, drift 0.02. @ingrid #tl90")
    expect(card(tomasz, "The buoy is back")).to_be_visible()
    expect(ingrid.locator("[data-new]")).to_contain_text("1 new post", timeout=5_000)
    expect(card(ingrid, "The buoy is back")).to_have_count(0)
    ingrid.locator("[data-new]").click()
    expect(card(ingrid, "The buoy is back")).to_be_visible()
    expect(card(ingrid, "The buoy is back").locator(".you")).to_have_text("@ingrid")
    [post] = app.timeline_home()
    assert "drift 0.02" in post.content
    assert [m.username for m in post.mentions] == ["ingrid"]

    # A comment by the app, a like and a repost at the desk.
    comment = app.status_reply(post, "Which bracket was it?", untag=True)
    card(ingrid, "The buoy is back").get_by_role("button", name=re.compile("^Like")).click()
    card(ingrid, "The buoy is back").get_by_role("button", name=re.compile("^Repost")).click()
    expect(card(ingrid, "The buoy is back").locator(".like")).to_have_attribute("aria-pressed", "true")
    expect(card(ingrid, "The buoy is back").locator(".boost")).to_have_attribute("aria-pressed", "true")
    ingrid.goto(f"/@tomasz/{post.id}")
    expect(card(ingrid, "Which bracket was it?")).to_be_visible()
    after = app.status(post.id)
    assert (after.replies_count, after.favourites_count, after.reblogs_count) == (1, 1, 1)
    assert [s.id for s in app.status_context(post.id).descendants] == [comment.id]
    assert app.timeline_home()[0].reblog.id == post.id

    # Found by a word of it and by a name with a typing error.
    ingrid.goto("/search?q=buoy")
    expect(card(ingrid, "The buoy is back")).to_be_visible()
    ingrid.goto("/search?q=wieczrek")
    expect(ingrid.get_by_text("Tomasz Wieczorek").first).to_be_visible()
    assert [a.username for a in app.account_search("wieczrek")] == ["tomasz"]

    # An edit is seen everywhere, with what it said before.
    app.status_update(comment, "Which bracket is it, the new one?")
    ingrid.goto(f"/@hana/{comment.id}")
    expect(card(ingrid, "the new one?")).to_be_visible()
    ingrid.goto(f"/@hana/{comment.id}/history")
    expect(ingrid.get_by_text("Which bracket was it?")).to_be_visible()

    # What is not for everybody is nowhere else.
    secret = app.status_post("For @tomasz only: a cake on Friday.", visibility="direct")
    tomasz.goto(f"/@hana/{secret.id}")
    expect(card(tomasz, "a cake on Friday")).to_be_visible()
    assert ingrid.goto(f"/@hana/{secret.id}").status == 404
    for path in ("/", "/company", "/@hana", "/search?q=cake"):
        ingrid.goto(path)
        expect(ingrid.locator("main").get_by_text("a cake on Friday")).to_have_count(0)

    # Deleted is deleted.
    app.status_delete(comment)
    assert ingrid.goto(f"/@hana/{comment.id}").status == 404
    ingrid.goto(f"/@tomasz/{post.id}")
    expect(card(ingrid, "the new one?")).to_have_count(0)


def test_without_script_one_can_post_comment_like_and_follow(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window(script=False)
    sign_in(page, "tomasz")

    compose(page, "No script was harmed in the making of this post")
    expect(card(page, "No script was harmed")).to_be_visible()
    card(page, "No script was harmed").get_by_role("button", name=re.compile("^Like")).click()
    expect(card(page, "No script was harmed").locator(".like")).to_have_attribute("aria-pressed", "true")
    card(page, "No script was harmed").get_by_role("link", name=re.compile("^Comment")).click()
    page.locator("[data-composer] textarea").first.fill("And it can be answered")
    page.locator("[data-composer] button[type=submit]").first.click()
    expect(card(page, "And it can be answered")).to_be_visible()
    page.goto("/@ingrid")
    page.locator("main .follow").first.click()
    expect(page.locator("main .follow").first).to_have_attribute("aria-pressed", "true")


def test_too_long_a_post_is_not_sent_and_nothing_is_lost(
    company: Server, window: Callable[..., Page]
) -> None:
    text = "x" * 141

    # With script the ring says so and the button is off.
    page = window()
    sign_in(page, "ingrid")
    page.locator("[data-composer] textarea").first.fill(text)
    expect(page.locator("[data-composer] [data-ring]").first).to_have_class(re.compile("over"))
    expect(
        page.locator("[data-composer]").first.get_by_role("button", name="Post", exact=True)
    ).to_be_disabled()

    # Without script the server says so, and what was typed stands there still.
    plain = window(script=False)
    sign_in(plain, "ingrid")
    compose(plain, text)
    expect(plain.locator("[data-composer] textarea").first).to_have_value(text)
    expect(plain.locator("[data-composer] textarea").first).to_have_attribute("aria-invalid", "true")
    plain.goto("/")
    expect(plain.locator("article.post")).to_have_count(0)


def test_the_keyboard_reaches_everything(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")

    page.keyboard.press("n")
    expect(page.locator("textarea:focus")).to_have_count(1)
    page.keyboard.type("Written without a mouse")
    page.keyboard.press("Control+Enter")
    expect(card(page, "Written without a mouse")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/")
    page.keyboard.press("j")
    expect(page.locator("article.post:focus")).to_have_count(1)
    page.keyboard.press("l")
    expect(card(page, "Written without a mouse").locator(".like")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("input[type=search]:focus")).to_have_count(1)


def test_whoever_is_not_signed_in_sees_the_sign_in_page_and_nothing_else(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    page.goto("/@ingrid")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    assert "Ingrid" not in page.content()
    for path in ("/api/v1/timelines/public", "/api/v1/accounts/lookup?acct=ingrid", "/api/v1/directory"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(company.url + path)
        assert refused.value.code == 401


def test_what_was_posted_is_there_after_a_restart(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")
    compose(page, "Still here tomorrow?")
    expect(card(page, "Still here tomorrow?")).to_be_visible()

    company.stop()
    company.start()

    page.goto("/")
    expect(card(page, "Still here tomorrow?")).to_be_visible()


def test_all_is_well_says_the_doctor(company: Server) -> None:
    assert "FAIL" not in company.run("doctor", OFFICETALK_RATE_LIMITS="on")
    assert "3 accounts" in company.run("account", "list")
