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
from officetalk.live.hub import HOME, Ear, Hub
from officetalk.posts.hashtags import find
from officetalk.web.page import page
from officetalk.web.visit import Visit

_HEARTBEAT = 25.0  # seconds; proxies end what is silent for a minute
_PER_SESSION = 12  # open pages of one browser


@page("/live")
async def live(visit: Visit) -> Response:
    hub = visit.services.hub
    session_id = visit.me_as_viewer.session_id or 0
    if hub.listening(session_id) >= _PER_SESSION:
        raise TooMany("Too many open pages", retry_after=60)
    ear = hub.listen(visit.me.id, await _feed(visit, visit.asked("feed") or "home"), session_id)
    return StreamingResponse(
        _events(hub, ear),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _feed(visit: Visit, name: str) -> int:
    """The feed of `home`, `company`, `tag:NAME` or `account:NAME`."""
    kind, _, rest = name.partition(":")
    if kind == "home":
        return HOME
    if kind == "company":
        return COMPANY_FEED
    if kind == "tag":
        found = await visit.read(find, visit.me.id, rest)
        if not found.id:
            raise NotFound
        return found.id
    if kind == "account":
        return (await visit.read(by_username, rest)).id
    raise Invalid("feed", "must be home, company, tag:NAME or account:NAME")


async def _events(hub: Hub, ear: Ear) -> AsyncIterator[bytes]:
    try:
        yield b"retry: 3000\n: connected\n\n"
        while True:
            try:
                told = await asyncio.wait_for(ear.queue.get(), _HEARTBEAT)
            except TimeoutError:
                yield b":\n\n"
                continue
            if told is None:  # too slow, signed out, or the server stops: the page connects again
                return
            yield (
                f'event: {told.name}\ndata: {{"id":"{told.post_id}","author":"{told.author_id}"}}\n\n'
            ).encode()
    finally:
        hub.leave(ear)
