"""Who is connected, and what is told to whom.

One statement per post and process finds, of the accounts connected here, those that subscribe to one of
the post's feeds and may read it; one more, where connections look at a single feed (the company's, a
hashtag's), which of these may read it. No list of followers is kept, and nothing is done per follower
inside a request.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
from sqlalchemy import exists, select

from officetalk.accounts.tables import account, block
from officetalk.core.database import Connection, Database
from officetalk.core.events import Event
from officetalk.core.sql import Statement, p, within
from officetalk.feeds.tables import feed_entry, subscription
from officetalk.posts.queries import original, visible_item, wanted_item
from officetalk.posts.tables import post
from officetalk.timelines.home import filters

log = logging.getLogger(__name__)

WAITING = 64  # events that wait for one connection; a reader slower than that is dropped
HOME = 0  # the feed number that stands for "everything one subscribes to"

_NAMES = {"post.published": "new", "post.edited": "changed", "post.deleted": "deleted"}
_SESSION_ENDED = "session.ended"


class Told(msgspec.Struct, frozen=True):
    """What a connection receives; `name` is new, changed or deleted."""

    name: str
    post_id: int
    author_id: int


class Ear:
    """One open connection: an account that listens to one feed (HOME: to its subscriptions). The queue
    ends with None when the reader was too slow or the server stops."""

    __slots__ = ("account_id", "feed_id", "queue", "session_id")

    def __init__(self, account_id: int, feed_id: int, session_id: int) -> None:
        self.account_id = account_id
        self.feed_id = feed_id
        self.session_id = session_id
        self.queue: asyncio.Queue[Told | None] = asyncio.Queue(WAITING + 1)


_reader = account.c.id
_post = post.outerjoin(original, original.c.id == post.c.repost_of_id)
_AT_HOME = Statement(
    select(_reader)
    .distinct()
    .select_from(
        _post.join(feed_entry, feed_entry.c.post_id == post.c.id)
        .join(account, within(_reader, "readers"))
        .join(
            subscription,
            (subscription.c.account_id == _reader) & (subscription.c.feed_id == feed_entry.c.feed_id),
        )
    )
    .where(
        post.c.id == p("post"),
        visible_item(post, original, _reader),
        *filters(feed_entry, subscription, _reader),
    )
)
_IN_FEED = Statement(
    select(_reader)
    .select_from(_post.join(account, within(_reader, "readers")))
    .where(
        post.c.id == p("post"),
        visible_item(post, original, _reader),
        wanted_item(post, original, _reader),
    )
)
# A deleted post has left its feeds: its readers are found by the feeds that it left. Whom its author has
# blocked never knew it.
_shut_out = exists(select(block.c.id).where(block.c.account_id == p("author"), block.c.target_id == _reader))
_SUBSCRIBED = Statement(
    select(_reader)
    .distinct()
    .select_from(account.join(subscription, subscription.c.account_id == _reader))
    .where(within(_reader, "readers"), within(subscription.c.feed_id, "feeds"), ~_shut_out)
)
_NOT_SHUT_OUT = Statement(select(_reader).where(within(_reader, "readers"), ~_shut_out))


def readers(
    conn: Connection, event: Event, at_home: list[int], in_feeds: list[int]
) -> tuple[set[int], set[int]]:
    """Of the accounts given: whose home, and who in the feeds of the event, is to be told."""

    def found(statement: Statement, readers: list[int], **values: Any) -> set[int]:
        return {row[0] for row in conn.all(statement, readers=readers, **values)} if readers else set()

    if event.name == "post.deleted":
        return (
            found(_SUBSCRIBED, at_home, feeds=list(event.more), author=event.actor),
            found(_NOT_SHUT_OUT, in_feeds, author=event.actor),
        )
    return (
        found(_AT_HOME, at_home, post=event.id, now=conn.now),
        found(_IN_FEED, in_feeds, post=event.id, now=conn.now),
    )


class Hub:
    """The connections of this process. Used on the event loop only, but for `_arrived`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._ears: dict[int, set[Ear]] = {}  # by feed
        self._events: asyncio.Queue[Event] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task | None = None
        self._sessions: dict[int, set[Ear]] = {}
        self._stopping = False
        for name in (*_NAMES, _SESSION_ENDED):
            db.bus.listen(name, self._arrived)

    def start(self) -> None:
        """Begin to deliver; call it on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._events = asyncio.Queue()
        self._task = self._loop.create_task(self._deliver_all())

    async def stop(self) -> None:
        """Tell every connection that it is over, so that it reconnects elsewhere; those that come now end
        at once. Again: nothing happens."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for ears in self._ears.values():
            for ear in ears:
                _end(ear)
        self._ears.clear()
        self._sessions.clear()

    def listen(self, account_id: int, feed_id: int, session_id: int = 0) -> Ear:
        """Open a connection; it ends with the session."""
        ear = Ear(account_id, feed_id, session_id)
        self._ears.setdefault(feed_id, set()).add(ear)
        self._sessions.setdefault(session_id, set()).add(ear)
        if self._stopping:
            _end(ear)
        return ear

    def leave(self, ear: Ear) -> None:
        """Close a connection; again: nothing happens."""
        for table, key in ((self._ears, ear.feed_id), (self._sessions, ear.session_id)):
            ears = table.get(key)
            if ears is not None:
                ears.discard(ear)
                if not ears:
                    del table[key]

    def listening(self, session_id: int) -> int:
        """How many connections a session has open."""
        return len(self._sessions.get(session_id, ()))

    @property
    def connections(self) -> int:
        return sum(len(ears) for ears in self._ears.values())

    def _arrived(self, event: Event) -> None:
        """From the thread that committed. Cheap when nobody is connected."""
        if not self._ears or self._loop is None or self._events is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)
        except RuntimeError:
            log.debug("an event came after the loop had closed")

    async def _deliver_all(self) -> None:
        assert self._events is not None
        while True:
            event = await self._events.get()
            try:
                await self._deliver(event)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("%s %d was not delivered", event.name, event.id)

    async def _deliver(self, event: Event) -> None:
        if event.name == _SESSION_ENDED:
            for ear in tuple(self._sessions.get(event.id, ())):
                self.leave(ear)
                _end(ear)
            return
        homes = self._ears.get(HOME, set())
        feeds = [ear for feed in event.more for ear in self._ears.get(feed, ())]
        if not homes and not feeds:
            return
        home, feed = await self._db.read(
            readers, event, list({e.account_id for e in homes}), list({e.account_id for e in feeds})
        )
        told = Told(_NAMES[event.name], event.id, event.actor)
        for ear in [e for e in homes if e.account_id in home] + [e for e in feeds if e.account_id in feed]:
            self._tell(ear, told)

    def _tell(self, ear: Ear, told: Told) -> None:
        if ear.queue.qsize() >= WAITING:
            log.info("a connection of account %d was too slow and is dropped", ear.account_id)
            self.leave(ear)
            _end(ear)
        else:
            ear.queue.put_nowait(told)


def _end(ear: Ear) -> None:
    while ear.queue.qsize() > WAITING:
        ear.queue.get_nowait()
    ear.queue.put_nowait(None)
