"""Does the work of the queue, in every process; leases see to it that each job is done by one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping

from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.jobs import queue
from officetalk.jobs.queue import Job

log = logging.getLogger(__name__)

Handler = Callable[[str], Awaitable[None]]  # gets the payload, JSON

_POLL_SECONDS = 5.0
_AT_ONCE = 4


class Runner:
    """`handlers` by kind of job. A handler must be safe to repeat: a process that dies while it works
    leaves the job to another."""

    def __init__(self, db: Database, handlers: Mapping[str, Handler]) -> None:
        self._db = db
        self._handlers = handlers
        self._wake: asyncio.Event | None = None
        self._task: asyncio.Task | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._db.bus.listen("job.enqueued", self._enqueued)
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """Finish what is being done, then stop."""
        self._stopping = True
        if self._wake is not None:
            self._wake.set()
        if self._task is not None:
            await self._task

    def _enqueued(self, event: Event) -> None:
        if self._loop is not None and self._wake is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self) -> None:
        assert self._wake is not None
        while not self._stopping:
            self._wake.clear()
            try:
                jobs = await self._db.write(queue.claim, _AT_ONCE)
            except Exception:
                log.exception("jobs could not be claimed")
                jobs = []
            if jobs:
                await asyncio.gather(*(self._do(job) for job in jobs))
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def _do(self, job: Job) -> None:
        try:
            problem = await self._attempt(job)
            if problem is None:
                await self._db.write(queue.done, job.id)
            else:
                log.warning("job %d (%s), attempt %d: %s", job.id, job.kind, job.attempts, problem)
                await self._db.write(queue.failed, job, f"{type(problem).__name__}: {problem}")
        except Exception:  # the database is away: the lease ends by itself, and this runner must go on
            log.exception("what came of job %d (%s) could not be noted", job.id, job.kind)

    async def _attempt(self, job: Job) -> Exception | None:
        handler = self._handlers.get(job.kind)
        if handler is None:
            return LookupError(f"nothing here does {job.kind}")
        try:
            await handler(job.payload)
        except Exception as problem:
            return problem
        return None
