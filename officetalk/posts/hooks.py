"""Who else has to write when a post is written or deleted (search does), liked or reposted (people are
told of it), in the same transaction.

Posts do not know them, since they lie above: `app` registers them before it serves. What need not be in
the transaction listens on the bus instead.
"""

from __future__ import annotations

from collections.abc import Callable

from officetalk.core.database import Connection
from officetalk.posts.entities import Content

Written = Callable[[Connection, Content], None]
Deleted = Callable[[Connection, int], None]
Liked = Callable[[Connection, Content, int], None]
Reposted = Callable[[Connection, Content, Content], None]

_written: list[Written] = []
_deleted: list[Deleted] = []
_poll_ended: list[Written] = []
_liked: list[Liked] = []
_unliked: list[Liked] = []
_reposted: list[Reposted] = []
_unreposted: list[Written] = []


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


def on_like(call: Liked) -> None:
    """Call this with a post and who likes it from now on. Can be repeated."""
    if call not in _liked:
        _liked.append(call)


def on_unlike(call: Liked) -> None:
    """Call this with a post and who likes it no longer. Can be repeated."""
    if call not in _unliked:
        _unliked.append(call)


def on_repost(call: Reposted) -> None:
    """Call this with every repost and its original. Can be repeated."""
    if call not in _reposted:
        _reposted.append(call)


def on_unrepost(call: Written) -> None:
    """Call this with every repost that is taken back by itself; those that go with their original are not
    told of. Can be repeated."""
    if call not in _unreposted:
        _unreposted.append(call)


def written(conn: Connection, content: Content) -> None:
    for call in _written:
        call(conn, content)


def deleted(conn: Connection, post_id: int) -> None:
    for call in _deleted:
        call(conn, post_id)


def poll_ended(conn: Connection, content: Content) -> None:
    for call in _poll_ended:
        call(conn, content)


def liked(conn: Connection, content: Content, actor: int) -> None:
    for call in _liked:
        call(conn, content, actor)


def unliked(conn: Connection, content: Content, actor: int) -> None:
    for call in _unliked:
        call(conn, content, actor)


def reposted(conn: Connection, repost: Content, original: Content) -> None:
    for call in _reposted:
        call(conn, repost, original)


def unreposted(conn: Connection, repost: Content) -> None:
    for call in _unreposted:
        call(conn, repost)
