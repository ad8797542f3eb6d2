"""Push messages on their way: new notifications become jobs, and jobs requests to push services."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from officetalk.core.database import Database
from officetalk.core.events import Event
from officetalk.jobs.runner import Handler
from officetalk.outgoing.client import Answer, Client
from officetalk.outgoing.connecting import Failed
from officetalk.outgoing.policy import Refused
from officetalk.push import delivery, subscriptions
from officetalk.push.delivery import Delivery, Icon
from officetalk.push.keys import Keys
from officetalk.push.messages import Message, Signer, compose

log = logging.getLogger(__name__)

BESIDE = {delivery.JOB: 8}  # how many messages are sent at once, beside the other jobs

_SECONDS = 8.0  # for a push service to answer
_ANSWER = 1024  # bytes of its answer that are looked at
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})
_TOGETHER = 200  # notifications that are planned at once
_OUT_AFTER = 5  # failures in a row
_OUT_SECONDS = 60.0

Outcome = Literal["sent", "gone", "later", "no"]


class Outages:
    """Push services that do not answer: for a while they are not even asked, so that one which hangs does not
    keep the messages to all others waiting."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, tuple[int, float]] = {}

    def is_out(self, endpoint: str) -> bool:
        failures, at = self._failures.get(urlsplit(endpoint).netloc, (0, 0.0))
        return failures >= _OUT_AFTER and self._clock() < at + _OUT_SECONDS

    def note(self, endpoint: str, *, answered: bool) -> None:
        host = urlsplit(endpoint).netloc
        if answered:
            self._failures.pop(host, None)
        else:
            self._failures[host] = self._failures.get(host, (0, 0.0))[0] + 1, self._clock()


def handlers(db: Database, keys: Keys, contact: str, client: Client, icon_of: Icon) -> dict[str, Handler]:
    """Job handlers by kind."""
    signer = Signer(keys, contact)
    outages = Outages()

    async def send(payload: str) -> None:
        going = msgspec.json.decode(payload, type=Delivery)
        found = await db.read(delivery.prepare, going, keys, icon_of)
        if found is None:
            return
        words, receiver = found
        if outages.is_out(receiver.endpoint):
            await db.write(delivery.again, going)
            return
        message = await asyncio.to_thread(compose, words, receiver, signer, db.clock() // 1000)
        outcome, asked = await asyncio.to_thread(deliver, client, message, outages)
        if outcome == "gone":
            await db.write(subscriptions.remove, going.subscription_id)
        elif outcome == "later":
            await db.write(delivery.again, going, asked)

    return {delivery.JOB: send}


def deliver(client: Client, message: Message, outages: Outages) -> tuple[Outcome, int]:
    """Hand a message to its push service: what became of it, and how long the service wants us to wait (ms).
    Blocks for seconds."""
    host = urlsplit(message.endpoint).netloc
    try:
        answer = client.post(message.endpoint, message.body, message.headers, limit=_ANSWER, seconds=_SECONDS)
    except Refused as problem:
        log.warning("push message to %s: it %s", host, problem)
        return "no", 0
    except Failed as problem:
        log.info("push message to %s: %s", host, problem)
        outages.note(message.endpoint, answered=False)
        return "later", 0
    outages.note(message.endpoint, answered=True)
    if 200 <= answer.status < 300:
        return "sent", 0
    said = answer.body[:200].decode("utf-8", "replace")
    log.info("push message to %s: it answers %d %r", host, answer.status, said)
    if answer.status in _GONE:
        return "gone", 0
    if answer.status in _LATER or answer.status >= 500:
        return "later", _asked_to_wait(answer)
    return "no", 0  # it will not want this message another time either


def _asked_to_wait(answer: Answer) -> int:
    """Retry-After in milliseconds (RFC 9110, section 10.2.3: seconds, or a date); 0 when it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:9]) * 1000
    try:
        return max(0, int((parsedate_to_datetime(text).timestamp() - time.time()) * 1000))
    except (ValueError, OverflowError):
        return 0


class Announcer:
    """Hears of new notifications, and has them delivered. Every notification is heard on every node: the
    one that made it sees to it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._loop: asyncio.AbstractEventLoop | None = None
        self._made: asyncio.Queue[tuple[int, int]] | None = None
        self._task: asyncio.Task | None = None
        db.bus.listen("notification.made", self._heard)
        db.bus.listen("token.ended", self._ended("token"))
        db.bus.listen("session.ended", self._ended("session"))

    def start(self) -> None:
        """Begin; call it on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._made = asyncio.Queue()
        self._task = self._loop.create_task(self._work())

    async def stop(self) -> None:
        """Plan what was heard, then end."""
        if self._task is not None and self._made is not None:
            await self._made.join()
            self._task.cancel()
            self._task = None
            self._loop = None

    def _heard(self, event: Event) -> None:
        """From the thread that committed."""
        if self._made is not None and self._db.ids.made(event.id):
            self._run(self._made.put_nowait, (event.id, event.actor))

    def _ended(self, owner: subscriptions.Owner) -> Callable[[Event], None]:
        def forget(event: Event) -> None:
            self._run(self._forget, owner, event.id)

        return forget

    def _run(self, call: Callable, *args: object) -> None:
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            log.debug("an event came after the loop had closed")

    def _forget(self, owner: subscriptions.Owner, owner_id: int) -> None:
        # The subscription is worth nothing already; this only clears it away.
        assert self._loop is not None
        task = self._loop.create_task(self._db.write(subscriptions.unsubscribe, owner, owner_id))
        task.add_done_callback(_log_failure)

    async def _work(self) -> None:
        assert self._made is not None
        while True:
            made = [await self._made.get()]
            while len(made) < _TOGETHER and not self._made.empty():
                made.append(self._made.get_nowait())
            try:
                planned = await self._db.read(delivery.plan, made)
                if planned:
                    await self._db.write(delivery.put, planned)
            except Exception:
                log.exception("push messages for %d notifications were not planned", len(made))
            finally:
                for _ in made:
                    self._made.task_done()


def _log_failure(task: asyncio.Task) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("a push subscription was not cleared away: %s", task.exception())
