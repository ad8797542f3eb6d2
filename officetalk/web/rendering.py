"""Templates: compiled once, as components (one macro a component, in templates/components/)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from officetalk.web.cards import tag_path
from officetalk.web.faces import cover, face
from officetalk.web.icons import asset, icon, symbols_for

_SHEET = "<!--icons-->"  # where base.html wants the symbol sheet


_PLAIN_ICON = re.compile(r"\{\{ icon\('([a-z0-9-]+)'(?:, '([a-z0-9 -]+)')?\) \}\}")


class _Loader(FileSystemLoader):
    """Templates with the icons in them that are known beforehand: a page of twenty posts prints some two
    hundred, and a call for each took a third of its time."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, up_to_date = super().get_source(environment, template)
        return _PLAIN_ICON.sub(lambda m: str(icon(m[1], m[2] or "")), source), path, up_to_date


def _environment() -> Environment:
    environment = Environment(
        loader=_Loader(Path(__file__).parent / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        cache_size=-1,
    )
    functions: dict[str, Any] = environment.globals
    functions.update(icon=icon, asset=asset, face=face, cover=cover, tag_path=tag_path)
    return environment


environment = _environment()


def render(template: str, **values: Any) -> str:
    """A whole page, or a fragment when the template does not extend base.html."""
    html = environment.get_template(template).render(values)
    if _SHEET in html:
        html = html.replace(_SHEET, symbols_for(html), 1)
    return html
