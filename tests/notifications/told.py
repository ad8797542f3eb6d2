"""A small language for tests of notifications: what somebody is told.

ada.posts("Hello @bo")
assert told(bo) == ["ada mention: Hello @bo"]
"""

from __future__ import annotations

import asyncio
from typing import Any

from officetalk.core.database import Database
from officetalk.core.paging import Page
from officetalk.jobs import queue
from officetalk.notifications import groups, queries, requests
from officetalk.notifications.entities import Group, Notification
from officetalk.notifications.queries import Choice
from officetalk.notifications.work import handlers
from officetalk.posts import work as posts
from tests.people import Human


def notifications(human: Human, choice: Choice = queries.EVERYTHING, **page: Any) -> list[Notification]:
    return human.db.read_now(queries.notifications, human.id, Page(**page), choice)


def told(human: Human, choice: Choice = queries.EVERYTHING, **page: Any) -> list[str]:
    """What somebody is told, newest first: `who kind: text of the post`."""
    return [line(n) for n in notifications(human, choice, **page)]


def line(n: Notification) -> str:
    text = "" if n.post is None else f": {n.post.content.text}"
    return f"{n.actor.account.username} {n.kind}{text}"


def told_in_groups(human: Human, grouped: list[str] | None = None, **page: Any) -> list[str]:
    """What somebody is told in groups, newest first: `who, who kind: text of the post`."""
    return [group_line(group) for group in groups_of(human, grouped, **page)]


def groups_of(human: Human, grouped: list[str] | None = None, **page: Any) -> tuple[Group, ...]:
    return human.db.read_now(groups.groups, human.id, Page(**page), grouped=grouped).groups


def group_line(group: Group) -> str:
    who = ", ".join(person.account.username for person in group.people)
    text = "" if group.post is None else f": {group.post.content.text}"
    return f"{who} {group.kind}{text}"


def asking(human: Human) -> list[str]:
    """Who asks to be let in, newest first: `who (how often): text of the last post`."""
    return [
        f"{r.actor.account.username} ({r.count}): {r.last.content.text if r.last else None}"
        for r in human.db.read_now(requests.requests, human.id, Page())
    ]


def unread(human: Human, **more: Any) -> int:
    return human.db.read_now(queries.unread, human.id, **more)


def do_the_work(db: Database, *, rounds: int = 20) -> int:
    """Do what is left to the background, and what that leaves; how many jobs there were."""

    async def work() -> int:
        done = 0
        known = {**handlers(db), **posts.handlers(db)}
        for _ in range(rounds):
            jobs = await db.write(queue.claim, 10)
            if not jobs:
                return done
            for job in jobs:
                if job.kind in known:
                    await known[job.kind](job.payload)
                await db.write(queue.done, job.id)
                done += 1
        raise AssertionError("the work has no end")

    return asyncio.run(work())


class Announced:
    """The receivers of notification.made, as they were announced."""

    def __init__(self, db: Database) -> None:
        self.ids: list[int] = []
        self.receivers: list[int] = []
        self.merged: list[int] = []
        db.bus.listen("notification.made", self._made)
        db.bus.listen("notifications.merged", lambda event: self.merged.append(event.id))

    def _made(self, event: Any) -> None:
        self.ids.append(event.id)
        self.receivers.append(event.actor)
