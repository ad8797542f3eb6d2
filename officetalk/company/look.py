"""How the company looks: its colour and its logo."""

from __future__ import annotations

from typing import Any

from officetalk.company import settings
from officetalk.company.settings import Company
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid


def change(conn: Connection, *, accent: str, logo: str | None = None, remove_logo: bool = False) -> Company:
    """Change the colour (#rrggbb, or empty for OfficeTalk's own) and the logo: `logo` is the name of a stored one
    (media/logos.py), None leaves it as it is. Invalid names the field. Who may is the caller's question."""
    changes: dict[str, Any] = {"accent": _colour(accent)}
    if logo is not None:
        changes["logo"] = logo
    elif remove_logo:
        changes["logo"] = ""
    return settings.change(conn, **changes)


def _colour(text: str) -> str:
    colour = text.strip().lower()
    digits = colour.removeprefix("#")
    if colour and not (len(digits) == 6 and set(digits) <= set("0123456789abcdef")):
        raise Invalid("accent", "must be a colour such as #0a5c52")
    return f"#{digits}" if colour else ""
