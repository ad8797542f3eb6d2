"""How much the company talks, week by week."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import func, literal_column, select

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.ids import first_at
from officetalk.core.sql import Statement, one_of, p
from officetalk.posts.tables import post
from officetalk.posts.visibility import COMPANY_WIDE

WEEKS = 12
_WEEK_MS = 7 * 24 * 3600 * 1000
_MONDAY_MS = 4 * 24 * 3600 * 1000  # 5 Jan 1970 was the first Monday
_REMEMBER_MS = 3600 * 1000


class Week(msgspec.Struct, frozen=True):
    """From Monday, midnight UTC (`start`, ms): posts that the whole company can see, how many wrote them, and
    how many people came."""

    start: int
    posts: int = 0
    people: int = 0
    arrivals: int = 0


def _by_week(id: Any, *columns: Any) -> Any:
    """Rows since a time by the week in which their id was made: its time stands above the lowest 16 bits."""
    week = (id // literal_column("65536") - literal_column(str(_MONDAY_MS))) // literal_column(str(_WEEK_MS))
    return select(week.label("week"), *columns).where(id >= p("since")).group_by("week")


_POSTS = Statement(
    _by_week(post.c.id, func.count(), func.count(post.c.author_id.distinct())).where(
        one_of(post.c.audience, COMPANY_WIDE), post.c.deleted_at.is_(None)
    )
)
_ARRIVALS = Statement(
    _by_week(account.c.id, func.count()).where(one_of(account.c.state, ("active", "disabled")))
)


def weeks(conn: Connection) -> list[Week]:
    """The last twelve weeks, this one first. The same for everybody, and counted once an hour: it looks at
    every post of them."""
    this_week = (conn.now - _MONDAY_MS) // _WEEK_MS
    cache = conn.cached("activity", 4)
    known = cache.get(this_week)
    if known is None or known[0] < conn.now:
        since = first_at((this_week - WEEKS + 1) * _WEEK_MS + _MONDAY_MS)
        said = {week: (posts, people) for week, posts, people in conn.all(_POSTS, since=since)}
        came = dict(conn.all(_ARRIVALS, since=since))
        counted = [
            Week(week * _WEEK_MS + _MONDAY_MS, *said.get(week, (0, 0)), came.get(week, 0))
            for week in range(this_week, this_week - WEEKS, -1)
        ]
        known = (conn.now + _REMEMBER_MS, counted)
        cache.put(this_week, known)
    return known[1]
