"""What posts leave to background work: polls that end, scheduled posts that are due."""

from __future__ import annotations

import msgspec

from officetalk.core.database import Database
from officetalk.core.errors import Problem
from officetalk.jobs.runner import Handler
from officetalk.posts import polls, scheduled
from officetalk.posts.polls import PollEnds
from officetalk.posts.scheduled import Due


def handlers(db: Database) -> dict[str, Handler]:
    """Job handlers by kind."""

    async def end_poll(payload: str) -> None:
        await db.write(polls.end, msgspec.json.decode(payload, type=PollEnds))

    async def publish_scheduled(payload: str) -> None:
        due = msgspec.json.decode(payload, type=Due)
        try:
            await db.write(scheduled.publish_due, due)
        except Problem as problem:
            if problem.status >= 500:  # the database is away, and not the post wrong: it is tried again
                raise
            await db.write(scheduled.give_up, due, problem)

    return {polls.JOB: end_poll, scheduled.JOB: publish_scheduled}
