"""Telling the streams when an announcement appears or disappears by itself. Who looks sees it by the time
anyway: the jobs only spread the news."""

from __future__ import annotations

import msgspec

from officetalk.announcements import queries
from officetalk.announcements.entities import Announcement
from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound
from officetalk.jobs.queue import enqueue
from officetalk.jobs.runner import Handler

JOB = "announcements.due"


class Due(msgspec.Struct, frozen=True):
    """An announcement's moment (ms), as it was planned."""

    id: int
    at: int


def plan(conn: Connection, made: Announcement) -> None:
    """Have it told when its times have come, those that lie ahead."""
    if made.published_at is None:
        return
    for at in (made.published_at, made.gone_at):
        if at is not None and at > conn.now:
            enqueue(conn, JOB, Due(made.id, at), run_at=at)


def tell(conn: Connection, due: Due) -> None:
    """Tell that it is there, or gone; nothing when its times were changed meanwhile. Can be repeated."""
    try:
        found = queries.get(conn, due.id)
    except NotFound:
        return
    if due.at == found.published_at and found.state(conn.now) == "published":
        conn.announce("announcement.published", due.id)
    elif due.at == found.gone_at and found.published_at is not None and found.state(conn.now) == "gone":
        conn.announce("announcement.deleted", due.id)


def handlers(db: Database) -> dict[str, Handler]:
    """What the runner does for these jobs."""

    async def told(payload: str) -> None:
        await db.write(tell, msgspec.json.decode(payload, type=Due))

    return {JOB: told}
