"""How the company looks: one style sheet with its colour in it, and its logo in the sizes that are shown. Their
addresses change with their content, so browsers keep them for ever (company_look.py answers them)."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from html import escape

from markupsafe import Markup

from officetalk.company.settings import Company
from officetalk.media import logos
from officetalk.web.colours import style_of
from officetalk.web.icons import asset, built, manifest


def style_sheet(company: Company) -> str:
    """The path of the style sheet: the built one, or for a company with a colour of its own that with it."""
    return f"/look/{digest_of(company.accent)}.css" if company.accent else asset("app.css")


def logo_path(company: Company, variant: logos.Variant) -> str:
    """The path of the company's logo; empty when it has none."""
    return f"/look/{company.logo.removesuffix('.png')}-{variant}.png" if company.logo else ""


def mark_of(company: Company) -> str:
    """What stands in the place of OfficeTalk's mark, as HTML: the company's logo; empty when it has none."""
    path = logo_path(company, "64")
    return f'<img class="mark logo" src="{path}" width="30" height="30" alt="">' if path else ""


def name_of(company: Company) -> Markup:
    """What stands beside the mark: a company with a logo goes by its own name."""
    return Markup(escape(company.name if company.logo else "OfficeTalk"))


def digest_of(accent: str) -> str:
    """Names the style sheet with this colour."""
    return hashlib.sha256(f"{manifest()['app.css']} {accent}".encode()).hexdigest()[:16]


@lru_cache(maxsize=4)
def style_with(accent: str) -> tuple[bytes, bytes]:
    """The style sheet with this colour, and compressed."""
    css = built(manifest()["app.css"]).replace(b'url("./', b'url("/static/') + style_of(accent).encode()
    return css, gzip.compress(css, 9, mtime=0)
