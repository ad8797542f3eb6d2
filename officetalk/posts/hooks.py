"""Who else has to write when a post is written or deleted, in the same transaction (search does).

Posts do not know them, since they lie above: `app` registers them before it serves. What need not be in
the transaction listens on the bus instead.
"""

from __future__ import annotations

from collections.abc import Callable

from officetalk.core.database import Connection
from officetalk.posts.entities import Content

Written = Callable[[Connection, Content], None]
Deleted = Callable[[Connection, int], None]

_written: list[Written] = []
_deleted: list[Deleted] = []
_poll_ended: list[Written] = []


def on_write(call: Written) -> None:
    """Call this for every post that is published or edited; a repost is none. Can be repeated."""
    if call not in _written:
        _written.append(call)


def on_delete(call: Deleted) -> None:
    """Call this with the id of every post that is deleted. Can be repeated."""
    if call not in _deleted:
        _deleted.append(call)


def on_poll_end(call: Written) -> None:
    """Call this for every poll whose time has come. Can be repeated."""
    if call not in _poll_ended:
        _poll_ended.append(call)


def written(conn: Connection, content: Content) -> None:
    for call in _written:
        call(conn, content)


def deleted(conn: Connection, post_id: int) -> None:
    for call in _deleted:
        call(conn, post_id)


def poll_ended(conn: Connection, content: Content) -> None:
    for call in _poll_ended:
        call(conn, content)
