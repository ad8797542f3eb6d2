"""Pictures of all components in all states, `/dev/components`, beside those that were looked at and kept.

After a change that is meant, look at the new pictures and keep them:

    OFFICETALK_KEEP_PICTURES=1 make test TESTS=tests/e2e/test_components.py
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.e2e.conftest import Server, sign_in

pytestmark = pytest.mark.browser

KEPT = Path(__file__).parent / "pictures"
SECTIONS = ("cards", "timeline", "composers", "people", "forms", "states", "shortcuts")
# Browsers draw the edges of letters a little differently from version to version.
_NOTICED = 48  # of 255, by which a pixel must differ to count
_MOST = 0.01  # of the pixels


# Fonts of the machine differ: pictures are taken in the font that comes with the pages.
_OWN_FONT = ".mono, kbd, code { font-family: var(--font) !important }"
# What stands still on the screen would cover the components.
_NOTHING_STICKS = ".head, .tabbar, .skip, .newpill { position: static !important }"
_LATIN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) walk.currentNode.data = walk.currentNode.data.replace(/[\\u0600-\\u06ff]+/g, "Layla");
}"""

_ALL_THERE = """() => {
  for (const picture of document.images) picture.loading = "eager";
  return Promise.all([document.fonts.ready, ...[...document.images].map((picture) => picture.decode())]);
}"""


@pytest.fixture
def gallery(server: Server, window: Callable[..., Page]) -> Callable[..., Page]:
    server.makes_account("ingrid", "Ingrid Solheim", "owner")
    server.stop()
    server.start(OFFICETALK_DEVELOPMENT="on")

    def opened(**options: Any) -> Page:
        page = window(reduced_motion="reduce", **options)
        sign_in(page, "ingrid")
        page.goto("/dev/components")
        return page

    return opened


def test_components_look_as_they_did(gallery: Callable[..., Page]) -> None:
    different = []
    for look, options in (
        ("wide-light", {"color_scheme": "light"}),
        ("phone-dark", {"color_scheme": "dark", "phone": True}),
    ):
        page = gallery(bypass_csp=True, **options)
        page.add_style_tag(content=_OWN_FONT + _NOTHING_STICKS)
        page.evaluate(_LATIN)
        page.evaluate(_ALL_THERE)
        different += [f"{section}-{look}" for section in SECTIONS if not _alike(page, look, section)]

    assert different == []


def test_no_component_is_wider_than_the_page(gallery: Callable[..., Page]) -> None:
    page = gallery()
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})

        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _alike(page: Page, look: str, section: str) -> bool:
    taken = Image.open(io.BytesIO(page.locator(f"#{section}").screenshot(animations="disabled"))).convert(
        "RGB"
    )
    file = KEPT / f"{section}-{look}.png"
    if os.environ.get("OFFICETALK_KEEP_PICTURES"):
        KEPT.mkdir(exist_ok=True)
        taken.quantize(64).save(file, optimize=True)
        return True
    kept = Image.open(file).convert("RGB")
    if kept.size != taken.size:
        return False
    difference = ImageChops.difference(kept, taken).convert("L").point(lambda value: 255 * (value > _NOTICED))
    return difference.histogram()[255] <= _MOST * taken.width * taken.height
