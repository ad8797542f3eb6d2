"""The keyboard: every key that the list of shortcuts names, when keys are not meant, and a focus that is never
lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Server, sign_in
from tests.media import files

# The browser does it all: one database shows it.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)]

POSTS = 24  # more than a page has


@pytest.fixture
def page(server: Server, window: Callable[..., Page]) -> Page:
    """Of Ingrid, who has said a few things: "Post 24" is the newest."""
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    server.stop()  # it would notice after a few seconds; a test has no time to wait
    server.start()
    page = window()
    sign_in(page, "ingrid")
    for number in range(1, POSTS + 1):
        say(page, f"Post {number}", **({"warn": "1", "spoiler": "The end"} if number == POSTS - 1 else {}))
    page.goto("/")
    return page


def say(page: Page, text: str, **more: str) -> None:
    """Post as the form without script does."""
    csrf = page.locator("meta[name=csrf]").get_attribute("content") or ""
    page.context.request.post("/posts", form={"csrf": csrf, "text": text, **more})


def card(page: Page, number: int):
    return page.locator("article.post").filter(has_text=re.compile(rf"Post {number}\b"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def at_post(page: Page, number: int) -> None:
    expect(card(page, number)).to_be_focused()
    box, head = card(page, number).bounding_box(), page.locator(".head").bounding_box()
    assert box and head
    assert box["y"] >= head["y"] + head["height"] - 20  # its soft edge


def test_every_key_of_the_list_does_what_it_says(page: Page) -> None:
    done = set()

    def does(keys: str) -> None:
        press(page, *("Control+Enter" if keys == "Ctrl Enter" else keys).replace("Esc", "Escape").split())
        done.add(keys)

    # One moves through the posts; each is below the head of the page.
    press(page, "j")
    at_post(page, 24)
    press(page, "j", "j", "j", "j", "j")
    at_post(page, 19)
    press(page, "k")
    at_post(page, 20)
    done.add("j k")

    # The post one is at.
    does("l")
    expect(card(page, 20).locator(".like")).to_have_attribute("aria-pressed", "true")
    does("b")
    expect(card(page, 20).locator(".bm")).to_have_attribute("aria-pressed", "true")
    does("t")
    expect(card(page, 20).locator(".boost")).to_have_attribute("aria-pressed", "true")
    expect(card(page, 20).first).to_be_focused()
    does("r")
    expect(page.locator("dialog#dialog textarea[name=text]")).to_be_focused()
    does("Esc")
    expect(page.locator("dialog#dialog")).to_be_hidden()
    expect(card(page, 20).first).to_be_focused()

    # What is hidden.
    press(page, "k")
    at_post(page, 21)
    press(page, "k")
    at_post(page, 22)
    press(page, "k")
    hidden = page.locator("article.post", has_text="The end")
    expect(hidden).to_be_focused()
    expect(hidden.get_by_text("Post 23")).to_be_hidden()
    does("x")
    expect(hidden.get_by_text("Post 23")).to_be_visible()

    # What is new.
    press(page, "j", "j", "j", "j", "j", "j", "j", "j", "j")
    assert page.evaluate("scrollY") > 500
    does("u")
    expect(page.locator("article.post").first).to_be_focused()
    assert page.evaluate("scrollY") < 10

    # Writing, and out of the text again.
    does("n")
    expect(page.locator("#new")).to_be_focused()
    page.keyboard.type("By the keyboard")
    does("Ctrl Enter")
    expect(page.locator("#new")).to_have_value("")
    press(page, "Escape")
    expect(page.locator("#new")).not_to_be_focused()

    does("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    press(page, "Escape")

    press(page, "j", "j")
    does("o")
    expect(page).to_have_url(re.compile(r"/@ingrid/\d+$"))

    places = {
        "g h": "/", "g c": "/company", "g n": "/notifications", "g m": "/messages", "g e": "/explore", "g p": "/people",
        "g l": "/lists", "g b": "/bookmarks", "g s": "/settings",
    }  # fmt: skip
    for keys, path in places.items():
        does(keys)
        expect(page).to_have_url(re.compile(f"{path}(/profile)?$"))
        page.wait_for_load_state()
    does("/")
    expect(page).to_have_url(re.compile("/search$"))

    # Pictures and news have their own tests below; everything else of the list was pressed.
    page.goto("/keys")
    rows = page.locator("main .keys dt").all()
    listed = {" ".join(row.locator("kbd").all_inner_texts()) for row in rows}
    assert listed - done == {"v", "."}


def test_news_are_brought_by_a_key(page: Page, window: Callable[..., Page], server: Server) -> None:
    server.makes_account("tomasz", "Tomasz Wieczorek")
    other = window()
    sign_in(other, "tomasz")
    page.goto("/company")
    expect(page.locator("article.post").first).to_be_visible()
    page.wait_for_timeout(500)
    for text, key in (("Good morning", "."), ("Good night", "u")):
        say(other, text)
        expect(page.locator("[data-new]")).to_be_visible()
        press(page, key)
        expect(page.locator("article.post", has_text=text)).to_be_focused()


def test_a_picture_is_opened_by_a_key(page: Page) -> None:
    csrf = page.locator("meta[name=csrf]").get_attribute("content") or ""
    picture: FilePayload = {
        "name": "a.png", "mimeType": "image/png", "buffer": files.encoded(files.halves()),
    }  # fmt: skip
    page.context.request.post("/posts", multipart={"csrf": csrf, "text": "Look", "file[]": picture})
    page.goto("/")
    press(page, "j", "v")
    expect(page.locator("dialog.viewer")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("dialog.viewer")).to_be_hidden()
    expect(page.locator("article.post").first.locator(".media a").first).to_be_focused()


def test_keys_are_not_meant_for_the_page_everywhere(page: Page) -> None:
    untouched = page.locator(".like[aria-pressed=true], .bm[aria-pressed=true]")

    # While one writes they are letters.
    page.locator("#new").focus()
    page.keyboard.type("jump, like, boost /?")
    expect(page.locator("#new")).to_have_value("jump, like, boost /?")
    expect(page.locator("dialog#keys")).to_be_hidden()
    press(page, "Escape")

    # With Ctrl, Alt or Meta they are the browser's.
    press(page, "j", "Control+l", "Alt+l", "Meta+b")
    expect(untouched).to_have_count(0)

    # In a menu they are the menu's; it gives the focus back.
    card(page, 24).locator("a.more").click()
    expect(page.locator("#menu")).to_be_visible()
    press(page, "l", "b", "?")
    expect(untouched).to_have_count(0)
    expect(page.locator("dialog#keys")).to_be_hidden()
    press(page, "Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(card(page, 24).locator("a.more")).to_be_focused()

    # On keyboards with other letters it is the place of the key that counts.
    for key in ("ت", "о"):  # as an Arabic and a Russian one send j
        page.evaluate(
            "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, code: 'KeyJ', bubbles: true}))",
            key,
        )
    expect(card(page, 22)).to_be_focused()


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.goto("/settings/appearance")
    page.get_by_label("Single-key shortcuts").uncheck(force=True)
    page.get_by_role("button", name="Save appearance").click()
    page.goto("/")
    press(page, "j", "l", "?", "g", "n")
    page.wait_for_timeout(200)
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("dialog#keys")).to_be_hidden()
    expect(page.locator(".like[aria-pressed=true]")).to_have_count(0)


def test_after_a_post_is_deleted_the_next_one_has_the_focus(page: Page) -> None:
    press(page, "j", "j", "j")
    card(page, 22).locator("a.more").focus()
    press(page, "Enter")
    page.locator("#menu").get_by_text("Delete").click()
    page.locator("dialog#dialog").get_by_role("button", name="Delete").click()
    expect(card(page, 22)).to_have_count(0)
    expect(card(page, 21)).to_be_focused()
    press(page, "j")
    expect(card(page, 20)).to_be_focused()


def test_a_post_that_goes_away_by_itself_leaves_the_focus_beside_it(page: Page) -> None:
    for _ in range(3):
        press(page, "j")
    card(page, 22).locator(".like").focus()
    id = card(page, 22).get_attribute("data-post")
    page.evaluate("id => document.dispatchEvent(new CustomEvent('live:deleted', {detail: {id}}))", id)
    expect(card(page, 21)).to_be_focused()


def test_after_a_comment_one_goes_on_in_the_text(page: Page) -> None:
    press(page, "j", "o")
    expect(page).to_have_url(re.compile(r"/@ingrid/\d+$"))
    press(page, "r")
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.type("And another thing")
    press(page, "Control+Enter")
    expect(page.locator("#thread article", has_text="And another thing")).to_be_visible(timeout=15_000)
    expect(page.locator("#comment")).to_be_focused()


def test_more_of_a_list_takes_the_focus_along(page: Page) -> None:
    page.add_init_script(
        "window.IntersectionObserver = class { observe() {} unobserve() {} disconnect() {} }"
    )
    page.goto("/")
    page.locator(".older a").focus()
    press(page, "Enter")
    expect(card(page, 4)).to_be_focused()


def test_a_row_that_was_dismissed_leaves_the_focus_beside_it(
    page: Page, window: Callable[..., Page], server: Server
) -> None:
    server.makes_account("tomasz", "Tomasz Wieczorek")
    other = window()
    sign_in(other, "tomasz")
    for text in ("First @ingrid", "Second @ingrid", "Third @ingrid"):
        say(other, text)
    page.goto("/notifications")
    press(page, "j", "j")
    expect(page.locator(".notif", has_text="Second")).to_be_focused()
    page.locator(".notif", has_text="Second").locator("form button[type=submit]").focus()
    press(page, "Enter")
    expect(page.locator(".notif", has_text="Second")).to_have_count(0)
    expect(page.locator(".notif", has_text="First")).to_be_focused()
    press(page, "o")
    expect(page).to_have_url(re.compile(r"/@tomasz/\d+"))
