"""The merge of feeds that the timelines of many people are made of: home, lists.

No copy per reader is kept. The merge has two phases, in one statement:

1. Of the reader's feeds take the K with the newest entries below the cursor; let T be the newest entry of
   the K-th. Each of them has an entry at or above T, so the newest K entries of all lie at or above T.
2. Read the entries of those K feeds at or above T, drop what the reader does not want, newest first.

Where the rules drop so many rows that the page is not full, a second statement takes the newest entries
that pass and may be read from every feed. `docs/architecture.md` has the drawing and the measurements.

On the first page phase one reads `feed.last_post_id`; for an older cursor it probes each feed's newest
entry below the cursor; for a newer one (min_id) it is the mirror image.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import Select, and_, case, func, select

from officetalk.core.database import Connection
from officetalk.core.paging import NEWEST, Page
from officetalk.core.sql import Packed, p
from officetalk.feeds.tables import feed, feed_entry, subscription
from officetalk.posts.entities import Post
from officetalk.posts.queries import assemble, original, quoted_id, size, visible_item, with_state
from officetalk.posts.tables import post

_EXTRA_FEEDS = 20  # K is the page's limit and these: room for what the rules drop

Mode = Literal["first", "older", "newer"]
_MODES: tuple[Mode, ...] = ("first", "older", "newer")


class Merge:
    """The statements of one timeline.

    `source`: the subscriptions that it merges, as a table or join that has `subscription` in it, and
    `where`, which of its rows are the reader's. `wants(entry, subscribed)`: the conditions on an entry and
    the subscription (its feed_id, kind, reposts, languages) by which it comes, decided before the post is
    read.
    """

    def __init__(self, source: Any, where: Any, wants: Callable[[Any, Any], list[Any]]) -> None:
        self._source = source
        self._where = where
        self._wants = wants
        self._merged = {mode: Packed(with_state(self._merge(mode))) for mode in _MODES}
        self._every = {mode: Packed(with_state(self._every_feed(mode))) for mode in _MODES}

    def read(self, conn: Connection, viewer: int, page: Page, **more: Any) -> list[Post]:
        """The page, newest first. `more`: parameters of the source and of what is wanted.

        At most three statements: the merge, the merge of every feed when rules dropped too much, and one
        for contents that the cache does not hold.
        """
        if page.min_id is not None:
            mode: Mode = "newer"
        else:
            mode = "first" if page.max_id is None else "older"
        values = {
            "viewer": viewer,
            "now": conn.now,
            "below": page.max_id if page.max_id is not None else NEWEST,
            "above": page.min_id if page.min_id is not None else page.since_id or 0,
            "limit": page.limit,
            **more,
        }
        rows = conn.all(
            self._merged[mode], feeds=page.limit + _EXTRA_FEEDS, candidates=2 * page.limit, **values
        )
        if size(rows) < page.limit:  # the end of all feeds, or rules that dropped too much
            rows = conn.all(self._every[mode], **values)
        return assemble(conn, rows, viewer)

    def _merge(self, mode: Mode) -> Select:
        """Phases one and two. Parameters: viewer, now, below, above (exclusive bounds), feeds (K),
        candidates, limit."""
        if mode == "first":
            edge = feed.c.last_post_id
            source = self._source.join(feed, feed.c.id == subscription.c.feed_id)
        else:
            probe = feed_entry.alias("probe")
            edge = (
                select(func.max(probe.c.post_id) if mode == "older" else func.min(probe.c.post_id))
                .where(probe.c.feed_id == subscription.c.feed_id, _between(probe.c.post_id))
                .scalar_subquery()
            )
            source = self._source
        probed = (
            select(
                *(subscription.c[n] for n in ("feed_id", "kind", "reposts", "languages")), edge.label("edge")
            )
            .select_from(source)
            .where(self._where)
            .cte("probed")
        )
        if mode != "first":
            # Else SQLite probes once for the condition, once for the order, once for the result.
            probed = probed.prefix_with("MATERIALIZED")
        chosen = (
            select(probed)
            .where(probed.c.edge > p("above"))
            .order_by(_in_order(mode, probed.c.edge))
            .limit(p("feeds"))
            .cte("chosen")
        )
        # With fewer than K feeds there is nothing beyond them: the cursor's bounds alone count. One lower and
        # one upper bound only, since SQLite seeks the index by one of each.
        post_id = feed_entry.c.post_id
        few = func.count() < p("feeds")
        if mode == "newer":
            turn = select(case((few, p("below") - 1), else_=func.max(chosen.c.edge)))
            reached = and_(post_id > p("above"), post_id <= turn.scalar_subquery())
        else:
            turn = select(case((few, p("above") + 1), else_=func.min(chosen.c.edge)))
            reached = and_(post_id < p("below"), post_id >= turn.scalar_subquery())
        return _page(
            mode,
            select(post_id)
            .select_from(chosen.join(feed_entry, feed_entry.c.feed_id == chosen.c.feed_id))
            .where(reached, *self._wants(feed_entry, chosen))
            .group_by(post_id),  # DISTINCT would build a second table on SQLite: 0.1 ms
        )

    def _every_feed(self, mode: Mode) -> Select:
        """The newest entries that the viewer wants and may read, of each feed: the page is among them."""
        entry, wanted_post, reposted = (
            feed_entry.alias("wanted_entry"),
            post.alias("wanted"),
            post.alias("reposted"),
        )
        wanted = (
            select(entry.c.post_id)
            .select_from(
                entry.join(wanted_post, wanted_post.c.id == entry.c.post_id).outerjoin(
                    reposted, reposted.c.id == wanted_post.c.repost_of_id
                )
            )
            .where(
                entry.c.feed_id == subscription.c.feed_id,
                _between(entry.c.post_id),
                *self._wants(entry, subscription),
                visible_item(wanted_post, reposted),
            )
            .order_by(_in_order(mode, entry.c.post_id))
            .limit(p("limit"))
            .correlate(subscription)
        )
        post_id = feed_entry.c.post_id
        return (
            select(post_id, post_id.label("cursor"))
            .distinct()  # GROUP BY would make SQLite walk all posts in order
            .select_from(self._source.join(feed_entry, feed_entry.c.feed_id == subscription.c.feed_id))
            .where(self._where, _between(post_id), post_id.in_(wanted))
            .order_by(_in_order(mode, post_id))
            .limit(p("limit"))
        )


def _between(post_id: Any) -> Any:
    return and_(post_id < p("below"), post_id > p("above"))


def _in_order(mode: Mode, post_id: Any) -> Any:
    return post_id.asc() if mode == "newer" else post_id.desc()


def _page(mode: Mode, entries: Select) -> Select:
    """The page: of the first `candidates` entries those that the viewer may read. Only for these is the
    post itself looked at. `entries` makes sure that a post that came in by two feeds stands once."""
    candidates = (
        entries.order_by(_in_order(mode, feed_entry.c.post_id)).limit(p("candidates")).subquery("candidates")
    )
    post_id = candidates.c.post_id
    return (
        select(post_id, post_id.label("cursor"), quoted_id(post, original))
        .select_from(
            candidates.join(post, post.c.id == post_id).outerjoin(
                original, original.c.id == post.c.repost_of_id
            )
        )
        .where(visible_item(post, original))
        .order_by(_in_order(mode, post_id))
        .limit(p("limit"))
    )
