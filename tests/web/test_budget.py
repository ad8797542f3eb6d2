"""What a page weighs: one style sheet and one script, small enough for a slow network."""

from __future__ import annotations

import gzip
import re

import pytest

from officetalk.web.icons import STATIC, manifest
from tests.people import People
from tests.web.browser import Web

KB = 1024


@pytest.mark.parametrize(("name", "most"), [("app.css", 45 * KB), ("app.js", 70 * KB)])
def test_style_sheet_and_script_keep_their_budget(name: str, most: int) -> None:
    packed = gzip.compress((STATIC / manifest()[name]).read_bytes(), 9)

    assert len(packed) < most


def test_the_first_paint_needs_the_page_and_one_style_sheet(web: Web, people: People) -> None:
    people.ada.posts("Hello")
    page = web.signed_in(people.ada).open("/").text

    assert len(re.findall(r'<link[^>]*rel="stylesheet"', page)) == 1
    # The script is a module: it waits for the page, not the page for it.
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert scripts
    assert all('type="module"' in tag or 'type="application/json"' in tag for tag in scripts)
