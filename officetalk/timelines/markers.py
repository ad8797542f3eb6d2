"""Where a reader stopped reading, kept for each timeline and shared by all of the reader's clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from sqlalchemy import String, select, update

from officetalk.core.database import Connection
from officetalk.core.errors import Conflict
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.timelines.tables import marker

Timeline = Literal["home", "notifications"]


class Marker(msgspec.Struct, frozen=True):
    """`version` counts the changes; `updated_at` in ms."""

    timeline: Timeline
    last_read_id: int
    version: int
    updated_at: int


_ALL = Statement(
    select(marker.c.timeline, marker.c.last_read_id, marker.c.version, marker.c.updated_at)
    .where(marker.c.account_id == p("account"))
    .order_by(marker.c.timeline)
)
_FIRST = upsert(marker, ["account_id", "timeline"], [])
_MOVE = Statement(
    update(marker)
    .where(
        marker.c.account_id == p("account"),
        marker.c.timeline == p("timeline", String),
        marker.c.version == p("known"),
    )
    .values(last_read_id=p("last_read_id"), version=p("known") + 1, updated_at=p("at"))
)


def get(conn: Connection, account_id: int, timelines: Iterable[str]) -> list[Marker]:
    """The markers of these timelines, of those that were ever set."""
    wanted = set(timelines)
    return [Marker(*row) for row in conn.all(_ALL, account=account_id) if row[0] in wanted]


def put(conn: Connection, account_id: int, positions: dict[Timeline, int]) -> list[Marker]:
    """Remember where reading stopped, by timeline. Conflict when another client did so at the same
    moment: it may read again what stands now, and decide."""
    known = {m.timeline: m.version for m in get(conn, account_id, positions)}
    for timeline, last_read_id in sorted(positions.items()):
        if timeline in known:
            touched = conn.run(
                _MOVE,
                account=account_id, timeline=timeline, known=known[timeline],
                last_read_id=last_read_id, at=conn.now,
            )  # fmt: skip
        else:
            touched = conn.run(
                _FIRST,
                account_id=account_id, timeline=timeline, last_read_id=last_read_id, version=1,
                updated_at=conn.now,
            )  # fmt: skip
        if touched != 1:
            raise Conflict("Conflict during update, please try again")
    if "notifications" in positions:
        conn.announce("notifications.read", account_id, account_id)
    return get(conn, account_id, positions)
