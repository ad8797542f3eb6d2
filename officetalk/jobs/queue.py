"""Putting work into the queue, and taking it out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import String, delete, insert, select, update

from officetalk.core.database import Connection
from officetalk.core.sql import Statement, p, within
from officetalk.jobs.tables import job

LEASE_MS = 5 * 60 * 1000  # for how long one process has a job to itself
ATTEMPTS = 8
_FIRST_PAUSE_MS = 10_000
_MAX_ERROR = 1000


class Job(msgspec.Struct, frozen=True):
    """Work to be done; `payload` is JSON."""

    id: int
    kind: str
    payload: str
    attempts: int


_ADD = Statement(insert(job).values({n: p(n, job.c[n].type) for n in ("id", "kind", "payload", "run_at")}))


def _claiming(*kinds: Any) -> Statement:
    # FOR UPDATE SKIP LOCKED is left out on SQLite, which has one writer anyway.
    return Statement(
        update(job)
        .where(
            job.c.id.in_(
                select(job.c.id)
                .where(job.c.failed_at.is_(None), job.c.run_at <= p("now"), *kinds)
                .order_by(job.c.run_at)
                .limit(p("limit"))
                .with_for_update(skip_locked=True)
            )
        )
        .values(run_at=p("leased_until"), attempts=job.c.attempts + 1)
        .returning(job.c.id, job.c.kind, job.c.payload, job.c.attempts)
    )


_CLAIM = _claiming()
_CLAIM_THESE = _claiming(within(job.c.kind, "kinds"))
_CLAIM_OTHERS = _claiming(~within(job.c.kind, "kinds"))
_DONE = Statement(delete(job).where(job.c.id == p("job")))
# Only by the process that has it: one whose lease ended may not shorten the lease of the next.
_AGAIN = Statement(
    update(job)
    .where(job.c.id == p("job"), job.c.attempts == p("attempts", job.c.attempts.type))
    .values(run_at=p("run_at"), failed_at=p("failed_at"), error=p("error", String))
)


_RENEW = Statement(
    update(job)
    .where(job.c.id == p("job"), job.c.attempts == p("attempts", job.c.attempts.type))
    .values(run_at=p("run_at"))
)


def enqueue(conn: Connection, kind: str, payload: Any, run_at: int | None = None) -> int:
    """Have it done, at `run_at` (ms) or soon, if this transaction commits. Returns the job's id."""
    id = conn.new_id()
    conn.run(
        _ADD,
        id=id, kind=kind, payload=msgspec.json.encode(payload).decode(),
        run_at=conn.now if run_at is None else run_at,
    )  # fmt: skip
    conn.announce("job.enqueued", id)
    return id


def claim(
    conn: Connection, limit: int, *, only: Collection[str] = (), but: Collection[str] = ()
) -> list[Job]:
    """Take due jobs, of these kinds `only` or of all `but` these: nobody else gets them until the lease ends."""
    known = {"now": conn.now, "limit": limit, "leased_until": conn.now + LEASE_MS}
    if only:
        rows = conn.all(_CLAIM_THESE, **known, kinds=list(only))
    elif but:
        rows = conn.all(_CLAIM_OTHERS, **known, kinds=list(but))
    else:
        rows = conn.all(_CLAIM, **known)
    jobs = [Job(*row) for row in rows]
    # What takes its process down with it never reports a failure: its attempts end here.
    for broken in jobs:
        if broken.attempts > ATTEMPTS:
            failed(conn, broken, "every process that tried this job died of it")
    return [taken for taken in jobs if taken.attempts <= ATTEMPTS]


def renew(conn: Connection, taken: Job) -> None:
    """It takes longer: nobody else gets the job for another lease."""
    conn.run(_RENEW, job=taken.id, attempts=taken.attempts, run_at=conn.now + LEASE_MS)


def give_back(conn: Connection, taken: Job) -> None:
    """It was not done: whoever has time may take it at once."""
    conn.run(_RENEW, job=taken.id, attempts=taken.attempts, run_at=conn.now)
    conn.announce("job.enqueued", taken.id)


def done(conn: Connection, id: int) -> None:
    conn.run(_DONE, job=id)


def failed(conn: Connection, taken: Job, error: str) -> None:
    """Try again after a pause that doubles; after ATTEMPTS keep it, with the error, and leave it."""
    gives_up = taken.attempts >= ATTEMPTS
    pause = _FIRST_PAUSE_MS << (taken.attempts - 1)
    conn.run(
        _AGAIN,
        job=taken.id, attempts=taken.attempts, run_at=conn.now + pause,
        failed_at=conn.now if gives_up else None, error=_storable(error)[:_MAX_ERROR],
    )  # fmt: skip


def _storable(error: str) -> str:
    """PostgreSQL takes neither NUL nor half a character, and an error can quote anything."""
    return error.replace("\0", "").encode("utf-8", "replace").decode()
