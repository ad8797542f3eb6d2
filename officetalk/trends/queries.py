"""What leads, for one reader: of the few that were computed those that the reader may and wants to meet."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import exists, select

from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.sql import Packed, Statement, p
from officetalk.feeds.tables import feed_entry, subscription
from officetalk.links.tables import link, link_post
from officetalk.posts.entities import Post
from officetalk.posts.hashtags import Hashtag
from officetalk.posts.queries import assemble, original, quoted_id, visible_item, wanted_item, with_state
from officetalk.posts.tables import hashtag, post
from officetalk.posts.visibility import visible_to, wanted_by
from officetalk.trends.gather import DAY_MS, DAYS
from officetalk.trends.tables import trend


class TrendingLink(msgspec.Struct, frozen=True):
    id: int
    url: str


def _stands_in(source: Any, post_id: Any, *of: Any) -> Any:
    """Whether the reader may and wants to read a post of the last days with it, said to the company."""
    return exists(
        select(post.c.id)
        .select_from(source.join(post, post.c.id == post_id))
        .where(
            *of,
            post_id > p("since"),
            post.c.audience == "company",
            visible_to(post),
            wanted_by(post.c.author_id),
        )
    )


def _listed(query: Any, kind: str, *wanted: Any) -> Any:
    return (
        query.where(trend.c.kind == kind, *wanted)
        .order_by(trend.c.rank.desc())
        .limit(p("limit"))
        .offset(p("offset"))
    )


_follows = exists(
    select(subscription.c.feed_id).where(
        subscription.c.account_id == p("viewer"), subscription.c.feed_id == hashtag.c.id
    )
)
_TAGS = Statement(
    _listed(
        select(hashtag.c.id, hashtag.c.name, _follows).select_from(
            trend.join(hashtag, hashtag.c.id == trend.c.item_id)
        ),
        "tag",
        _stands_in(feed_entry, feed_entry.c.post_id, feed_entry.c.feed_id == hashtag.c.id),
    )
)
_LINKS = Statement(
    _listed(
        select(link.c.id, link.c.url).select_from(trend.join(link, link.c.id == trend.c.item_id)),
        "link",
        _stands_in(link_post, link_post.c.post_id, link_post.c.link_id == link.c.id),
    )
)
_POSTS = Packed(
    with_state(
        _listed(
            select(
                post.c.id.label("post_id"), trend.c.rank.label("cursor"), quoted_id(post, original)
            ).select_from(
                trend.join(post, post.c.id == trend.c.item_id).outerjoin(
                    original, original.c.id == post.c.repost_of_id
                )
            ),
            "status",
            visible_item(post, original),
            wanted_item(post, original),
        )
    )
)


def _values(conn: Connection, viewer: int, limit: int, offset: int) -> dict[str, int]:
    return {"viewer": viewer, "now": conn.now, "limit": limit, "offset": offset}


def tags(conn: Connection, viewer: int, limit: int, offset: int = 0) -> list[Hashtag]:
    """Hashtags that lead, the first first. One statement."""
    rows = conn.all(
        _TAGS, since=first_at(conn.now - DAYS * DAY_MS), **_values(conn, viewer, limit, offset)
    )  # fmt: skip
    return [Hashtag(*row) for row in rows]


def links(conn: Connection, viewer: int, limit: int, offset: int = 0) -> list[TrendingLink]:
    """Links that lead, the first first. One statement."""
    rows = conn.all(
        _LINKS, since=first_at(conn.now - DAYS * DAY_MS), **_values(conn, viewer, limit, offset)
    )  # fmt: skip
    return [TrendingLink(*row) for row in rows]


def posts(conn: Connection, viewer: int, limit: int, offset: int = 0) -> list[Post]:
    """Posts that lead, the first first. One statement, and one for what the cache does not hold."""
    return assemble(conn, conn.all(_POSTS, **_values(conn, viewer, limit, offset)), viewer)
