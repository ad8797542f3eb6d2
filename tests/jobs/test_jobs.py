"""Background work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text

from officetalk.core.database import Connection, Database, connect
from officetalk.core.sql import Statement
from officetalk.jobs import queue
from officetalk.jobs.runner import Runner
from tests.conftest import Clock

_ALL = Statement(text("SELECT kind, attempts, failed_at, error FROM job ORDER BY id"))


def jobs_of(db: Database) -> list[tuple]:
    return db.read_now(lambda conn: conn.all(_ALL))


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen in time")


def test_a_job_is_done_once_and_gone(db: Database) -> None:
    done: list[str] = []

    async def handler(payload: str) -> None:
        done.append(payload)

    async def live() -> None:
        runner = Runner(db, {"greet": handler})
        await runner.start()
        await db.write(queue.enqueue, "greet", {"name": "Ada"})
        await until(lambda: done != [] and jobs_of(db) == [])
        await runner.stop()

    asyncio.run(live())
    assert done == ['{"name":"Ada"}']


def test_what_is_rolled_back_is_not_done(db: Database) -> None:
    def fails(conn: Connection) -> None:
        queue.enqueue(conn, "greet", {})
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        db.write_now(fails)

    assert jobs_of(db) == []


def test_a_job_for_later_waits(db: Database, clock: Clock) -> None:
    db.write_now(lambda conn: queue.enqueue(conn, "greet", {}, conn.now + 60_000))
    assert db.write_now(queue.claim, 10) == []

    clock.forward(seconds=61)

    assert len(db.write_now(queue.claim, 10)) == 1


def test_a_failure_is_tried_again_after_doubling_pauses_and_given_up_in_the_end(
    db: Database, clock: Clock
) -> None:
    db.write_now(queue.enqueue, "greet", {})
    pause = 10
    for attempt in range(1, queue.ATTEMPTS + 1):
        [job] = db.write_now(queue.claim, 10)
        assert job.attempts == attempt
        db.write_now(queue.failed, job, "it rains")
        clock.forward(seconds=pause - 1)
        assert db.write_now(queue.claim, 10) == []
        clock.forward(seconds=2)
        pause *= 2

    assert db.write_now(queue.claim, 10) == []
    [(kind, attempts, failed_at, error)] = jobs_of(db)
    assert (kind, attempts, error) == ("greet", queue.ATTEMPTS, "it rains")
    assert failed_at is not None


def test_work_of_a_process_that_died_goes_to_another(db: Database, clock: Clock) -> None:
    db.write_now(queue.enqueue, "greet", {})
    assert len(db.write_now(queue.claim, 10)) == 1  # and dies
    assert db.write_now(queue.claim, 10) == []

    clock.forward(seconds=queue.LEASE_MS // 1000 + 1)

    assert len(db.write_now(queue.claim, 10)) == 1


def test_an_unknown_kind_is_kept_with_its_error(db: Database) -> None:
    async def live() -> None:
        runner = Runner(db, {})
        await runner.start()
        await db.write(queue.enqueue, "dance", {})
        await until(lambda: bool(jobs_of(db)) and jobs_of(db)[0][3] != "")
        await runner.stop()

    asyncio.run(live())
    assert "nothing here does dance" in jobs_of(db)[0][3]


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_two_nodes_never_do_the_same_job(dialect: str, new_database: Callable[[], str]) -> None:
    url = new_database()
    nodes = [connect(url, node=i) for i in range(2)]
    done: list[str] = []

    async def handler(payload: str) -> None:
        done.append(payload)
        await asyncio.sleep(0)

    async def live() -> None:
        runners = [Runner(node, {"count": handler}) for node in nodes]
        for runner in runners:
            await runner.start()
        for i in range(60):
            await nodes[i % 2].write(queue.enqueue, "count", i)
        await until(lambda: jobs_of(nodes[0]) == [], 20)
        for runner in runners:
            await runner.stop()

    asyncio.run(live())
    for node in nodes:
        node.close()
    assert sorted(int(payload) for payload in done) == list(range(60))


def test_stopping_finishes_what_is_being_done(db: Database) -> None:
    finished: list[bool] = []
    began = asyncio.Event()

    async def slow(payload: str) -> None:
        began.set()
        await asyncio.sleep(0.2)
        finished.append(True)

    async def live() -> None:
        runner = Runner(db, {"slow": slow})
        await runner.start()
        await db.write(queue.enqueue, "slow", {})
        await asyncio.wait_for(began.wait(), 10)
        await runner.stop()

    asyncio.run(live())
    assert finished == [True]
    assert jobs_of(db) == []


def test_quick_work_does_not_wait_for_slow_work(db: Database) -> None:
    finished: list[str] = []
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow(payload: str) -> None:
        began.set()
        await may_end.wait()
        finished.append("slow")

    async def quick(payload: str) -> None:
        finished.append("quick")

    async def live() -> None:
        runner = Runner(db, {"film": slow, "mail": quick}, slow={"film"})
        await runner.start()
        for _ in range(6):  # more than are done at once
            await db.write(queue.enqueue, "film", {})
        await asyncio.wait_for(began.wait(), 10)
        await db.write(queue.enqueue, "mail", {})
        await until(lambda: finished == ["quick"])
        may_end.set()
        await until(lambda: jobs_of(db) == [])
        await runner.stop()

    asyncio.run(live())
    assert finished == ["quick"] + ["slow"] * 6


def test_slow_work_is_done_one_at_a_time(db: Database) -> None:
    now, most = 0, 0

    async def slow(payload: str) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1

    async def live() -> None:
        runner = Runner(db, {"film": slow}, slow={"film"})
        await runner.start()
        for _ in range(4):
            await db.write(queue.enqueue, "film", {})
        await until(lambda: jobs_of(db) == [])
        await runner.stop()

    asyncio.run(live())
    assert most == 1


def test_stopping_leaves_slow_work_to_another_at_once(db: Database) -> None:
    began, cut_short = asyncio.Event(), []

    async def slow(payload: str) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cut_short.append(True)
            raise

    async def live() -> None:
        runner = Runner(db, {"film": slow}, slow={"film"})
        await runner.start()
        await db.write(queue.enqueue, "film", {})
        await asyncio.wait_for(began.wait(), 10)
        await asyncio.wait_for(runner.stop(), 10)

    asyncio.run(live())
    assert cut_short == [True]
    assert [job.kind for job in db.write_now(queue.claim, 10)] == ["film"]


def test_slow_work_that_is_claimed_while_the_process_stops_is_left_too(db: Database) -> None:
    async def slow(payload: str) -> None:
        await asyncio.sleep(60)

    async def live() -> None:
        runner = Runner(db, {"film": slow}, slow={"film"})
        await runner.start()
        await asyncio.sleep(0)  # it is about to claim
        await asyncio.wait_for(runner.stop(), 10)

    db.write_now(queue.enqueue, "film", {})
    for _ in range(5):
        asyncio.run(live())
    assert [job.kind for job in db.write_now(queue.claim, 10)] == ["film"]


def test_work_that_takes_long_stays_with_who_does_it(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("officetalk.jobs.runner._RENEW_SECONDS", 0.02)
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow(payload: str) -> None:
        began.set()
        await may_end.wait()

    async def live() -> None:
        runner = Runner(db, {"film": slow})
        await runner.start()
        await db.write(queue.enqueue, "film", {})
        await asyncio.wait_for(began.wait(), 10)
        for _ in range(3):
            clock.forward(seconds=queue.LEASE_MS // 1000 - 10)
            await asyncio.sleep(0.3)
            assert await db.write(queue.claim, 10) == []
        may_end.set()
        await until(lambda: jobs_of(db) == [])
        await runner.stop()

    asyncio.run(live())
