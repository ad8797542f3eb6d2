"""Templates: compiled once, as components (one macro a component, in templates/components/).

Icons: a template writes `{{ icon('heart') }}`; the page's own symbol sheet is put together from what was
written, so that it holds only the icons that are used.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_SHEET = "<!--icons-->"  # where the symbol sheet goes: in base.html
_USED = re.compile(r'href="#i-([a-z0-9-]+)"')
# Fragments come without a sheet: what they may use is in every page that has one.
_IN_FRAGMENTS = (
    "at-sign", "ban", "bell", "bell-off", "bookmark", "building-2", "check", "chevron-down", "circle-alert",
    "circle-check", "copy", "ellipsis", "heart", "history", "link", "lock", "map-pin", "message-circle", "moon",
    "pencil", "pin", "pin-off", "repeat-2", "trash-2", "users", "volume-x", "x",
)  # fmt: skip


class NotBuilt(RuntimeError):
    """The assets have not been built: `make setup` (or `npm run build`) does it."""


@lru_cache(maxsize=1)
def icons() -> dict[str, str]:
    """Icon name to the inside of its <svg>."""
    return msgspec.json.decode(_built("icons.json"))


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Logical name of an asset to the file that has its content's hash in its name."""
    return msgspec.json.decode(_built("manifest.json"))


def _built(name: str) -> bytes:
    try:
        return (STATIC / name).read_bytes()
    except FileNotFoundError as problem:
        raise NotBuilt(f"{STATIC / name} is missing: build the assets with `make setup`") from problem


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


@lru_cache(maxsize=256)
def _sheet(names: frozenset[str]) -> str:
    known = icons()
    symbols = (f'<symbol id="i-{n}" viewBox="0 0 24 24">{known[n]}</symbol>' for n in sorted(names))
    return f'<svg hidden aria-hidden="true">{"".join(symbols)}</svg>'


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        cache_size=-1,
    )
    environment.globals.update(icon=icon, asset=asset)
    return environment


environment = _environment()


def render(template: str, **values: Any) -> str:
    """A whole page, or a fragment when the template does not extend base.html."""
    html = environment.get_template(template).render(values)
    if _SHEET in html:
        html = html.replace(_SHEET, _sheet(frozenset(_USED.findall(html)).union(_IN_FRAGMENTS)), 1)
    return html
