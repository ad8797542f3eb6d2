"""A story from right to left: in Arabic, on a phone and on a wide screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, Server, send_at_once

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "wide"])
def test_somebody_posts_and_is_answered_in_arabic(
    server: Server, window: Callable[..., Page], *, phone: bool
) -> None:
    server.makes_account("layla", "ليلى حداد", "owner")
    page = window(phone=phone, locale="ar")
    page.goto("/sign-in")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[autocomplete=username]").fill("layla")
    page.get_by_role("button", name="تسجيل الدخول", exact=True).click()
    page.wait_for_url("**/")
    send_at_once(page)

    form = page.locator("main [data-composer]").first
    form.locator("textarea").fill("صباح الخير")
    form.get_by_role("button", name="نشر", exact=True).click()
    card = page.locator("article.post", has_text="صباح الخير").first
    expect(card).to_be_visible()

    # The portrait stands to the right of the text, and nothing is wider than the page.
    portrait, text = card.locator(".av").first.bounding_box(), card.locator(".post-body").bounding_box()
    assert portrait is not None
    assert text is not None
    assert portrait["x"] > text["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    card.locator("time").first.click()
    page.wait_for_url("**/@layla/*")
    answer = page.locator("main [data-composer]").last
    answer.locator("textarea").fill("صباح النور")
    answer.locator("button[type=submit]").last.click()
    expect(page.locator("article.post", has_text="صباح النور")).to_be_visible()
