"""Counting how often links are followed, by day, and not by whom.

Whoever follows a link waits for no write: a process adds up for a moment and writes once. What it has added up
is lost with a power cut; a figure may miss a few.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter

from sqlalchemy import delete

from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.golinks.queries import MAX_DAYS, today, window
from officetalk.golinks.tables import golink_day

log = logging.getLogger(__name__)

EVERY_S = 2.0
_ADD = upsert(golink_day, ["link_id", "day"], [], add=["clicks"])
_OVER = Statement(delete(golink_day).where(golink_day.c.day <= p("before")))  # ix_golink_day_day

Counted = Counter[tuple[int, int]]  # (link, day since 1970) to clicks


def add(conn: Connection, counted: Counted) -> None:
    """Add to what was counted; what is older than a year is forgotten. Two statements."""
    # In one order everywhere, so that two processes that write the same rows do not deadlock.
    rows = [{"link_id": link, "day": day, "clicks": n} for (link, day), n in sorted(counted.items())]
    conn.many(_ADD, rows)
    conn.run(_OVER, before=window(conn, MAX_DAYS))


class Clicks:
    """One per process; `count` is called on the event loop."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counted: Counted = Counter()
        self._writing: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def count(self, link_id: int) -> None:
        """Somebody follows a link now."""
        self._counted[link_id, today(self._db.clock())] += 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._counted:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY_S)
            try:
                await self.flush()
            except Exception:
                log.exception("clicks could not be written")
                return  # they are kept, and written with the next

    async def flush(self) -> None:
        """Write what was counted."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            await self._db.write(add, counted)
        except Exception:
            self._counted.update(counted)
            raise

    async def stop(self) -> None:
        """Write the last of it."""
        self._stopping.set()
        if self._writing is not None:
            await self._writing
