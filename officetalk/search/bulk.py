"""Indexing many at once: imports, the benchmark's company."""

from __future__ import annotations

from collections.abc import Iterable

from officetalk.core.database import Connection
from officetalk.search import people, posts

_CHUNK = 500


def index_people(conn: Connection, ids: Iterable[int]) -> None:
    """Find these accounts by what their profiles say now."""
    ids = list(ids)
    for start in range(0, len(ids), _CHUNK):
        people.index_many(conn, ids[start : start + _CHUNK])


def index_posts(conn: Connection, written: Iterable[tuple[int, int, str]]) -> None:
    """Find these posts, which are not indexed yet: (id, id of the author, text)."""
    posts.index_many(conn, written)
