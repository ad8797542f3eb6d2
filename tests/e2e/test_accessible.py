"""Pages for everybody: axe-core (WCAG 2.2 A and AA, and good practice) finds nothing, light and dark, with more
contrast, from right to left, on a desk and on a phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Server, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/", "/company", "/@ingrid", "/@tomasz", "/notifications", "/notifications/requests", "/notifications/clear",
    "/messages", "/explore", "/explore?show=tags", "/explore?show=links", "/lists", "/bookmarks", "/likes",
    "/people", "/search", "/search?q=crane", "/compose", "/scheduled", "/tags/crane", "/keys", "/developers",
    "/moderation", "/settings/profile", "/settings/appearance", "/settings/notifications", "/settings/filters",
    "/settings/filters/new", "/settings/muted", "/settings/blocked", "/settings/hashtags", "/settings/password",
    "/settings/sessions", "/settings/invitations", "/settings/company", "/nowhere", "/offline",
    "/settings/company/look", "/settings/data", "/setup/look", "/setup/rules", "/setup/invite", "/welcome", "/welcome/people",
    "/welcome/post", "/people/suggestions",
    "/groups", "/groups?q=pumps", "/groups/new", "/groups/pumps", "/groups/pumps/members", "/groups/pumps/settings",
    "/groups/pumps/project", "/actions",
    "/go", "/go?show=new", "/go?show=mine", "/go?q=lnuch", "/go/new", "/go/-/lunch", "/go/-/edit/lunch", "/go/lnuch",
    "/@tomasz/collections", "/@ingrid/collections", "/collections", "/collections/new?person=tomasz",
    "/@tomasz/collect", "/@tomasz/lists", "/links?url=https://example.org",
)  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is: rule, and the first place."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{page.url} {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]]


def posts(page: Page, text: str, *, picture: Path | None = None, poll: bool = False) -> None:
    page.goto("/compose")
    form = page.locator("main [data-composer]")
    form.locator("textarea[name=text]").fill(text)
    if picture is not None:
        form.locator("[data-files]").set_input_files(picture)
        expect(form).to_have_attribute("data-uploading", "0")
        form.locator(".up textarea").fill("A blue square")
    if poll:
        form.locator("[name=poll]").check(force=True)
        form.locator('[name="option[]"]').nth(0).fill("Soup")
        form.locator('[name="option[]"]').nth(1).fill("Fish")
    form.locator("button[type=submit]").last.click()
    expect(page.locator("#toasts")).to_contain_text("Posted", timeout=20_000)


def makes_group(page: Page) -> None:
    page.goto("/groups/new")
    page.get_by_label("Name", exact=True).fill("Pumps")
    page.get_by_label("Handle").fill("pumps")
    page.get_by_label("What it is for").fill("All that turns")
    page.get_by_label("Rules of the group").fill("Be kind")
    page.get_by_role("button", name="Make the group").click()
    page.wait_for_url("**/groups/pumps")
    page.goto("/groups/pumps/settings")
    page.get_by_label("Project board").check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/groups/pumps/project")
    for text, done in (("Grease it", False), ("Mend it", True)):
        page.get_by_label("What is to be done").fill(text)
        page.get_by_label("Who does it").fill("ingrid")
        page.get_by_label("By when").fill("2026-01-02")
        page.get_by_role("button", name="Give the action").click()
        expect(page.get_by_text(text).first).to_be_visible()
        if done:
            page.get_by_role("button", name=f"Done: {text}").click()


@pytest.fixture
def company(server: Server, window: Callable[..., Page], tmp_path: Path) -> Server:
    """Two colleagues who have said something, with a picture and a poll."""
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    server.makes_account("tomasz", "Tomasz Wieczorek")
    picture = tmp_path / "square.png"
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "navy").save(out, "PNG")
    picture.write_bytes(out.getvalue())
    tomasz = window()
    sign_in(tomasz, "tomasz")
    posts(tomasz, "The #crane is repaired, @ingrid", picture=picture)
    posts(tomasz, "Lunch?", poll=True)
    tomasz.goto("/go/new")
    tomasz.get_by_label("Name").fill("lunch")
    tomasz.get_by_label("Address").fill(server.url.replace("127.0.0.1", "localhost"))
    tomasz.get_by_role("button", name="Make the link").click()
    tomasz.request.get("/go/lunch", max_redirects=0)
    tomasz.goto("/@ingrid")
    tomasz.get_by_role("button", name="Follow").first.click()
    expect(tomasz.get_by_role("button", name="Follow").first).to_have_attribute("aria-pressed", "true")
    tomasz.goto("/collections/new?person=ingrid")
    tomasz.get_by_label("Name", exact=True).fill("Cranes")
    tomasz.get_by_role("button", name="Make the collection").click()
    expect(tomasz.get_by_role("heading", name="Cranes")).to_be_visible()
    return server


@pytest.mark.parametrize(("phone", "scheme"), [(False, "light"), (True, "dark")])
def test_axe_finds_nothing(
    company: Server, window: Callable[..., Page], phone: bool, scheme: Literal["light", "dark"]
) -> None:
    page = window(phone=phone)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sign_in(page, "ingrid")
    makes_group(page)

    found = []
    for path in PAGES:
        page.goto(path)
        found += violations(page)
    page.goto("/collections")
    page.get_by_role("link", name="Cranes", exact=True).click()
    expect(page.get_by_role("heading", name="Cranes")).to_be_visible()
    found += violations(page)

    assert found == []


def test_axe_finds_nothing_with_more_contrast_and_from_right_to_left(
    company: Server, window: Callable[..., Page]
) -> None:
    page = window()
    sign_in(page, "ingrid")
    page.goto("/settings/appearance")
    page.get_by_label("More contrast").check()
    page.get_by_role("button", name="Save appearance").click()
    page.goto("/settings/profile")
    page.locator("select[name=language]").select_option("ar")
    page.locator("main button[type=submit]").last.click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    found = []
    for path in PAGES[:12]:
        page.goto(path)
        found += violations(page)
        # Nothing sticks out at the side.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert found == []


def test_axe_finds_nothing_before_sign_in(server: Server, window: Callable[..., Page]) -> None:
    page = window()
    page.goto("/setup")
    found = violations(page)
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    for path in ("/sign-in", "/forgot"):
        page.goto(path)
        found += violations(page)

    assert found == []
