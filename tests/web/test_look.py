"""How a company looks: any colour is readable on light and dark ground, the style sheet and the logo are for everybody,
and only administrators change them."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from officetalk.company import look
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.web.colours import contrast, oklch, srgb, style_of
from tests.people import People
from tests.web.browser import Browser, Web

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.fixture
def ada(web: Web, people: People) -> Browser:
    people.ada.changes(role="administrator")
    return web.signed_in(people.ada)


def picture(width: int = 300, height: int = 200, colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def style_sheet(browser: Browser) -> str:
    found = re.search(r'<link rel="stylesheet" href="([^"]+)"', browser.open("/sign-in").text)
    assert found is not None
    return found[1]


@given(colours)
def test_a_colour_comes_back_as_it_was(colour: str) -> None:
    assert srgb(*oklch(colour)) == colour


@given(colours)
def test_whatever_is_chosen_texts_stay_readable(colour: str) -> None:
    style = style_of(colour)
    shades = {
        name: re.findall(r"#[0-9a-f]{6}", value) for name, value in re.findall(r"(--[a-z-]+):([^;}]+)", style)
    }
    first = re.search(r"--accent:light-dark\((#\w+),(#\w+)\)", style)
    assert first is not None
    for accent, grounds, on, soft in zip(
        first.groups(), (("#f1f5f3", "#ffffff"), ("#0b1314", "#182525")), shades["--on-accent"], shades["--accent-soft"],
        strict=True,
    ):  # fmt: skip
        assert min(contrast(accent, ground) for ground in (*grounds, on, soft)) >= 4.5
    for accent, ground in zip(
        shades["--accent"], ("#ffffff", "#182525"), strict=True
    ):  # the last: more contrast
        assert contrast(accent, ground) >= 7


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_a_company_without_a_colour_has_the_built_style_sheet(web: Web) -> None:
    assert style_sheet(web.browser()).startswith("/static/")


def test_a_chosen_colour_stands_in_the_one_style_sheet_for_everybody(ada: Browser, web: Web) -> None:
    page = ada.open("/settings/company/look").send("/settings/company/look", accent="#6d28d9")

    assert page.location == "/settings/company/look"
    path = style_sheet(web.browser())
    answer = web.browser().open(path)
    assert answer.status == 200
    assert answer.response.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.response.headers["cache-control"]
    assert "x-account" not in answer.response.headers
    assert "--accent:light-dark(#6d28d9," in answer.text
    assert 'url("./' not in answer.text
    assert 'url("/static/' in answer.text


def test_the_style_sheet_of_before_leads_to_that_of_now(ada: Browser, web: Web, db: Database) -> None:
    db.write_now(look.change, accent="#6d28d9")
    before = style_sheet(web.browser())
    ada.open("/settings/company/look").send("/settings/company/look", accent="own", own_accent="#BE185D")

    assert web.browser().open(before).location == style_sheet(web.browser()) != before


def test_what_is_no_colour_is_refused_and_nothing_changes(ada: Browser, db: Database) -> None:
    page = ada.open("/settings/company/look").send(
        "/settings/company/look", accent="own", own_accent="red;}body{display:none"
    )

    assert (page.status, page.error("own_accent")) == (422, "The colour must be a colour such as #0a5c52.")
    assert db.read_now(company.load).accent == ""


def test_the_logo_stands_on_every_page_and_in_the_installed_app(ada: Browser, web: Web, db: Database) -> None:
    page = ada.open("/settings/company/look").send(
        "/settings/company/look", files={"logo": ("logo.png", picture(), "image/png")}
    )

    assert page.location == "/settings/company/look"
    stranger = web.browser().open("/sign-in").text
    path = re.search(r'<img class="mark logo" src="([^"]+)"', stranger)
    assert path is not None
    assert "Aldermoor" in stranger
    for variant, size in (("64", 64), ("192", 192), ("512", 512), ("apple", 180), ("maskable", 512)):
        answer = web.browser().open(path[1].replace("-64.", f"-{variant}."))
        with Image.open(io.BytesIO(answer.response.content)) as shown:
            assert (shown.format, shown.size) == ("PNG", (size, size))
    icons = web.browser().open("/manifest.webmanifest").response.json()["icons"]
    assert {icon["src"].rpartition("-")[2] for icon in icons} == {"192.png", "512.png", "maskable.png"}


def test_the_whole_of_a_logo_is_seen_with_nothing_around_it(ada: Browser, web: Web, db: Database) -> None:
    ada.open("/settings/company/look").send(
        "/settings/company/look", files={"logo": ("logo.png", picture(400, 100), "image/png")}
    )

    name = db.read_now(company.load).logo.removesuffix(".png")
    with Image.open(io.BytesIO(web.browser().open(f"/look/{name}-512.png").response.content)) as shown:
        assert shown.convert("RGBA").getpixel((2, 256)) == (0, 0, 128, 255)
        assert shown.convert("RGBA").getpixel((256, 2)) == (0, 0, 0, 0)


def test_a_logo_can_be_removed_and_its_file_goes(ada: Browser, web: Web, db: Database) -> None:
    ada.open("/settings/company/look").send(
        "/settings/company/look", files={"logo": ("logo.png", picture(), "image/png")}
    )
    name = db.read_now(company.load).logo

    ada.open("/settings/company/look").send("/settings/company/look", remove_logo="1")

    assert db.read_now(company.load).logo == ""
    assert web.browser().open(f"/look/{name.removesuffix('.png')}-64.png").status in (303, 404)
    assert "mark logo" not in web.browser().open("/sign-in").text


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"no picture", "must be a PNG, JPEG, GIF, WebP, AVIF or HEIC picture"),
        (picture(20, 20), "is too small (at least 64 pixels on its longer side)"),
        (b"\x89PNG" + bytes(4 * 1024 * 1024), "is too large (maximum is 4 MB)"),
    ],
    ids=["no picture", "too small", "too large"],
)
def test_what_cannot_be_a_logo_is_refused_by_its_rule(ada: Browser, data: bytes, rule: str) -> None:
    page = ada.open("/settings/company/look").send(
        "/settings/company/look", {"logo": ("logo.png", data, "image/png")}, accent="#1d4ed8"
    )

    assert page.status == 422
    assert page.error("logo") == f"The logo {rule}."


def test_no_other_file_of_the_store_can_be_had_as_logo(ada: Browser, web: Web, people: People) -> None:
    ada.open("/settings/company/look").send(
        "/settings/company/look", files={"logo": ("logo.png", picture(), "image/png")}
    )

    assert web.browser().open(f"/look/{'0' * 40}-64.png").status == 404


def test_members_cannot_change_the_look(web: Web, people: People) -> None:
    assert web.signed_in(people.bo).open("/settings/company/look").status == 403
    assert web.signed_in(people.bo).open("/setup/look").status == 403
