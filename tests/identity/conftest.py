"""Two who do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.errors import Problem

HOLD_SECONDS = 0.2  # for how long the first transaction stays open while the second tries to get by

Verb = Callable[[Connection], Any]
AtOnce = Callable[[Verb, Verb], tuple[Any, Any]]


def _outcome(waiting: Future) -> Any:
    try:
        return waiting.result()
    except Problem as problem:
        return problem


@pytest.fixture
def at_once(db: Database) -> AtOnce:
    """Does two things so that the second begins when the first is done but not yet committed: the worst
    moment. Returns what came of either: a result or a Problem."""

    def run(first: Verb, second: Verb) -> tuple[Any, Any]:
        first_is_done, second_is_done = threading.Event(), threading.Event()

        def held(conn: Connection) -> Any:
            result = first(conn)
            first_is_done.set()
            second_is_done.wait(HOLD_SECONDS)
            return result

        def late() -> Any:
            assert first_is_done.wait(10)
            try:
                return db.write_now(second)
            finally:
                second_is_done.set()

        with ThreadPoolExecutor(2) as pool:
            one, two = pool.submit(db.write_now, held), pool.submit(late)
            return _outcome(one), _outcome(two)

    return run
