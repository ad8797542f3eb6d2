"""What a reader does with a post: like, bookmark, pin, mute its conversation. All can be repeated."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select, update

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.posts import hooks, queries
from officetalk.posts.change import own
from officetalk.posts.entities import Post
from officetalk.posts.tables import bookmark, conversation_mute, like, pin, post

MAX_PINS = 5


def _statements(table: Any) -> tuple[Statement, Statement]:
    return (
        upsert(table, ["account_id", "post_id"], []),
        Statement(delete(table).where(table.c.account_id == p("account"), table.c.post_id == p("post"))),
    )


_LIKE, _UNLIKE = _statements(like)
_BOOKMARK, _UNBOOKMARK = _statements(bookmark)
_PIN, _UNPIN = _statements(pin)
_COUNT_LIKE = Statement(
    update(post).where(post.c.id == p("post")).values(likes_count=post.c.likes_count + p("by"))
)
_PINS = Statement(select(func.count()).select_from(pin).where(pin.c.account_id == p("account")))
_MUTE = upsert(conversation_mute, ["account_id", "conversation_id"], [])
_UNMUTE = Statement(
    delete(conversation_mute).where(
        conversation_mute.c.account_id == p("account"),
        conversation_mute.c.conversation_id == p("conversation"),
    )
)


def _shown_id(conn: Connection, actor: int, id: int) -> int:
    """The post that is meant: the original of a repost. NotFound when it is not for the actor."""
    return queries.get(conn, actor, id).shown.id


def like_post(conn: Connection, actor: int, id: int) -> Post:
    content = queries.get(conn, actor, id).shown.content
    id = content.id
    if conn.run(_LIKE, account_id=actor, post_id=id, id=conn.new_id()) > 0:
        conn.run(_COUNT_LIKE, post=id, by=1)
        hooks.liked(conn, content, actor)
        conn.announce("post.counted", id, actor)
    return queries.get(conn, actor, id)


def unlike_post(conn: Connection, actor: int, id: int) -> Post:
    content = queries.get(conn, actor, id).shown.content
    id = content.id
    if conn.run(_UNLIKE, account=actor, post=id) > 0:
        conn.run(_COUNT_LIKE, post=id, by=-1)
        hooks.unliked(conn, content, actor)
        conn.announce("post.counted", id, actor)
    return queries.get(conn, actor, id)


def bookmark_post(conn: Connection, actor: int, id: int) -> Post:
    id = _shown_id(conn, actor, id)
    conn.run(_BOOKMARK, account_id=actor, post_id=id, id=conn.new_id())
    return queries.get(conn, actor, id)


def unbookmark_post(conn: Connection, actor: int, id: int) -> Post:
    id = _shown_id(conn, actor, id)
    conn.run(_UNBOOKMARK, account=actor, post=id)
    return queries.get(conn, actor, id)


def pin_post(conn: Connection, actor: int, id: int) -> Post:
    """Pin one's own post to the profile, at most MAX_PINS; not a repost, not a direct one."""
    found = own(conn, actor, id)
    if found.reposted is not None:
        raise Invalid(None, "Reposts cannot be pinned")
    if found.content.audience == "direct":
        raise Invalid(None, "Posts that are only visible to mentioned people cannot be pinned")
    if not found.pinned and conn.value(_PINS, account=actor) >= MAX_PINS:
        raise Invalid(None, "You have already pinned the maximum number of %(count)s posts", count=MAX_PINS)
    conn.run(_PIN, account_id=actor, post_id=id, id=conn.new_id())
    return queries.get(conn, actor, id)


def unpin_post(conn: Connection, actor: int, id: int) -> Post:
    own(conn, actor, id)
    conn.run(_UNPIN, account=actor, post=id)
    return queries.get(conn, actor, id)


def mute_conversation(conn: Connection, actor: int, id: int) -> Post:
    content = queries.get(conn, actor, id).shown.content
    conn.run(_MUTE, account_id=actor, conversation_id=content.conversation_id)
    return queries.get(conn, actor, content.id)


def unmute_conversation(conn: Connection, actor: int, id: int) -> Post:
    content = queries.get(conn, actor, id).shown.content
    conn.run(_UNMUTE, account=actor, conversation=content.conversation_id)
    return queries.get(conn, actor, content.id)
