"""The pictures of README and docs, taken of the demo company: `make screenshots`.

python -m scripts.screenshots                the pictures of the docs
python -m scripts.screenshots FOLDER         every main page there, light and dark, in four widths
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.demo_browser import PERSON, a_thread, demo, sign_in
from tests import chromium

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE, PHONE = (1280, 860), (390, 844)
WIDTHS = (390, 768, 1280, 1600)
# Everything that has an address of its own; the thread comes beside.
PAGES = {
    "home": "/", "company": "/company", "profile": f"/@{PERSON}", "people": "/people", "search": "/search?q=sensor",
    "explore": "/explore", "notifications": "/notifications", "messages": "/messages", "lists": "/lists",
    "links": "/go", "link": "/go/-/lunch", "link-missed": "/go/vaccation", "link-new": "/go/new",
    "bookmarks": "/bookmarks", "likes": "/likes", "requests": "/requests", "scheduled": "/scheduled",
    "compose": "/compose", "keys": "/keys", "settings": "/settings", "appearance": "/settings/appearance",
    "settings-notifications": "/settings/notifications", "filters": "/settings/filters",
    "sessions": "/settings/sessions", "apps": "/settings/apps", "muted": "/settings/muted",
}  # fmt: skip


def main() -> None:
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.LAUNCH_ARGS)
        if len(sys.argv) > 1:
            _everything(browser, address, Path(sys.argv[1]))
        else:
            _docs(browser, address)
        browser.close()


def _docs(browser: Browser, address: str) -> None:
    wide = _page(browser, address, WIDE, "light")
    thread = a_thread(wide, address)
    _take(wide, f"{address}/", IMAGES / "home.png")
    _take(wide, f"{address}/@{PERSON}", IMAGES / "profile.png")
    _take(wide, f"{address}/explore", IMAGES / "explore.png")
    dark = _page(browser, address, WIDE, "dark")
    _take(dark, f"{address}/notifications", IMAGES / "notifications-dark.png")
    phone = _page(browser, address, PHONE, "light")
    _take(phone, f"{address}{thread}", IMAGES / "thread-phone.png")
    _take(phone, f"{address}/compose", IMAGES / "compose-phone.png")


def _everything(browser: Browser, address: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            page = _page(browser, address, (width, 1000 if width > 400 else 844), scheme)
            for name, path in {**PAGES, "thread": a_thread(page, address)}.items():
                _take(page, f"{address}{path}", folder / f"{name}-{width}-{scheme}.png")
            page.context.close()


def _page(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        timezone_id="Europe/Oslo",
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, address)
    return page


def _take(page: Page, address: str, to: Path) -> None:
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(250)  # pictures that are still on their way
    page.screenshot(path=to)
    print(to.name)


if __name__ == "__main__":
    main()
