"""What the build of the assets left in static/: the manifest and the icons.

A template writes `{{ icon('heart') }}`; the page's own symbol sheet is put together from what was written,
so that it holds only the icons that are used.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import msgspec
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
_USED = re.compile(rb'href="#i-([a-z0-9-]+)"')
# Fragments come without a sheet: what they may use is in every page.
_IN_FRAGMENTS = frozenset(
    "at-sign award ban bell bell-off bookmark building-2 check cloud-off chevron-down chevron-left chevron-right circle-alert circle-check clock copy ellipsis eye-off megaphone calendar flag hash heart "
    "gavel history link list-checks lock map-pin message-circle moon pencil pin pin-off quote repeat-2 chart-bar image sliders-horizontal smile triangle-alert smartphone trash-2 user-x users volume-x x layout-grid plus".split()
)


class NotBuilt(RuntimeError):
    """The assets have not been built: `make setup` (or `npm run build`) does it."""


def built(name: str) -> bytes:
    """A file that the build made."""
    try:
        return (STATIC / name).read_bytes()
    except FileNotFoundError as problem:
        raise NotBuilt(f"{STATIC / name} is missing: build the assets with `make setup`") from problem


@lru_cache(maxsize=1)
def icons() -> dict[str, str]:
    """Icon name to the inside of its <svg>."""
    return msgspec.json.decode(built("icons.json"))


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Logical name of an asset to the file that has its content's hash in its name."""
    return msgspec.json.decode(built("manifest.json"))


@lru_cache(maxsize=512)
def icon(name: str, cls: str = "") -> Markup:
    """An icon from the page's symbol sheet. KeyError for one that assets/icons.txt does not list."""
    if name not in icons():
        raise KeyError(f"assets/icons.txt has no icon {name}")
    return Markup('<svg class="i{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(
        f" {cls}" if cls else "", name
    )


def asset(name: str) -> str:
    """The address of a built asset, by its logical name: `app.css`."""
    return f"/static/{manifest()[name]}"


def symbols_for(html: bytes) -> bytes:
    """The symbol sheet of a page."""
    return _sheet(frozenset(_USED.findall(html)))


@lru_cache(maxsize=256)
def _sheet(used: frozenset[bytes]) -> bytes:
    known, names = icons(), _IN_FRAGMENTS.union(name.decode() for name in used)
    symbols = (f'<symbol id="i-{n}" viewBox="0 0 24 24">{known[n]}</symbol>' for n in sorted(names))
    return f'<svg hidden aria-hidden="true">{"".join(symbols)}</svg>'.encode()
