"""How often a hashtag or a link was used on each of the last seven days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from sqlalchemy import String, select

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.trends.gather import DAY_MS, DAYS, today
from officetalk.trends.tables import trend_day


class Day(msgspec.Struct, frozen=True):
    """Posts to the company on one day, and the people who wrote them. `start`: midnight UTC, in ms."""

    start: int
    uses: int = 0
    accounts: int = 0


History = tuple[Day, ...]

_OF = Statement(
    select(trend_day.c.item_id, trend_day.c.day, trend_day.c.uses, trend_day.c.accounts).where(
        trend_day.c.kind == p("kind", String),
        within(trend_day.c.item_id, "items"),
        trend_day.c.day > p("before"),
    )
)


def unused(now: int) -> History:
    """The history of what nobody used, today first."""
    return tuple(Day((today(now) - i) * DAY_MS) for i in range(DAYS))


def of(conn: Connection, kind: Literal["tag", "link"], item_ids: Iterable[int]) -> dict[int, History]:
    """Item to its last seven days, today first; as it stood at the last computation. One statement."""
    ids = [id for id in dict.fromkeys(item_ids) if id]
    if not ids:
        return {}
    first = today(conn.now)
    days = {id: list(unused(conn.now)) for id in ids}
    for id, day, uses, accounts in conn.all(_OF, kind=kind, items=ids, before=first - DAYS):
        if day <= first:
            days[id][first - day] = Day(day * DAY_MS, uses, accounts)
    return {id: tuple(found) for id, found in days.items()}
