"""The thread of a post: the path above it and the comments below it, in reading order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from officetalk.accounts.entities import Person
from officetalk.accounts.queries import account_columns, count_columns, person_of_row
from officetalk.accounts.tables import account, block
from officetalk.core.database import Connection
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p
from officetalk.posts import queries
from officetalk.posts.entities import Post, Thread
from officetalk.posts.queries import assemble, original, quoted_id, visible_item, wanted_item, with_state
from officetalk.posts.tables import like, post
from officetalk.posts.visibility import visible_to, wanted_by

MAX_THREAD = 4096  # posts of a conversation that are read at the most, as Mastodon does

# Who is deleted or unreadable leaves no text, but the others keep their place: so the skeleton of the
# thread (ids and parents) is read apart from what may be shown. Served by ix_post_conversation.
_SKELETON = Statement(
    select(post.c.id, post.c.parent_id)
    .where(post.c.conversation_id == p("conversation"), post.c.repost_of_id.is_(None))
    .order_by(post.c.id)
    .limit(MAX_THREAD)
)
_READABLE = Packed(
    with_state(
        select(post.c.id.label("post_id"), post.c.id.label("cursor"), quoted_id(post, original))
        .select_from(post.outerjoin(original, original.c.id == post.c.repost_of_id))
        .where(
            post.c.conversation_id == p("conversation"),
            post.c.repost_of_id.is_(None),
            visible_item(post, original),
            or_(post.c.id == p("focus"), wanted_item(post, original)),
        )
        .order_by(post.c.id)
        .limit(MAX_THREAD)
    )
)


def thread(conn: Connection, viewer: int, id: int) -> Thread:
    """The post with its ancestors (oldest first) and descendants (depth first, each level by time).

    Muted and blocked people stay out, unless it is their post that was asked for. NotFound as `get`.
    Five statements at the most, whatever the length.
    """
    focus = queries.get(conn, viewer, id).shown
    conversation = focus.content.conversation_id
    readable = {
        found.id: found
        for found in assemble(
            conn,
            conn.all(_READABLE, viewer=viewer, now=conn.now, conversation=conversation, focus=focus.id),
            viewer,
        )
    }
    parents: dict[int, int | None] = {}
    children: dict[int, list[int]] = {}
    for post_id, parent_id in conn.all(_SKELETON, conversation=conversation):
        parents[post_id] = parent_id
        if parent_id is not None:
            children.setdefault(parent_id, []).append(post_id)

    ancestors: list[Post] = []
    above = parents.get(focus.id)
    while above is not None:
        if above in readable:
            ancestors.append(readable[above])
        above = parents.get(above)
    ancestors.reverse()

    descendants: list[Post] = []
    waiting = list(reversed(children.get(focus.id, [])))
    while waiting:
        below = waiting.pop()
        if below in readable:
            descendants.append(readable[below])
        waiting.extend(reversed(children.get(below, [])))
    return Thread(focus, tuple(ancestors), tuple(descendants))


def _people_statements(table: Any, person_id: Any, *conditions: Any) -> dict[str, Statement]:
    """Lists of people derived from a post, in both directions."""
    cursor = table.c.id
    blocked = block.alias("shut_out")
    base = (
        select(*account_columns(account), *count_columns(account), cursor)
        .select_from(
            table.join(account, account.c.id == person_id).outerjoin(
                blocked, and_(blocked.c.account_id == account.c.id, blocked.c.target_id == p("viewer"))
            )
        )
        .where(
            *conditions,
            cursor < p("below"),
            cursor > p("above"),
            blocked.c.id.is_(None),
            account.c.state != "suspended",
            wanted_by(account.c.id),
        )
        .limit(p("limit"))
    )
    return {"older": Statement(base.order_by(cursor.desc())), "newer": Statement(base.order_by(cursor.asc()))}


_LIKED_BY = _people_statements(like, like.c.account_id, like.c.post_id == p("post"))
_reposts = post.alias("reposts")
_REPOSTED_BY = _people_statements(
    _reposts,
    _reposts.c.author_id,
    _reposts.c.repost_of_id == p("post"),
    visible_to(_reposts),
)


def _people(
    conn: Connection, statements: dict[str, Statement], viewer: int, id: int, page: Page
) -> list[Person]:
    shown = queries.get(conn, viewer, id).shown
    direction, below, above = bounds(page)
    rows = conn.all(
        statements[direction],
        viewer=viewer, now=conn.now, post=shown.id, below=below, above=above, limit=page.limit,
    )  # fmt: skip
    if direction == "newer":
        rows.reverse()
    return [person_of_row(conn, row, row[-1]) for row in rows]


def liked_by(conn: Connection, viewer: int, id: int, page: Page) -> list[Person]:
    """Who likes a post, newest first. NotFound when the post is not for the viewer."""
    return _people(conn, _LIKED_BY, viewer, id, page)


def reposted_by(conn: Connection, viewer: int, id: int, page: Page) -> list[Person]:
    """Who reposted a post, newest first. NotFound when the post is not for the viewer."""
    return _people(conn, _REPOSTED_BY, viewer, id, page)
