"""Two at the same moment, and the work that is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from officetalk.core.database import Database
from officetalk.jobs import queue
from officetalk.posts import work
from tests.identity.conftest import at_once

__all__ = ["at_once"]  # a fixture

Due = Callable[[], list[str]]


@pytest.fixture
def due(db: Database) -> Due:
    """Does the jobs of posts that are due at the test's time, oldest first, as any process would that has
    just been started; returns their kinds. A job that fails raises."""
    handlers = work.handlers(db)

    def run() -> list[str]:
        kinds = []
        for job in db.write_now(queue.claim, 100):
            if job.kind in handlers:
                asyncio.run(handlers[job.kind](job.payload))  # type: ignore[arg-type]
                db.write_now(queue.done, job.id)
                kinds.append(job.kind)
        return kinds

    return run
