"""Telling as many people as there are, some at a time, in the background."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import String, exists, literal_column, or_, select

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, one_of, p
from officetalk.feeds.tables import subscription
from officetalk.jobs.queue import enqueue
from officetalk.notifications.entities import Kind
from officetalk.notifications.tables import notification
from officetalk.notifications.tell import News, tell
from officetalk.posts import polls
from officetalk.posts.tables import post

JOB = "notifications.round"
AT_ONCE = 500  # people of one transaction

To = Literal["bell", "reposters", "quoters", "voters"]
_KINDS: dict[To, Kind] = {
    "bell": "status",
    "reposters": "update",
    "quoters": "quoted_update",
    "voters": "poll",
}


class Round(msgspec.Struct, frozen=True):
    """Who is to be told of a post: those beyond `after` (an account id; of quotes the post's). `since` in ms:
    see News. `language` of the post, which not every follower wants to read."""

    to: To
    post_id: int
    author_id: int
    after: int = 0
    since: int = 0
    language: str = ""


_told = notification.alias("told")
# Whoever rings the bell for the author, and has not been told of the post already as somebody to whom it
# speaks. Served by ix_subscription_bell.
_BELL = Statement(
    select(subscription.c.account_id, subscription.c.account_id)
    .where(
        subscription.c.feed_id == p("author"),
        literal_column("subscription.notify"),
        or_(subscription.c.languages.is_(None), subscription.c.languages.like(p("language", String))),
        subscription.c.account_id > p("after"),
        ~exists(
            select(_told.c.id).where(
                _told.c.subject_id == p("post"),
                one_of(_told.c.kind, ("mention", "quote")),
                _told.c.account_id == subscription.c.account_id,
            )
        ),
    )
    .order_by(subscription.c.account_id)
    .limit(p("limit"))
)
_REPOSTERS = Statement(
    select(post.c.author_id, post.c.author_id)
    .where(post.c.repost_of_id == p("post"), post.c.deleted_at.is_(None), post.c.author_id > p("after"))
    .order_by(post.c.author_id)
    .limit(p("limit"))
)
_QUOTERS = Statement(
    select(post.c.id, post.c.author_id)
    .where(post.c.quote_of_id == p("post"), post.c.quote_state == "accepted", post.c.id > p("after"))
    .order_by(post.c.id)
    .limit(p("limit"))
)


def _next(conn: Connection, round: Round, limit: int) -> list[tuple[int, int]]:
    """The next ones: (what `after` counts, account id)."""
    values: dict[str, Any] = {"post": round.post_id, "after": round.after, "limit": limit}
    if round.to == "bell":
        language = f"%,{round.language},%" if round.language else "%"
        return conn.all(_BELL, author=round.author_id, language=language, **values)
    if round.to == "voters":
        return [(id, id) for id in polls.voters(conn, round.post_id, round.after, limit)]
    return conn.all(_REPOSTERS if round.to == "reposters" else _QUOTERS, **values)


def start(conn: Connection, round: Round) -> None:
    """Have everybody told, if there is anybody."""
    if _next(conn, round, 1):
        enqueue(conn, JOB, round)


def go_on(conn: Connection, round: Round) -> None:
    """Tell some, and leave the others to the next job. Can be repeated."""
    found = _next(conn, round, AT_ONCE)
    quoted = round.to == "quoters"
    news = News(
        _KINDS[round.to], round.author_id, round.post_id, round.post_id if quoted else None, round.since
    )
    # Of a quoted post it is the receiver's own that is shown.
    tell(conn, news, [(account_id, mark if quoted else round.post_id) for mark, account_id in found])
    if len(found) == AT_ONCE:
        enqueue(conn, JOB, msgspec.structs.replace(round, after=found[-1][0]))
