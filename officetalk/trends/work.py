"""When trends are computed: every few minutes, by one process at a time, each run queueing the next; and
when somebody asks and the chain has broken."""

from __future__ import annotations

import msgspec
from sqlalchemy import String, delete, insert, select, update

from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.jobs import queue
from officetalk.jobs.runner import Handler
from officetalk.trends.gather import Gathered, gather
from officetalk.trends.tables import trend, trend_day, trend_state

KIND = "trends.refresh"
EVERY_MS = 5 * 60_000
_GRACE_MS = 60_000  # a queued run is not missed before this


class Turn(msgspec.Struct, frozen=True):
    """A run's payload: the `next_at` that was written when it was queued. Only the run whose turn still
    stands queues another, so that there is one chain however often a job is repeated."""

    next_at: int


_STATE = Statement(select(trend_state.c.next_at))
_BEGIN = upsert(trend_state, ["id"], [])
# Of several who are at it at once one goes on: PostgreSQL makes the others wait, and then find it changed.
_IF_DUE = Statement(update(trend_state).where(trend_state.c.next_at <= p("now")).values(next_at=p("next_at")))
_IF_MINE = Statement(
    update(trend_state).where(trend_state.c.next_at == p("turn")).values(next_at=p("next_at"))
)
_CLEAR = Statement(delete(trend).where(trend.c.kind == p("kind", String)))
_RANK = Statement(insert(trend).values({c.name: p(c.name, c.type) for c in trend.columns}))
_USE_KEY = ("kind", "item_id", "day")
_USE = upsert(trend_day, _USE_KEY, ["uses", "accounts"])
_OVER = Statement(delete(trend_day).where(*(trend_day.c[n] == p(n, trend_day.c[n].type) for n in _USE_KEY)))


def is_due(conn: Connection) -> bool:
    """Whether they were not computed for too long, and no run is queued."""
    next_at = conn.value(_STATE)
    return next_at is None or next_at <= conn.now


def ensure(conn: Connection) -> None:
    """Queue a run if one is due."""
    conn.run(_BEGIN, id=1, next_at=0)
    turn = Turn(conn.now + _GRACE_MS)
    if conn.run(_IF_DUE, now=conn.now, next_at=turn.next_at):
        queue.enqueue(conn, KIND, turn)


def store(conn: Connection, gathered: Gathered, turn: Turn) -> None:
    """Write down what has changed, and queue the next run."""
    for kind, best in gathered.ranks.items():
        conn.run(_CLEAR, kind=kind)
        ranks = range(len(best), 0, -1)
        conn.many(
            _RANK,
            [{"kind": kind, "item_id": id, "rank": rank} for id, rank in zip(best, ranks, strict=True)],
        )
    conn.many(_OVER, [dict(zip(_USE_KEY, key, strict=True)) for key in sorted(gathered.over)])
    rows = [(*key, *use) for key, use in sorted(gathered.uses.items())]
    conn.many(_USE, [dict(zip((*_USE_KEY, "uses", "accounts"), row, strict=True)) for row in rows])
    run_at = conn.now + EVERY_MS
    following = Turn(run_at + _GRACE_MS)
    if conn.run(_IF_MINE, turn=turn.next_at, next_at=following.next_at):
        queue.enqueue(conn, KIND, following, run_at)


def handlers(db: Database) -> dict[str, Handler]:
    """Job handlers by kind."""

    async def refresh(payload: str) -> None:
        turn = msgspec.json.decode(payload, type=Turn)
        await db.write(store, await db.read(gather), turn)

    return {KIND: refresh}
