"""Named links in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PASSWORD, Server, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_who_signs_in_on_the_way_to_a_link_arrives(server: Server, browser: Browser) -> None:
    """Though the policy of the sign-in page lets no form lead to another site."""
    server.makes_account("ada", "Ada Lovelace", "owner")
    elsewhere = server.url.replace("127.0.0.1", "localhost") + "/health"  # another origin to a browser
    here = browser.new_context(base_url=server.url, locale="en-GB").new_page()
    sign_in(here, "ada")
    here.goto("/go/new")
    here.get_by_label("Name").fill("Health")
    here.get_by_label("Address").fill(elsewhere)
    here.get_by_role("button", name="Make the link").click()
    expect(here.locator("#toasts")).to_contain_text("The link is ready.")

    stranger: Page = browser.new_context(base_url=server.url, locale="en-GB").new_page()
    stranger.goto("/go/health")
    stranger.fill("input[autocomplete=username]", "ada")
    stranger.fill("input[type=password]", PASSWORD)
    stranger.keyboard.press("Enter")

    stranger.wait_for_url(elsewhere)
    here.goto("/go/health")
    expect(here).to_have_url(elsewhere)
    here.context.close()
    stranger.context.close()
