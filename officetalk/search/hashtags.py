"""Finding hashtags by how they begin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, exists, func, select

from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.sql import Statement, p
from officetalk.feeds.tables import feed, feed_entry, subscription
from officetalk.posts.hashtags import Hashtag
from officetalk.posts.tables import hashtag, post
from officetalk.posts.text import hashtag_key
from officetalk.posts.visibility import visible_to

RECENT_MS = 28 * 24 * 3600 * 1000  # what counts as use
MAX_USES = 25  # counted for each hashtag at most: each costs a look at a post
MAX_CANDIDATES = 40  # the last used of those that begin so
_SCANNED = 2_000
_LAST = "\U0010ffff"


def _visible_use(feed_id: Any) -> Any:
    return (
        select(feed_entry.c.post_id)
        .select_from(feed_entry.join(post, post.c.id == feed_entry.c.post_id))
        .where(feed_entry.c.feed_id == feed_id, visible_to(post))
    )


def _search() -> Statement:
    """Served by the unique index of hashtag.key, then by the primary keys of feed, feed_entry and post."""
    scanned = (
        select(hashtag.c.id, hashtag.c.name, hashtag.c.key)
        .where(hashtag.c.key >= p("key", String), hashtag.c.key < p("end", String))
        .order_by(hashtag.c.key)
        .limit(_SCANNED)
        .subquery("scanned")
    )
    exact = scanned.c.key == p("key", String)
    candidates = (
        select(scanned.c.id, scanned.c.name, scanned.c.key, exact.label("exact"))
        .select_from(scanned.join(feed, feed.c.id == scanned.c.id))
        .where(feed.c.last_post_id > 0)
        .order_by(exact.desc(), feed.c.last_post_id.desc())
        .limit(MAX_CANDIDATES)
        .subquery("candidates")
    )
    c = candidates.c
    recent = (
        _visible_use(c.id)
        .where(feed_entry.c.post_id > p("since"))
        .order_by(feed_entry.c.post_id.desc())
        .limit(MAX_USES)
        .correlate(candidates)
        .subquery("recent")
    )
    uses = select(func.count()).select_from(recent).scalar_subquery()
    following = exists(
        select(subscription.c.feed_id).where(
            subscription.c.account_id == p("viewer"), subscription.c.feed_id == c.id
        )
    )
    return Statement(
        select(c.id, c.name, following)
        .where(exists(_visible_use(c.id).correlate(candidates)))
        .order_by(c.exact.desc(), uses.desc(), c.key)
        .limit(p("limit"))
        .offset(p("offset"))
    )


_SEARCH = _search()


def search(conn: Connection, viewer: int, query: str, limit: int = 20, offset: int = 0) -> list[Hashtag]:
    """Hashtags that begin so, in any case and with accents or without: the very one first, then the most
    used of the last four weeks. Only such as stand in a post that the viewer may read; only such posts are
    counted. One statement."""
    key = hashtag_key(query.strip().lstrip("#＃"))
    if not key:
        return []
    rows = conn.all(
        _SEARCH,
        viewer=viewer, key=key, end=key + _LAST, since=first_at(conn.now - RECENT_MS),
        limit=limit, offset=offset,
    )  # fmt: skip
    return [Hashtag(id, name, following) for id, name, following in rows]
