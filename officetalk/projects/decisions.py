"""Decisions: posts of a group that say what was decided, marked so by a member."""

from __future__ import annotations

from sqlalchemy import delete, select

from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, NotFound
from officetalk.core.sql import Statement, p, within
from officetalk.core.upsert import upsert
from officetalk.groups import queries as groups
from officetalk.groups.entities import Group
from officetalk.posts import queries as posts
from officetalk.posts.entities import Post
from officetalk.projects.tables import decision

MOST = 100

_MARK = upsert(decision, ["post_id"], [])
_UNMARK = Statement(delete(decision).where(decision.c.post_id == p("post")))
_OF_GROUP = Statement(
    select(decision.c.post_id)
    .where(decision.c.group_id == p("group"))
    .order_by(decision.c.id.desc())
    .limit(MOST)
)
_WHO = Statement(select(decision.c.marked_by).where(decision.c.post_id == p("post")))
_WHICH = Statement(select(decision.c.post_id).where(within(decision.c.post_id, "ids")))


def mark(conn: Connection, actor: int, post_id: int) -> None:
    """A member says that this post is a decision. NotFound for what is no post of a group that the actor reads;
    Forbidden for who is no member, or where the board is off."""
    group = _group(conn, actor, post_id)
    if not group.writable or not group.board:
        raise Forbidden("Only members of a group with a board mark decisions.")
    conn.run(_MARK, post_id=post_id, group_id=group.id, id=conn.new_id(), marked_by=actor)


def unmark(conn: Connection, actor: int, post_id: int) -> None:
    """It is none: for who marked it, and those who lead the group."""
    group, marked_by = _group(conn, actor, post_id), conn.value(_WHO, post=post_id)
    if marked_by is None:
        return
    if actor != marked_by and not group.at_least("manager"):
        raise Forbidden("Only its owners and managers can do that.")
    conn.run(_UNMARK, post=post_id)


def of_group(conn: Connection, viewer: int, group: Group) -> list[Post]:
    """The decisions of a group, last marked first, as the viewer may read them."""
    return posts.by_ids(conn, viewer, [row[0] for row in conn.all(_OF_GROUP, group=group.id)])


def is_one(conn: Connection, post_id: int) -> bool:
    """Whether a post is marked so."""
    return bool(conn.all(_WHICH, ids=[post_id]))


def deleted(conn: Connection, post_id: int) -> None:
    """Called for every post that is deleted: see posts/hooks.py."""
    conn.run(_UNMARK, post=post_id)


def _group(conn: Connection, actor: int, post_id: int) -> Group:
    content = posts.get(conn, actor, post_id).content
    if content.audience != "group":
        raise NotFound
    return groups.get(conn, actor, content.audience_of)
