"""Posts to the company that link to an address."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from officetalk.core.database import Connection
from officetalk.core.paging import Page, bounds
from officetalk.core.sql import Packed, Statement, p, within
from officetalk.links.shorten import id_of
from officetalk.links.tables import link, link_post
from officetalk.posts.entities import Content, Post
from officetalk.posts.queries import assemble, original, quoted_id, visible_item, wanted_item, with_state
from officetalk.posts.tables import post

_ENTER = Statement(
    insert(link_post).from_select(
        ["link_id", "post_id"], select(link.c.id, p("post")).where(within(link.c.code, "codes"))
    )
)
_LEAVE = Statement(delete(link_post).where(link_post.c.post_id == p("post")))


def written(conn: Connection, content: Content) -> None:
    """Called for every post that is published or edited: see posts/hooks.py."""
    if content.audience != "company":
        return
    if content.edited_at is not None:
        conn.run(_LEAVE, post=content.id)
    if content.recognised.links:
        conn.run(_ENTER, post=content.id, codes=[code for _, code in content.recognised.links])


def deleted(conn: Connection, post_id: int) -> None:
    """Called for every post that is deleted: see posts/hooks.py."""
    conn.run(_LEAVE, post=post_id)


def _statement(direction: str) -> Statement:
    cursor = link_post.c.post_id
    return Packed(
        with_state(
            select(cursor, cursor.label("cursor"), quoted_id(post, original))
            .select_from(
                link_post.join(post, post.c.id == cursor).outerjoin(
                    original, original.c.id == post.c.repost_of_id
                )
            )
            .where(
                link_post.c.link_id == p("link"),
                cursor < p("below"),
                cursor > p("above"),
                visible_item(post, original),
                wanted_item(post, original),
            )
            .order_by(cursor.desc() if direction == "older" else cursor.asc())
            .limit(p("limit"))
        )
    )


_POSTS = {direction: _statement(direction) for direction in ("older", "newer")}


def by_link(conn: Connection, viewer: int, url: str, page: Page) -> list[Post]:
    """Posts to the company with a link to exactly this address, newest first; none when there is none, so
    that nobody learns what only others may read. Three statements, served by the primary key."""
    found = id_of(conn, url)
    if found is None:
        return []
    direction, below, above = bounds(page)
    rows = conn.all(
        _POSTS[direction],
        viewer=viewer, now=conn.now, link=found, below=below, above=above, limit=page.limit,
    )  # fmt: skip
    return assemble(conn, rows, viewer)
