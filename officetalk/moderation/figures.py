"""Figures for the dashboard of moderators, by day: each from one statement over what is stored anyway.

Only what the whole company can see is counted, and only as far as the one who asks may read it: nobody's
private posts show in a sum, and nobody is watched. So `active_users` are people who said something to the
company on that day, and not those who read.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import and_, distinct, func, literal_column, or_, select, union_all

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.sql import Statement, one_of, p
from officetalk.feeds.tables import feed_entry
from officetalk.identity.tables import access_token, app, session
from officetalk.moderation.tables import report
from officetalk.posts.tables import like, post
from officetalk.posts.visibility import COMPANY_WIDE, visible_to

DAY_MS = 24 * 3600 * 1000
MAX_DAYS = 366

_ID_DAY = DAY_MS << 16  # ids hold their time in ms above 16 bits (core/ids.py)
Measure = Literal[
    "active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "tag_accounts", "tag_uses"
]  # fmt: skip
Dimension = Literal["languages", "sources", "tag_languages"]


class Period(msgspec.Struct, frozen=True):
    """Days since 1970 (UTC), both included."""

    first: int
    last: int

    @property
    def days(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def before(self) -> Period:
        """The period of the same length right before."""
        length = self.last - self.first + 1
        return Period(self.first - length, self.first - 1)


class Series(msgspec.Struct, frozen=True):
    """A measure: its total, that of the period before, and a value for each day."""

    total: int
    previous: int
    values: tuple[int, ...]


def _day(id: Any) -> Any:
    """The day of an id. The number stands in the statement itself: PostgreSQL must see that what is
    selected is what is grouped by."""
    return id.op("/")(literal_column(str(_ID_DAY)))


def _within(id: Any) -> Any:
    return and_(id >= p("from_id"), id < p("to_id"))


def _by_day(day: Any, count: Any, source: Any, *conditions: Any) -> Statement:
    day = day.label("day")
    return Statement(
        select(day, count).select_from(source).where(*conditions).group_by(literal_column("day"))
    )


_public = and_(one_of(post.c.audience, COMPANY_WIDE), visible_to(post))
_here = one_of(account.c.state, ("active", "disabled", "suspended"))
_tagged = feed_entry.join(post, post.c.id == feed_entry.c.post_id)
_in_tag = and_(feed_entry.c.feed_id == p("tag"), _within(feed_entry.c.post_id), _public)
_answers_and_reposts = select(_day(post.c.id).label("day")).where(
    _within(post.c.id), _public, or_(post.c.parent_id.is_not(None), post.c.repost_of_id.is_not(None))
)
_likes = (
    select(_day(like.c.id).label("day"))
    .select_from(like.join(post, post.c.id == like.c.post_id))
    .where(_within(like.c.id), _public)
)
_interactions = union_all(_answers_and_reposts, _likes).subquery("interactions")
_resolved_day = report.c.resolved_at.op("/")(literal_column(str(DAY_MS)))

_DAILY: dict[Measure, Statement] = {
    "active_users": _by_day(
        _day(post.c.id), func.count(distinct(post.c.author_id)), post, _within(post.c.id), _public
    ),
    "new_users": _by_day(_day(account.c.id), func.count(), account, _within(account.c.id), _here),
    "interactions": _by_day(_interactions.c.day, func.count(), _interactions),
    "opened_reports": _by_day(_day(report.c.id), func.count(), report, _within(report.c.id)),
    "resolved_reports": _by_day(
        _resolved_day, func.count(), report,
        report.c.resolved_at >= p("from_ms"), report.c.resolved_at < p("to_ms"),
    ),
    "tag_accounts": _by_day(
        _day(feed_entry.c.post_id), func.count(distinct(post.c.author_id)), _tagged, _in_tag
    ),
    "tag_uses": _by_day(_day(feed_entry.c.post_id), func.count(), _tagged, _in_tag),
}  # fmt: skip
# Who was active on two days counts once in a total.
_DISTINCT: dict[Measure, Statement] = {
    "active_users": Statement(
        select(func.count(distinct(post.c.author_id))).where(_within(post.c.id), _public)
    ),
    "tag_accounts": Statement(
        select(func.count(distinct(post.c.author_id))).select_from(_tagged).where(_in_tag)
    ),
}


def measure(
    conn: Connection, viewer: int, name: Measure, period: Period, tag_id: int | None = None
) -> Series:
    """One measure. Two statements, or four where people are counted. `tag_id` for those of a hashtag."""
    values, before = _daily(conn, viewer, name, period, tag_id), None
    if name in _DISTINCT:
        total = conn.value(_DISTINCT[name], **_bounds(viewer, period, tag_id))
        before = conn.value(_DISTINCT[name], **_bounds(viewer, period.before, tag_id))
    else:
        total = sum(values.values())
        before = sum(_daily(conn, viewer, name, period.before, tag_id).values())
    return Series(total, before, tuple(values.get(day, 0) for day in period.days))


def _daily(
    conn: Connection, viewer: int, name: Measure, period: Period, tag_id: int | None
) -> dict[int, int]:
    return dict(conn.all(_DAILY[name], **_bounds(viewer, period, tag_id)))


def _bounds(viewer: int, period: Period, tag_id: int | None) -> dict[str, Any]:
    """Parameters of all the statements here; each takes those that it names."""
    start, end = period.first * DAY_MS, (period.last + 1) * DAY_MS
    return {
        "viewer": viewer, "tag": tag_id or 0, "from_ms": start, "to_ms": end,
        "from_id": first_at(max(start, 0)), "to_id": first_at(max(end, 0)),
    }  # fmt: skip


# --- dimensions --------------------------------------------------------------------------------------

_count = func.count().label("uses")


def _most(key: Any, source: Any, *conditions: Any) -> Statement:
    return Statement(
        select(key.label("key"), _count)
        .select_from(source)
        .where(*conditions)
        .group_by(literal_column("key"))
        .order_by(_count.desc(), literal_column("key"))
        .limit(p("limit"))
    )


_said = and_(_within(post.c.id), _public, post.c.repost_of_id.is_(None))
_MOST: dict[Dimension, Statement] = {
    "languages": _most(post.c.language, post, _said, post.c.language != ""),
    "sources": _most(
        func.coalesce(app.c.name, literal_column("''")), post.outerjoin(app, app.c.id == post.c.app_id), _said
    ),
    "tag_languages": _most(post.c.language, _tagged, _in_tag, post.c.language != ""),
}


def most(
    conn: Connection, viewer: int, name: Dimension, period: Period, limit: int, tag_id: int | None = None
) -> list[tuple[str, int]]:
    """What occurs most, with how often: languages of posts, names of apps (empty: the pages). One
    statement."""
    return conn.all(_MOST[name], limit=limit, **_bounds(viewer, period, tag_id))


_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
_VERSION = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}


def database_size(conn: Connection) -> int:
    """Bytes that the database takes."""
    return conn.raw.execute(_SIZE[conn.dialect]).fetchone()[0]


def database_version(conn: Connection) -> str:
    return conn.raw.execute(_VERSION[conn.dialect]).fetchone()[0].split()[0]


# --- retention ---------------------------------------------------------------------------------------

# When somebody was here last, as far as is known: used a session or an app that is still there, or posted.
_last_session = select(func.max(session.c.used_at)).where(session.c.account_id == account.c.id)
_last_token = select(func.max(access_token.c.used_at)).where(access_token.c.account_id == account.c.id)
_COHORTS = Statement(
    select(
        _day(account.c.id),
        _last_session.correlate(account).scalar_subquery(),
        _last_token.correlate(account).scalar_subquery(),
        account.c.last_post_at,
    ).where(_within(account.c.id), _here)
)


def arrivals(conn: Connection, period: Period) -> list[tuple[int, int]]:
    """Of everybody who joined in the period: the day of that, and the last day on which they were here.
    One statement."""
    bounds = _bounds(0, period, None)
    return [
        (joined, max(joined, *(at // DAY_MS for at in seen if at is not None)) if any(seen) else joined)
        for joined, *seen in conn.all(_COHORTS, **bounds)
    ]
