"""Cards of links: what a page says of itself, below the post that links to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from officetalk.core.database import Connection
    from officetalk.posts.entities import Content
    from officetalk.previews.wanted import Wanted

_wanted: list[Wanted] = []


def install(wanted: Wanted) -> None:
    """Make cards for what is written from now on, for the links that are wanted. Can be repeated: what was
    said last counts."""
    from officetalk.posts import hooks
    from officetalk.previews import rules

    _wanted[:] = [wanted]
    hooks.on_write(_written)
    hooks.on_delete(rules.deleted)


def _written(conn: Connection, content: Content) -> None:
    from officetalk.previews import rules

    rules.written(conn, content, _wanted[0])
