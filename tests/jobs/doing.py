"""Doing the jobs that are due, now and in this thread's loop, as the runner would."""

from __future__ import annotations

from collections.abc import Mapping

from officetalk.core.database import Database
from officetalk.jobs import queue
from officetalk.jobs.runner import Handler


async def do_jobs(db: Database, handlers: Mapping[str, Handler]) -> int:
    """How many were done. A handler that raises ends the test."""
    count = 0
    while jobs := await db.write(queue.claim, 10):
        for job in jobs:
            if job.kind in handlers:
                await handlers[job.kind](job.payload)
                count += 1
            await db.write(queue.done, job.id)
    return count
