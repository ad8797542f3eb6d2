"""Work that depends on other servers keeps nobody else waiting."""

from __future__ import annotations

import asyncio

from officetalk.core.database import Database
from officetalk.jobs import queue
from officetalk.jobs.runner import Runner
from tests.jobs.test_jobs import jobs_of, until


def test_whoever_waits_for_other_servers_holds_nobody_up(db: Database) -> None:
    done: list[str] = []
    at_once: list[int] = [0, 0]  # now, at the most
    answer = asyncio.Event()

    async def outside(payload: str) -> None:
        at_once[0] += 1
        at_once[1] = max(at_once)
        await answer.wait()
        at_once[0] -= 1
        done.append("outside")

    async def inside(payload: str) -> None:
        done.append("inside")

    async def live() -> None:
        runner = Runner(db, {"ask": outside, "tell": outside, "mail": inside}, beside={"ask": 2, "tell": 1})
        await runner.start()
        for _ in range(6):
            await db.write(queue.enqueue, "ask", {})
        await db.write(queue.enqueue, "tell", {})
        await db.write(queue.enqueue, "mail", {})
        await until(lambda: done == ["inside"] and at_once[0] == 3)
        answer.set()
        await until(lambda: jobs_of(db) == [])
        await runner.stop()

    asyncio.run(live())
    assert at_once[1] == 3
    assert done.count("outside") == 7


def test_stopping_finishes_what_was_asked_of_other_servers(db: Database) -> None:
    finished: list[bool] = []
    began = asyncio.Event()

    async def outside(payload: str) -> None:
        began.set()
        await asyncio.sleep(0.2)
        finished.append(True)

    async def live() -> None:
        runner = Runner(db, {"ask": outside}, beside={"ask": 2})
        await runner.start()
        await db.write(queue.enqueue, "ask", {})
        await asyncio.wait_for(began.wait(), 10)
        await runner.stop()

    asyncio.run(live())
    assert finished == [True]
    assert jobs_of(db) == []
