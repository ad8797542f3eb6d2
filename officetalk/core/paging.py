"""Paging by key: which part of a list is asked for."""

from __future__ import annotations

import msgspec

NEWEST = (1 << 63) - 1  # above every id


class Page(msgspec.Struct, frozen=True):
    """Part of a list that is newest first. `since_id`: newer than, from the top; `min_id`: newer than, next
    to the cursor; `max_id`: older than."""

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


def bounds(page: Page) -> tuple[str, int, int]:
    """(direction, below, above) of a page, the bounds exclusive: what the list statements take. `newer` is
    read in ascending order, from the cursor on."""
    below = page.max_id if page.max_id is not None else NEWEST
    if page.min_id is not None:
        return "newer", below, page.min_id
    return "older", below, page.since_id or 0
