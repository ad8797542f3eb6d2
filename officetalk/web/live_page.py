"""`/live`: tells an open page what is new, as server-sent events (HTML standard, section 9.2).

    event: new        data: {"id": "1176…", "author": "1175…"}     a post for this reader in this feed
    event: changed    …                                            it was edited
    event: deleted    …                                            it was deleted

Only ids travel: the page asks for the posts themselves as any reader does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from officetalk.accounts.queries import by_username
from officetalk.core.errors import Invalid, NotFound, TooMany
from officetalk.feeds.tables import COMPANY_FEED
from officetalk.live.hub import Hub
from officetalk.live.listeners import Listener, Login, News, Stream, Topic, Why
from officetalk.posts.hashtags import find
from officetalk.web.page import page
from officetalk.web.visit import Visit

_HEARTBEAT = 25.0  # seconds; proxies end what is silent for a minute
_PER_SESSION = 12  # open pages of one browser
_WAITING = 64  # events that wait for one page; a reader slower than that is dropped
_NAMES = {"post.published": "new", "post.edited": "changed", "post.deleted": "deleted"}


class OpenPage(Listener):
    """What an open page is to be told; the queue ends with None when it is over."""

    __slots__ = ("queue",)

    def __init__(self, account_id: int, login: Login) -> None:
        super().__init__(account_id, login)
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(_WAITING + 1)

    def hear(self, stream: Stream, news: News) -> None:
        if self.queue.qsize() >= _WAITING:
            self.end("slow")
        else:
            self.queue.put_nowait(
                f'event: {_NAMES[news.event]}\ndata: {{"id":"{news.id}","author":"{news.actor}"}}\n\n'.encode()
            )

    def flush(self) -> None:
        """Every event is on its way already."""

    def end(self, why: Why) -> None:
        if self.queue.full():
            return
        self.queue.put_nowait(None)


@page("/live")
async def live(visit: Visit) -> Response:
    hub = visit.services.hub
    listener = OpenPage(visit.me.id, Login("session", visit.me_as_viewer.session_id or 0))
    if len(hub.of(listener.login)) >= _PER_SESSION:
        raise TooMany("Too many open pages", retry_after=60)
    topic = await _topic(visit, visit.asked("feed") or "home")
    hub.join(listener)
    hub.open(Stream(listener, "", [topic]))
    return StreamingResponse(
        _events(hub, listener),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _topic(visit: Visit, name: str) -> Topic:
    """What to listen to for `home`, `company`, `tag:NAME` or `account:NAME`."""
    kind, _, rest = name.partition(":")
    if kind == "home":
        return Topic("home", visit.me.id)
    if kind == "company":
        return Topic("feed", COMPANY_FEED)
    if kind == "tag":
        found = await visit.read(find, visit.me.id, rest)
        if not found.id:
            raise NotFound
        return Topic("feed", found.id)
    if kind == "account":
        return Topic("feed", (await visit.read(by_username, rest)).id)
    raise Invalid("feed", "must be home, company, tag:NAME or account:NAME")


async def _events(hub: Hub, listener: OpenPage) -> AsyncIterator[bytes]:
    try:
        yield b"retry: 3000\n: connected\n\n"
        while True:
            try:
                told = await asyncio.wait_for(listener.queue.get(), _HEARTBEAT)
            except TimeoutError:
                yield b":\n\n"
                continue
            if told is None:  # too slow, signed out, or the server stops: the page connects again
                return
            yield told
    finally:
        hub.leave(listener)
