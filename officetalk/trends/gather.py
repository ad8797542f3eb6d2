"""Finding out what leads: reading the posts of the last days, and ranking what is in them. Seven statements
whatever there is, and no write.

A hashtag's or link's score is the sum over the people who used it of 0.5 ** (days since the last use); a
post's is the number of people who liked, reposted, quoted or answered it, times 0.5 ** (its age in days).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from sqlalchemy import func, or_, select, union

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.ids import first_at, time_of
from officetalk.core.sql import Packed, Statement, one_of, p, within
from officetalk.feeds.tables import feed_entry
from officetalk.links.tables import link_post
from officetalk.posts.tables import hashtag, like, post
from officetalk.posts.visibility import COMPANY_WIDE
from officetalk.trends.tables import trend, trend_day

Kind = Literal["tag", "status", "link"]

DAY_MS = 24 * 3600 * 1000
DAYS = 7  # today and the six before it, UTC
MIN_PEOPLE = 2  # one alone is no trend
# More than the API gives at once, for readers who block some of the authors.
KEPT: dict[Kind, int] = {"tag": 60, "status": 120, "link": 60}
_HALF_LIFE_MS = DAY_MS
_COUNTED = 300  # posts whose people are counted: those with the most reactions, aged

UseKey = tuple[Kind, int, int]  # kind, item, day since 1970


class Gathered(msgspec.Struct, frozen=True):
    """What is to be written: the new order of each kind that has another one; posts and people of each use
    that is new or other; uses that are over."""

    ranks: dict[Kind, list[int]]
    uses: dict[UseKey, tuple[int, int]]
    over: list[UseKey]


# A handful, read once for a statement: whose posts are never among those that lead.
_unfit = select(account.c.id).where(
    or_(account.c.state != "active", account.c.silenced, ~account.c.discoverable)
)
# What was said to the whole company. By the primary key: most posts are no repost and no comment, and an
# index of those would lead through all of them, so it is kept out by `coalesce`.
_SAID_TO_ALL = (
    post.c.id > p("since"),
    post.c.audience == "company",
    post.c.deleted_at.is_(None),
    func.coalesce(post.c.repost_of_id, 0) == 0,
    post.c.author_id.not_in(_unfit),
)


def _used(item_id: Any, post_id: Any, source: Any) -> Statement:
    """(item, post, author) since a time. Each source has an index by post."""
    return Packed(
        select(item_id, post.c.id, post.c.author_id)
        .select_from(source.join(post, post.c.id == post_id))
        .where(post_id > p("since"), *_SAID_TO_ALL)
    )


_TAGGED = _used(
    hashtag.c.id, feed_entry.c.post_id, feed_entry.join(hashtag, hashtag.c.id == feed_entry.c.feed_id)
)
_LINKED = _used(link_post.c.link_id, link_post.c.post_id, link_post)

_reactions = post.c.likes_count + post.c.reposts_count + post.c.comments_count + post.c.quotes_count
# Posts that may lead: as Mastodon, no comments, nothing sensitive or behind a warning.
_TALKED_OF = Packed(
    select(post.c.id, _reactions).where(
        post.c.parent_id.is_(None),
        ~post.c.sensitive,
        post.c.spoiler == "",
        _reactions >= MIN_PEOPLE,
        *_SAID_TO_ALL,
    )
)


def _people() -> Statement:
    """(post, people who reacted) of some posts since a time: each person once, its author not at all.
    Reactions count that the whole company can see, and likes."""
    repost, comment, quote = post.alias("repost"), post.alias("comment"), post.alias("quote")
    arms = [select(like.c.post_id.label("post_id"), like.c.account_id.label("account_id")).where(
        within(like.c.post_id, "posts")
    )]  # fmt: skip
    for said, of in (
        (repost, repost.c.repost_of_id), (comment, comment.c.conversation_id), (quote, quote.c.quote_of_id),
    ):  # fmt: skip
        arms.append(
            select(of, said.c.author_id).where(
                said.c.id > p("since"),
                within(of, "posts"),
                one_of(said.c.audience, COMPANY_WIDE),
                said.c.deleted_at.is_(None),
            )
        )
    reacted = union(*arms).subquery("reacted")
    return Packed(
        select(reacted.c.post_id, func.count())
        .select_from(reacted.join(post, post.c.id == reacted.c.post_id))
        .where(reacted.c.account_id != post.c.author_id)
        .group_by(reacted.c.post_id)
    )


_PEOPLE = _people()
_RANKED = Packed(select(trend.c.kind, trend.c.item_id, trend.c.rank))
_KNOWN_USES = Packed(
    select(trend_day.c.kind, trend_day.c.item_id, trend_day.c.day, trend_day.c.uses, trend_day.c.accounts)
)


def today(now: int) -> int:
    """The day of a time in ms, counted from 1970, UTC."""
    return now // DAY_MS


def gather(conn: Connection) -> Gathered:
    """What has changed since it was written down last."""
    since = first_at((today(conn.now) - DAYS + 1) * DAY_MS)
    used: dict[Kind, list[tuple]] = {
        "tag": conn.all(_TAGGED, since=since),
        "link": conn.all(_LINKED, since=since),
    }
    order: dict[Kind, list[int]] = {kind: _leading(rows, conn.now) for kind, rows in used.items()}
    order["status"] = _leading_posts(conn, since)
    uses = {key: use for kind, rows in used.items() for key, use in _by_day(kind, rows).items()}

    ranked: dict[Kind, dict[int, int]] = {kind: {} for kind in KEPT}
    for kind, item_id, rank in conn.all(_RANKED):
        ranked[kind][item_id] = rank
    before = {tuple(row[:3]): tuple(row[3:]) for row in conn.all(_KNOWN_USES)}
    new_order: dict[Kind, list[int]] = {
        kind: best[: KEPT[kind]]
        for kind, best in order.items()
        if best[: KEPT[kind]] != sorted(ranked[kind], key=ranked[kind].__getitem__, reverse=True)
    }
    return Gathered(
        new_order,
        {key: use for key, use in uses.items() if before.get(key) != use},
        [key for key in before if key not in uses],
    )


def _worth(age_ms: int) -> float:
    return 0.5 ** (max(age_ms, 0) / _HALF_LIFE_MS)


def _leading(rows: Iterable[tuple], now: int) -> list[int]:
    """Items from (item, post, author), the best first."""
    last: dict[int, dict[int, int]] = {}
    for item_id, post_id, author_id in rows:
        by = last.setdefault(item_id, {})
        by[author_id] = max(by.get(author_id, 0), post_id)
    scores = {
        item_id: sum(_worth(now - time_of(post_id)) for post_id in by.values())
        for item_id, by in last.items()
        if len(by) >= MIN_PEOPLE
    }
    return sorted(scores, key=lambda item_id: (scores[item_id], item_id), reverse=True)


def _leading_posts(conn: Connection, since: int) -> list[int]:
    def aged(post_id: int, count: int) -> float:
        return count * _worth(conn.now - time_of(post_id))

    # Reactions are about as many as the people behind them; whose people are counted is decided by those.
    most = {id: aged(id, reactions) for id, reactions in conn.all(_TALKED_OF, since=since)}
    candidates = sorted(most, key=most.__getitem__, reverse=True)[:_COUNTED]
    people = conn.all(_PEOPLE, posts=candidates, since=since)
    scores = {id: aged(id, count) for id, count in people if count >= MIN_PEOPLE}
    return sorted(scores, key=lambda id: (scores[id], id), reverse=True)


def _by_day(kind: Kind, rows: Iterable[tuple]) -> dict[UseKey, tuple[int, int]]:
    """(posts, people) of each item and day."""
    found: dict[UseKey, tuple[set[int], set[int]]] = {}
    for item_id, post_id, author_id in rows:
        posts, people = found.setdefault((kind, item_id, today(time_of(post_id))), (set(), set()))
        posts.add(post_id)
        people.add(author_id)
    return {key: (len(posts), len(people)) for key, (posts, people) in found.items()}
