"""The card of a link comes after its post: it is put there quietly, without a version in the history."""

from __future__ import annotations

import msgspec
from sqlalchemy import String, update

from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.sql import Statement, p
from officetalk.links.entities import Card
from officetalk.posts import queries
from officetalk.posts.publish import LOCK
from officetalk.posts.tables import post

_SET = Statement(
    update(post)
    .where(post.c.id == p("post"), post.c.deleted_at.is_(None))
    .values(attached=p("attached", String), revision=post.c.revision + 1)
)


def set_card(conn: Connection, post_id: int, card: Card | None) -> bool:
    """Put a card below a post. Whether something changed: nothing does when the post is gone."""
    conn.first(LOCK, post=post_id)
    try:
        content = queries.content_of(conn, post_id)
    except NotFound:
        return False
    if content.attached.card == card:
        return False
    attached = msgspec.structs.replace(content.attached, card=card)
    changed = conn.run(_SET, post=post_id, attached=msgspec.json.encode(attached).decode()) > 0
    if changed:
        conn.announce("post.dressed", post_id, content.author_id)
    return changed
