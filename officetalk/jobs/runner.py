"""Does the work of the queue, in every process; leases see to it that each job is done by one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.jobs import queue
from officetalk.jobs.queue import Job

log = logging.getLogger(__name__)

Handler = Callable[[str], Awaitable[None]]  # gets the payload, JSON

_POLL_SECONDS = 5.0
_AT_ONCE = 4
_RENEW_SECONDS = queue.LEASE_MS / 1000 / 3


class Runner:
    """`handlers` by kind of job. A handler must be safe to repeat: a process that dies while it works
    leaves the job to another.

    Jobs of `slow` kinds (a film that takes minutes) are done one at a time, beside the others, which need not
    wait for them. When the process stops they are cut short, and left to another. Nobody waits either for
    jobs of the kinds of `beside` (what depends on other servers), of which as many are done at once as it says.
    """

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Handler],
        slow: Collection[str] = frozenset(),
        beside: Mapping[str, int] | None = None,
    ) -> None:
        self._db = db
        self._handlers = handlers
        beside = beside or {}
        self._lanes = [_Lane(_AT_ONCE, but=(*slow, *beside))]
        if slow:
            self._lanes.append(_Lane(1, only=tuple(slow), cut_short=True))
        self._lanes += [_Lane(at_once, only=(kind,), fills=True) for kind, at_once in beside.items()]
        self._tasks: list[asyncio.Task] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._db.bus.listen("job.enqueued", self._enqueued)
        self._tasks = [
            self._loop.create_task(self._fill(lane) if lane.fills else self._run(lane))
            for lane in self._lanes
        ]

    async def stop(self) -> None:
        """Finish what is being done, then stop."""
        self._stopping = True
        self._wake()
        for lane in self._lanes:
            if lane.cut_short and lane.work is not None:
                lane.work.cancel()
        await asyncio.gather(*self._tasks)

    def _enqueued(self, event: Event) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for lane in self._lanes:
            lane.wake.set()

    async def _run(self, lane: _Lane) -> None:
        while not self._stopping:
            lane.wake.clear()
            jobs = await self._claim(lane, lane.at_once)
            if jobs:
                await self._do_all(lane, jobs)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lane.wake.wait(), _POLL_SECONDS)

    async def _fill(self, lane: _Lane) -> None:
        """As `_run`, but a job that takes its time holds up none of those that come after it."""
        running: set[asyncio.Task] = set()

        def ended(task: asyncio.Task) -> None:
            running.discard(task)
            lane.wake.set()

        while not self._stopping:
            lane.wake.clear()
            free = lane.at_once - len(running)
            jobs = await self._claim(lane, free) if free else []
            for job in jobs:
                task = asyncio.create_task(self._do(job))
                running.add(task)
                task.add_done_callback(ended)
            if not jobs:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lane.wake.wait(), _POLL_SECONDS)
        if running:
            await asyncio.wait(running)

    async def _claim(self, lane: _Lane, limit: int) -> list[Job]:
        try:
            return await self._db.write(queue.claim, limit, only=lane.only, but=lane.but)
        except Exception:
            log.exception("jobs could not be claimed")
            return []

    async def _do_all(self, lane: _Lane, jobs: list[Job]) -> None:
        lane.work = asyncio.gather(*(self._do(job) for job in jobs))
        if lane.cut_short and self._stopping:  # that began while they were being claimed
            lane.work.cancel()
        try:
            await lane.work
        except asyncio.CancelledError:
            for job in jobs:
                with contextlib.suppress(Exception):  # else the lease ends by itself
                    await self._db.write(queue.give_back, job)
            if not self._stopping:
                raise
        finally:
            lane.work = None

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
        renewing = asyncio.create_task(self._keep(job))
        try:
            await handler(job.payload)
        except Exception as problem:
            return problem
        finally:
            renewing.cancel()
        return None

    async def _keep(self, job: Job) -> None:
        """Renew the lease while the job is being done."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                await self._db.write(queue.renew, job)
            except Exception:
                log.exception("the lease of job %d (%s) could not be renewed", job.id, job.kind)


class _Lane:
    """Jobs that wait for each other: as many at once, of these kinds only, or of all but these."""

    def __init__(
        self,
        at_once: int,
        *,
        only: tuple[str, ...] = (),
        but: tuple[str, ...] = (),
        cut_short: bool = False,
        fills: bool = False,
    ) -> None:
        self.at_once = at_once
        self.only = only
        self.but = but
        self.cut_short = cut_short  # when the process stops
        self.fills = fills  # takes a job whenever it has room, instead of one lot after the other
        self.wake = asyncio.Event()
        self.work: asyncio.Future | None = None  # what is being done
