"""Listeners for tests: they keep what they hear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from officetalk.core.database import Database
from officetalk.live.hub import Hub
from officetalk.live.listeners import Kind, Listener, Login, News, Stream, Topic, Why
from tests.people import Human


class Ear(Listener):
    """Hears one topic. `queue`: what came, by the bus's names, and None when it is over."""

    def __init__(self, account_id: int, login: Login) -> None:
        super().__init__(account_id, login)
        self.queue: asyncio.Queue[News | None] = asyncio.Queue()
        self.ended: Why | None = None
        self.flushed = 0

    def hear(self, stream: Stream, news: News) -> None:
        self.queue.put_nowait(news)

    def flush(self) -> None:
        self.flushed += 1

    def end(self, why: Why) -> None:
        if self.ended is None:
            self.ended = why
            self.queue.put_nowait(None)

    async def heard(self, last: str, count: int = 1) -> list[tuple[str, int]]:
        """(event, id) of what came, until `count` of the events `last` have come."""
        found: list[tuple[str, int]] = []
        while count:
            news = await asyncio.wait_for(self.queue.get(), 5)
            assert news is not None
            found.append((news.event, news.id))
            count -= news.event == last
        return found

    @property
    def silent(self) -> bool:
        return self.queue.empty()


def listen(hub: Hub, human: Human, kind: Kind, id: int = 0, login: Login | None = None) -> Ear:
    """Somebody listens; `id` is their own where it is not said."""
    ear = Ear(human.id, login or Login("session", human.id))
    hub.join(ear)
    hub.open(Stream(ear, kind, [Topic(kind, id or human.id)]))
    return ear


def with_hub(db: Database, work: Callable[[Hub], Awaitable[Any]]) -> Any:
    """Run `work` with a started hub."""

    async def run() -> Any:
        hub = Hub(db)
        hub.start()
        try:
            return await work(hub)
        finally:
            await hub.stop()

    return asyncio.run(run())


async def do(verb: Callable[..., Any], *args: Any, **options: Any) -> Any:
    return await asyncio.to_thread(verb, *args, **options)
