"""What the company talks about: hashtags of the last day."""

from __future__ import annotations

from sqlalchemy import func, select

from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.sql import Statement, one_of, p
from officetalk.feeds.tables import feed_entry
from officetalk.posts.tables import hashtag, post
from officetalk.posts.visibility import COMPANY_WIDE

_DAY_MS = 24 * 3600 * 1000
_REMEMBER_MS = 60_000

# Only posts that everybody may read are counted, so the figures are the same for all and kept for a minute.
# Served by ix_feed_entry_post_id: the entries of one day.
_TALKED = Statement(
    select(hashtag.c.name, func.count().label("posts"))
    .select_from(
        feed_entry.join(hashtag, hashtag.c.id == feed_entry.c.feed_id).join(
            post, post.c.id == feed_entry.c.post_id
        )
    )
    .where(
        feed_entry.c.post_id > p("since"),
        one_of(post.c.audience, COMPANY_WIDE),
        post.c.deleted_at.is_(None),
    )
    .group_by(hashtag.c.id, hashtag.c.name)
    .order_by(func.count().desc(), hashtag.c.name)
    .limit(p("limit"))
)


def talked_about(conn: Connection, limit: int = 6) -> list[tuple[str, int]]:
    """The hashtags of the last 24 hours by number of posts: (name, posts)."""
    cache = conn.cached("talked", 4)
    known = cache.get(limit)
    if known is None or known[0] < conn.now:
        rows = conn.all(_TALKED, since=first_at(conn.now - _DAY_MS), limit=limit)
        known = (conn.now + _REMEMBER_MS, [(name, posts) for name, posts in rows])
        cache.put(limit, known)
    return known[1]
