"""The composer in a real browser: what is sent can be taken back, survives a cut network and a closed tab, and
arrives once; what is begun is kept; names, hashtags and emoji are offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from officetalk.posts import text
from tests.e2e.conftest import Server, sign_in
from tests.e2e.test_accessible import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def dialect() -> str:
    return "sqlite"  # the database makes no difference here


@pytest.fixture
def company(server: Server) -> Server:
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    return server


def writing(page: Page) -> Locator:
    """The text field of the composer on the page."""
    return page.locator("main [data-composer] textarea[name=text]")


def in_dialog(page: Page) -> Locator:
    return page.locator("#dialog [data-composer] textarea[name=text]")


def switch(form: Locator, name: str) -> None:
    """Open a part of the composer."""
    form.locator(f".tgl:has([name={name}])").click()


def cards(page: Page, said: str) -> Locator:
    return page.locator("article.post", has_text=said)


def posts_of(page: Page, said: str) -> int:
    """How many there really are: asked anew."""
    page.goto("/company")
    return cards(page, said).count()


def test_what_was_sent_can_be_taken_back_whole(company: Server, window: Callable[..., Page]) -> None:
    page = window(phone=True)
    sign_in(page, "ingrid", undo=True)
    form = page.locator("main [data-composer]")
    switch(form, "warn")
    form.locator("[name=spoiler]").fill("Numbers")
    switch(form, "poll")
    options = form.locator("[name='option[]']")
    options.nth(0).fill("Soup")
    options.nth(2).fill("Fish")
    form.locator("button.aud").click()
    form.get_by_text("The people who follow you").click()
    switch(form, "more")
    form.locator("[name=language]").select_option("de")
    writing(page).fill("Lunch?")
    form.locator("[data-files]").set_input_files(
        {"name": "crane.png", "mimeType": "image/png", "buffer": _picture()}
    )
    form.locator(".up textarea").fill("A crane")
    key = form.locator("[name=once]").input_value()

    form.get_by_role("button", name="Post", exact=True).click()
    expect(writing(page)).to_have_value("")
    expect(form.locator(".up")).to_have_count(0)
    assert form.locator("[name=once]").input_value() != key
    page.get_by_role("button", name="Undo").click()

    expect(writing(page)).to_have_value("Lunch?")
    expect(form.locator("[name=spoiler]")).to_have_value("Numbers")
    assert [options.nth(i).input_value() for i in range(3)] == ["Soup", "", "Fish"]
    expect(form.locator("[name=audience][value=followers]")).to_be_checked()
    expect(form.locator("[name=language]")).to_have_value("de")
    expect(form.locator(".up textarea")).to_have_value("A crane")
    expect(form.locator(".up [name='media[]']")).to_have_count(1)
    assert posts_of(page, "Lunch?") == 0


def _picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return out.getvalue()


def test_an_answer_and_a_quote_come_back_as_what_they_were(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid", undo=True)
    writing(page).fill("The crane is up")
    page.keyboard.press("Control+Enter")
    expect(cards(page, "The crane is up")).to_have_count(1, timeout=9000)

    cards(page, "The crane is up").locator("[data-act=reply]").click()
    in_dialog(page).fill("By whom?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(in_dialog(page)).to_have_value("By whom?")
    expect(page.locator("#dialog [name=parent]")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(cards(page, "The crane is up").locator("[data-act=reply]")).to_contain_text("1", timeout=9000)

    cards(page, "The crane is up").locator("[data-menu]").click()
    page.get_by_role("link", name="Quote").click()
    in_dialog(page).fill("Look at this")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#dialog [name=quote]")).to_have_count(1)
    expect(page.locator("#dialog .quote")).to_contain_text("The crane is up")
    in_dialog(page).fill("Look at this one")
    page.keyboard.press("Control+Enter")
    expect(cards(page, "Look at this one")).to_contain_text("The crane is up", timeout=9000)


def test_it_is_posted_when_nobody_takes_it_back_and_at_once_when_the_tab_is_closed(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid", undo=True)

    writing(page).fill("After some seconds")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(cards(page, "After some seconds")).to_have_count(1, timeout=9000)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)

    # In the composer that is empty again, Ctrl+Z brings the post back.
    writing(page).fill("Not quite")
    page.keyboard.press("Control+Enter")
    expect(writing(page)).to_have_value("")
    page.keyboard.press("Control+z")
    expect(writing(page)).to_have_value("Not quite")

    writing(page).fill("The tab is gone")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    other = page.context.new_page()
    page.close()
    other.goto("/company")
    expect(cards(other, "The tab is gone")).to_have_count(1, timeout=9000)
    other.wait_for_timeout(3500)  # it asks again whether it has arrived
    assert (
        other.evaluate(
            "Object.entries(localStorage).filter(([k, v]) => k.startsWith('outbox') && v !== '[]')"
        )
        == []
    )
    assert posts_of(other, "The tab is gone") == 1


def test_what_the_network_did_not_take_waits_and_arrives_once(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window(phone=True)
    sign_in(page, "ingrid")
    page.context.set_offline(True)
    writing(page).fill("From the cellar")
    page.locator("main [data-composer] [type=submit]").click()

    waiting = page.locator("#outbox .unsent")
    expect(waiting).to_contain_text("From the cellar")
    expect(waiting).to_contain_text("Waiting for the network")
    expect(writing(page)).to_have_value("")
    writing(page).fill("One writes on")

    page.context.set_offline(False)
    expect(cards(page, "From the cellar")).to_have_count(1)
    expect(page.locator("#outbox")).to_have_count(0)
    expect(writing(page)).to_have_value("One writes on")
    assert posts_of(page, "From the cellar") == 1


def test_an_answer_that_is_lost_does_not_double_the_post(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid")
    calls: list[int] = []

    def lose_the_first(route: Route) -> None:
        calls.append(1)
        answer = route.fetch()
        if len(calls) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/posts", lose_the_first)
    writing(page).fill("Only once")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#outbox .unsent")).to_contain_text("tried again by itself")

    # It survives the page, and another one sends it again.
    page.reload()
    expect(page.locator("#outbox .unsent")).to_contain_text("Only once")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#outbox")).to_have_count(0)
    assert calls
    assert posts_of(page, "Only once") == 1


def test_a_waiting_post_is_edited_or_discarded(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")
    page.route("**/posts", lambda route: route.fulfill(status=503))
    writing(page).fill("Hasty")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#outbox .unsent")).to_contain_text("Hasty")

    page.locator("#outbox").get_by_role("button", name="Edit").click()
    expect(page.locator("#outbox")).to_have_count(0)
    expect(writing(page)).to_have_value("Hasty")
    writing(page).fill("Considered")
    page.keyboard.press("Control+Enter")
    page.locator("#outbox").get_by_role("button", name="Discard").click()
    expect(page.locator("#outbox")).to_have_count(0)
    page.unroute("**/posts")
    assert posts_of(page, "Considered") == 0


def test_without_the_network_nothing_is_lost_where_no_composer_is(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid")
    page.goto("/notifications")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    in_dialog(page).fill("From the dialog")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    waiting = page.locator("#outbox .unsent")
    expect(waiting).to_contain_text("Waiting for the network")

    page.locator("#outbox").get_by_role("button", name="Edit").click()
    page.wait_for_timeout(500)
    if page.locator("#dialog").is_visible():  # the worker has kept the composer
        expect(in_dialog(page)).to_have_value("From the dialog")
        page.keyboard.press("Control+Enter")
    expect(waiting).to_contain_text("From the dialog")

    page.context.set_offline(False)
    expect(page.locator("#toasts")).to_contain_text("Posted.")
    expect(page.locator("#outbox")).to_have_count(0)
    assert posts_of(page, "From the dialog") == 1


def test_what_the_server_refuses_comes_back_with_the_reason(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid")
    form = page.locator("main [data-composer]")
    switch(form, "poll")
    form.locator("[name='option[]']").first.fill("Only one answer")
    writing(page).fill("Lunch?")
    form.get_by_role("button", name="Post", exact=True).click()

    expect(form.locator(".err")).to_contain_text("poll")
    expect(writing(page)).to_have_value("Lunch?")
    expect(writing(page)).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[name='option[]']").first).to_have_value("Only one answer")

    form.locator("[name='option[]']").nth(1).fill("And another")
    form.get_by_role("button", name="Post", exact=True).click()
    expect(cards(page, "Lunch?")).to_have_count(1)
    expect(form.locator(".err")).to_have_count(0)


def test_an_answer_to_what_is_gone_is_not_lost(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")
    writing(page).fill("Soon gone")
    page.keyboard.press("Control+Enter")
    expect(cards(page, "Soon gone")).to_have_count(1)
    cards(page, "Soon gone").locator("[data-act=reply]").click()
    in_dialog(page).fill("An answer to it")
    token = page.locator("meta[name=csrf]").get_attribute("content") or ""
    parent = page.locator("#dialog [name=parent]").input_value()
    assert page.request.post(f"/posts/{parent}/delete", form={"csrf": token}).ok
    page.locator("#dialog [type=submit]").click()

    waiting = page.locator("#outbox .unsent")
    expect(waiting).to_contain_text("no longer there")
    waiting.get_by_role("button", name="Edit").click()
    expect(in_dialog(page)).to_have_value("An answer to it")
    expect(page.locator("#dialog [name=parent]")).to_have_count(0)


def test_drafts_survive_the_tab_each_in_its_place(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")
    writing(page).fill("To be answered")
    page.keyboard.press("Control+Enter")
    cards(page, "To be answered").locator("time").first.click()
    expect(page).to_have_url(re.compile("/@ingrid/"))
    writing(page).fill("An answer that is not done")
    thread = page.url
    page.goto("/")
    writing(page).fill("A post that is not done")
    page.close()

    page = page.context.new_page()
    page.goto(thread)
    expect(writing(page)).to_have_value("An answer that is not done")
    page.goto("/")
    expect(writing(page)).to_have_value("A post that is not done")


def test_a_dialog_asks_before_it_closes_and_drafts_are_listed(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window(phone=True)
    sign_in(page, "ingrid")
    page.goto("/notifications")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    in_dialog(page).fill("First thought")
    page.keyboard.press("Escape")
    ask = page.get_by_role("dialog", name="Save this as a draft?")
    ask.get_by_role("button", name="Keep writing").click()
    expect(in_dialog(page)).to_be_focused()
    page.locator("#dialog .dialog-head [data-close]").click()
    ask.get_by_role("button", name="Save draft").click()
    expect(page.locator("#dialog")).to_be_hidden()

    page.keyboard.press("n")
    expect(in_dialog(page)).to_have_value("")
    in_dialog(page).fill("Second thought")
    page.keyboard.press("Escape")
    ask.get_by_role("button", name="Discard").click()

    page.goto("/")
    page.get_by_role("button", name="1 draft").click()
    page.get_by_role("button", name="First thought").click()
    expect(writing(page)).to_have_value("First thought")
    expect(page.locator("main [data-drafts]")).to_be_hidden()
    page.locator("main [data-composer] [type=submit]").click()
    expect(cards(page, "First thought")).to_have_count(1)
    page.reload()
    expect(writing(page)).to_have_value("")
    assert page.locator("main [data-drafts]").is_hidden()


def test_people_hashtags_and_emoji_are_offered_to_the_keyboard(
    company: Server, window: Callable[..., Page]
) -> None:
    company.makes_account("tomasz", "Tomasz Wieczorek")
    page = window()
    sign_in(page, "ingrid")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    writing(page).fill("Test #tideline")
    page.keyboard.press("Control+Enter")
    expect(cards(page, "#tideline")).to_have_count(1)
    assert not any("/emoji-" in url for url in loaded)

    field = writing(page)
    field.press_sequentially("Ask @tom")
    offered = page.get_by_role("listbox")
    expect(offered.get_by_role("option")).to_have_count(1)
    expect(field).to_have_attribute("aria-autocomplete", "list")
    option = offered.get_by_role("option").first.get_attribute("id") or ""
    expect(field).to_have_attribute("aria-activedescendant", option)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Ask @tomasz ")
    expect(offered).to_have_count(0)

    field.press_sequentially("about #tid")
    expect(offered.get_by_role("option")).to_contain_text("#tideline")
    page.keyboard.press("Tab")
    expect(field).to_have_value("Ask @tomasz about #tideline ")

    field.press_sequentially("at 10:30 :rock")
    expect(offered.get_by_role("option", selected=True)).to_contain_text("rock")
    first = offered.get_by_role("option").nth(1).get_attribute("data-insert")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"Ask @tomasz about #tideline at 10:30 {first} ")

    field.press_sequentially(":smi")
    expect(offered).to_be_visible()
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    expect(field).to_be_focused()


@pytest.mark.parametrize("phone", [False, True])
def test_emoji_are_picked(company: Server, window: Callable[..., Page], phone: bool) -> None:
    page = window(phone=phone)
    sign_in(page, "ingrid")
    writing(page).fill("Well done ")
    button = page.locator("main [data-emoji]")
    button.click()
    picker = page.get_by_role("dialog", name="Emoji")
    expect(picker.get_by_role("searchbox")).to_be_focused()
    picker.get_by_role("searchbox").fill("party popper")
    page.keyboard.press("Enter")
    expect(writing(page)).to_have_value("Well done 🎉")
    expect(writing(page)).to_be_focused()

    button.click()
    # It is the first of those that were used.
    page.keyboard.press("ArrowDown")
    expect(picker.locator(".grid button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(writing(page)).to_have_value("Well done 🎉🎉")

    button.click()
    picker.get_by_role("tab", name="Food").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(picker).to_have_count(0)


def test_the_emoji_of_the_company_come_first(
    company: Server, window: Callable[..., Page], tmp_path: Path
) -> None:
    folder = tmp_path / "emoji"
    folder.mkdir()
    (folder / "crane_up.png").write_bytes(_picture())
    company.run("emoji", "import", str(folder))
    page = window(phone=True)
    sign_in(page, "ingrid")
    writing(page).press_sequentially("Up :cran")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text(":crane_up:")
    page.keyboard.press("Tab")
    expect(writing(page)).to_have_value("Up :crane_up: ")
    page.locator("main [data-emoji]").click()
    expect(page.locator(".menu.emoji .grid img")).to_have_attribute("alt", ":crane_up:")
    page.keyboard.press("Escape")
    page.locator("main [data-composer] [type=submit]").click()
    picture = cards(page, "Up").locator("img[alt=':crane_up:']")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_the_states_of_the_composer_are_for_everybody(company: Server, window: Callable[..., Page]) -> None:
    page = window(phone=True)
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, "ingrid", undo=True)
    found: list[str] = []
    writing(page).press_sequentially("Well :smi")
    expect(page.get_by_role("listbox")).to_be_visible()
    found += violations(page)
    page.keyboard.press("Escape")
    page.locator("main [data-emoji]").click()
    expect(page.get_by_role("dialog", name="Emoji")).to_be_visible()
    found += violations(page)
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    page.locator("main [data-composer] [type=submit]").click()
    expect(page.locator("#outbox")).to_be_visible()
    found += violations(page)
    page.locator("#outbox").get_by_role("button", name="Discard").click()
    page.context.set_offline(False)
    writing(page).fill("Well")
    page.locator("main [data-composer] [type=submit]").click()
    expect(page.locator(".toast.held")).to_be_visible()
    found += violations(page)
    page.goto("/notifications")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    in_dialog(page).fill("A thought")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Save this as a draft?")).to_be_visible()
    found += violations(page)
    page.get_by_role("button", name="Save draft").click()
    page.keyboard.press("n")
    page.locator("#dialog [data-drafts]").click()
    expect(page.get_by_role("dialog", name="Drafts")).to_be_visible()
    found += violations(page)
    assert found == []


def test_the_ring_counts_as_the_server_does(company: Server, window: Callable[..., Page]) -> None:
    page = window()
    sign_in(page, "ingrid")
    ring = page.locator("main [data-ring] .n")
    for written in (
        "Plain words",
        "👩‍👩‍👧‍👦 🏳️‍🌈 👋🏽 🇳🇴",
        "See https://example.com/a/very/long/path?with=a&query=that#goes-on-and-on, please",
        "@tomasz@example.com and @ingrid",
        "東京の天気は晴れです。#天気",
        "e\u0301 o\u0308 \u1100\u1161\u11a8",
        "One\n\n\n\n\nTwo\n \n \nThree",
        "  blanks around  \n",
        "مرحبا 👋 #مرحبا",
        "x" * 150,
    ):
        writing(page).fill(written)
        left = 140 - text.count_characters(text.clean(written))
        expect(ring).to_have_text(str(left))


def test_a_long_address_that_is_pasted_becomes_short_and_leads_where_it_led(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid")
    long = "https://example.com/reports/2026/tide-tables/final-version-of-the-report.pdf?download=1"
    writing(page).fill("Read ")
    writing(page).evaluate(
        """(field, text) => {
            field.setRangeText(text, field.value.length, field.value.length, "end");
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        long,
    )
    expect(writing(page)).to_have_value(re.compile(r"^Read http://\S+/l/\w{9}$"))
    expect(page.locator("main [data-ring] .n")).to_have_text(str(140 - 5 - 23))
    page.keyboard.press("Control+Enter")
    link = cards(page, "Read").locator(".post-body a").first
    expect(link).to_contain_text("example.com/reports")
