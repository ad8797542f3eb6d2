"""Delivers news to those who are connected.

Events wait in a queue and are taken together as they have come in: one read finds what they are about and
who hears of it, every listener takes down what is for it, and then sends it at once. No list of followers
is kept, and nothing is done per follower inside a request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Literal, TypeVar

from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.live import readers
from officetalk.live.listeners import Kind, Listener, Login, Stream, Topic
from officetalk.live.news import COMPANY, COUNTED, EVENTS, PERSONAL, POSTS, Asked, Told, load

log = logging.getLogger(__name__)

_BATCH = 64  # events that are taken together
_SLICE = 200  # listeners between two turns of the event loop: 2 ms
# The command line ends sessions and tokens unheard on SQLite, and a bus can be cut off.
_CHECK_S = 60.0

_ENDED: dict[str, Literal["session", "token"]] = {"session.ended": "session", "token.ended": "token"}
_K = TypeVar("_K")
_V = TypeVar("_V")


class Hub:
    """The connections of this process. Used on the event loop only, but for `_arrived`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._streams: dict[Kind, dict[int, dict[Stream, None]]] = {
            "home": {}, "feed": {}, "media": {}, "list": {}, "post": {}, "direct": {}, "notifications": {}, "person": {},
        }  # fmt: skip
        self._without_feed: dict[
            str, dict[Stream, None]
        ] = {}  # by the key of a hashtag that is not there yet
        self._logins: dict[Login, dict[Listener, None]] = {}
        # What is for one person waits apart: thousands of notifications do not hold up a post.
        self._events: tuple[asyncio.Queue[Event], asyncio.Queue[Event]] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task] = []
        self._stopping = False
        self.prepare: Callable[[], Awaitable[None]] | None = None  # awaited before news are told
        for name in (*EVENTS, *_ENDED):
            db.bus.listen(name, self._arrived)

    def start(self) -> None:
        """Begin to deliver; call it on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._events = asyncio.Queue(), asyncio.Queue()
        works = [*(self._deliver_all(queue) for queue in self._events), self._check_all()]
        self._tasks = [self._loop.create_task(work) for work in works]

    async def stop(self) -> None:
        """Tell every connection that it is over, so that it comes again; those that come now end at once.
        Again: nothing happens."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        for listener in [one for together in self._logins.values() for one in together]:
            self.leave(listener)
            listener.end("restart")

    # --- who is here ------------------------------------------------------------------------------------

    def join(self, listener: Listener) -> None:
        """A connection has come; it hears nothing before a stream is opened."""
        self._logins.setdefault(listener.login, {})[listener] = None
        if self._stopping:
            listener.end("restart")

    def leave(self, listener: Listener) -> None:
        """A connection has gone; again: nothing happens."""
        for stream in tuple(listener.streams):
            self.close(stream)
        _discard(self._logins, listener.login, listener)

    def open(self, stream: Stream) -> None:
        """A listener wants to hear this from now on."""
        stream.listener.streams.append(stream)
        for kind, id in stream.topics:
            self._streams[kind].setdefault(id, {})[stream] = None
        if stream.hashtag is not None:
            self._without_feed.setdefault(stream.hashtag, {})[stream] = None

    def close(self, stream: Stream) -> None:
        """A listener has heard enough of this; again: nothing happens."""
        if stream.closed:
            return
        stream.closed = True
        stream.listener.streams.remove(stream)
        for kind, id in stream.topics:
            _discard(self._streams[kind], id, stream)
        if stream.hashtag is not None:
            _discard(self._without_feed, stream.hashtag, stream)

    def of(self, login: Login) -> list[Listener]:
        """The connections that one session or token has open, the oldest first."""
        return list(self._logins.get(login, ()))

    @property
    def connections(self) -> int:
        return sum(len(together) for together in self._logins.values())

    # --- delivering -------------------------------------------------------------------------------------

    def _arrived(self, event: Event) -> None:
        """From the thread that committed. Cheap when nobody is connected."""
        if not self._logins or self._loop is None or self._events is None:
            return
        try:
            queue = self._events[event.name in PERSONAL]
            self._loop.call_soon_threadsafe(queue.put_nowait, event)
        except RuntimeError:
            log.debug("an event came after the loop had closed")

    async def _deliver_all(self, events: asyncio.Queue[Event]) -> None:
        while True:
            batch = [await events.get()]
            while len(batch) < _BATCH and not events.empty():
                batch.append(events.get_nowait())
            try:
                await self._deliver(batch)
            except Exception:
                log.exception("%d events from %s on were not delivered", len(batch), batch[0])

    async def _deliver(self, batch: list[Event]) -> None:
        for event in batch:
            kind = _ENDED.get(event.name)
            if kind is not None:
                self._end(Login(kind, event.id))
        if self._without_feed and any(event.name in POSTS for event in batch):
            await self._find_hashtags()
        asked = [one for one in map(self._asked, batch) if one is not None]
        if not asked:
            return
        if self.prepare is not None:
            await self.prepare()
        hearing: dict[Listener, None] = {}
        turn = 0
        for told in await self._db.read(load, asked):
            for stream in self._hearing(told):
                if not stream.closed:
                    stream.listener.hear(stream, told.news)
                    hearing[stream.listener] = None
                if (turn := turn + 1) % _SLICE == 0:
                    await asyncio.sleep(0)
        for listener in hearing:
            listener.flush()
            if (turn := turn + 1) % _SLICE == 0:
                await asyncio.sleep(0)

    def _asked(self, event: Event) -> Asked | None:
        """Who might hear of an event; None when there is nobody."""
        if event.name in PERSONAL:
            return Asked(event) if event.actor in self._streams[PERSONAL[event.name]] else None
        if event.name in COMPANY:
            return Asked(event) if self._streams["person"] else None
        if event.name in COUNTED:
            return Asked(event) if event.id in self._streams["post"] else None
        if event.name not in POSTS:
            return None
        looking = {stream.listener.account_id for stream in self._at_feeds(event.more)}
        lists = {id: next(iter(streams)).listener.account_id for id, streams in self._streams["list"].items()}
        if not (self._streams["home"] or looking or lists):
            return None
        return Asked(event, list(self._streams["home"]), list(looking), lists)

    def _at_feeds(self, feeds: Iterable[int], *, with_media: bool = True) -> Iterator[Stream]:
        for feed in feeds:
            yield from self._streams["feed"].get(feed, ())
            if with_media:
                yield from self._streams["media"].get(feed, ())

    def _hearing(self, told: Told) -> list[Stream]:
        """The streams that hear of it, as they are at this moment."""
        news = told.news
        if news.event in PERSONAL:
            return list(self._streams[PERSONAL[news.event]].get(news.actor, ()))
        if news.event in COMPANY:
            return [stream for streams in self._streams["person"].values() for stream in streams]
        if news.event in COUNTED:
            return list(self._streams["post"].get(news.id, ()))
        home, lists = self._streams["home"], self._streams["list"]
        found = [stream for account in told.home for stream in home.get(account, ())]
        found += [stream for list_id in told.lists for stream in lists.get(list_id, ())]
        if told.in_feeds:
            # Of a deleted post nobody knows any more whether it had pictures.
            with_media = news.subject is None or bool(news.subject.content.attached.media)
            found += [
                stream
                for stream in self._at_feeds(told.feeds, with_media=with_media)
                if stream.listener.account_id in told.in_feeds
            ]
        return found

    async def _find_hashtags(self) -> None:
        """Somebody listens to hashtags that were not there: perhaps they are by now."""
        found = await self._db.read(readers.hashtags, list(self._without_feed))
        for key, id in found.items():
            for stream in self._without_feed.pop(key, ()):
                stream.hashtag = None
                stream.topics = (*stream.topics, Topic("feed", id))
                self._streams["feed"].setdefault(id, {})[stream] = None

    # --- ending -----------------------------------------------------------------------------------------

    def _end(self, login: Login) -> None:
        for listener in self.of(login):
            self.leave(listener)
            listener.end("ended")

    async def _check_all(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_S)
            try:
                for login in await self._db.read(readers.ended, list(self._logins)):
                    self._end(login)
            except Exception:
                log.exception("sessions and tokens could not be checked")


def _discard(table: dict[_K, dict[_V, None]], key: _K, value: _V) -> None:
    together = table.get(key)
    if together is not None:
        together.pop(value, None)
        if not together:
            del table[key]
