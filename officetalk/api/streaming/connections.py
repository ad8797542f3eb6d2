"""The two kinds of connections: both take down what they hear and send it without waiting; a reader that
is too slow for its queue is dropped."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.types import Receive, Send

from officetalk.api.streaming import streams
from officetalk.api.streaming.frames import Encoder
from officetalk.api.streaming.links import MAX_WAITING, MAX_WAITING_BYTES, Link
from officetalk.api.streaming.rfc6455 import TEXT, frame
from officetalk.api.streaming.streams import Refused, Wanted
from officetalk.core.database import Database
from officetalk.core.errors import Problem
from officetalk.identity.entities import Viewer
from officetalk.live.hub import Hub
from officetalk.live.listeners import Listener, Login, News, Stream, Why

log = logging.getLogger(__name__)

MAX_STREAMS = 200  # that one connection can hear

# RFC 6455 section 7.4 and its registry: 1012 says that the server comes back.
_CODES: dict[Why | None, tuple[int, str]] = {
    None: (1000, ""),
    "ended": (1008, "The access token has ended"),
    "crowded": (1008, "Too many connections with this access token"),
    "slow": (1008, "Too slow"),
    "restart": (1012, "The server restarts"),
}
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def login_of(viewer: Viewer) -> Login:
    """What the viewer's connections end with."""
    return Login("token", viewer.token_id or 0)


class Connection(Listener):
    """What both kinds have in common. `why` it has ended, if it was not the client that went."""

    __slots__ = ("_encoder", "hub", "viewer", "why")

    def __init__(self, hub: Hub, encoder: Encoder, viewer: Viewer) -> None:
        super().__init__(viewer.id, login_of(viewer))
        self.hub = hub
        self.viewer = viewer
        self.why: Why | None = None
        self._encoder = encoder

    def end(self, why: Why) -> None:
        if self.why is None:
            self.why = why
            if why == "slow":
                log.info("a connection of account %d was too slow and is dropped", self.account_id)
            self._interrupt()

    @abstractmethod
    def _interrupt(self) -> None:
        """Let `run` return."""

    @abstractmethod
    def beat(self) -> None:
        """Show that the connection is alive, and see whether it is. Every 15 seconds."""


class WebSocket(Connection):
    """Many streams, subscribed to and left by messages."""

    __slots__ = ("_beats", "_heard", "_link", "_wanted")

    def __init__(self, hub: Hub, encoder: Encoder, viewer: Viewer, link: Link) -> None:
        super().__init__(hub, encoder, viewer)
        self._link = link
        self._heard: list[bytes] = []
        self._wanted: dict[tuple[str, ...], Stream] = {}
        self._beats = 0

    async def run(self, db: Database, asked: Mapping[str, Any]) -> None:
        """Until either side has enough. `asked`: the query of the address."""
        if asked.get("stream"):
            await self._subscribe(db, asked["stream"], asked)
        while self.why is None and (message := await self._link.receive()) is not None:
            await self._on_message(db, message)

    async def close(self) -> None:
        code, reason = _CODES[self.why]
        if self._link.fault is not None:
            code, reason = self._link.fault.code, self._link.fault.reason
        await self._link.close(code, reason, at_once=self.why == "slow")

    async def _on_message(self, db: Database, message: str) -> None:
        """What cannot be understood is passed over, as Mastodon does."""
        try:
            asked = _decode(message)
        except msgspec.DecodeError:
            return
        if not isinstance(asked, dict):
            return
        stream = asked.get("stream")
        if isinstance(stream, list):
            stream = stream[0] if stream else None
        if asked.get("type") == "subscribe":
            await self._subscribe(db, stream, asked)
        elif asked.get("type") == "unsubscribe":
            self._unsubscribe(stream, asked)

    async def _subscribe(self, db: Database, stream: Any, parameters: Mapping[str, Any]) -> None:
        try:
            streams.check_scope(stream, self.viewer)
            wanted = streams.parse(stream, parameters)
            if wanted.key in self._wanted:
                return
            if len(self._wanted) >= MAX_STREAMS:
                raise Refused(429, "Too many streams")
            opened = await streams.open_stream(db, self, self.viewer, wanted)
        except Problem as problem:
            self._say({"error": problem.rule, "status": problem.status})
            return
        if self.why is None:
            self._wanted[wanted.key] = opened
            self.hub.open(opened)

    def _unsubscribe(self, stream: Any, parameters: Mapping[str, Any]) -> None:
        try:
            wanted: Wanted = streams.parse(stream, parameters)
        except Refused:
            self._say({"error": "Error unsubscribing from channel"})
            return
        opened = self._wanted.pop(wanted.key, None)
        if opened is not None:
            self.hub.close(opened)

    def _say(self, what: dict[str, Any]) -> None:
        if not self._link.send([frame(TEXT, _encode(what))]):
            self.end("slow")

    def hear(self, stream: Stream, news: News) -> None:
        if self.why is None:
            self._heard.append(self._encoder.frame(news, stream.name, self.account_id))

    def flush(self) -> None:
        heard, self._heard = self._heard, []
        if heard and self.why is None and not self._link.send(heard):
            self.end("slow")

    def _interrupt(self) -> None:
        self._link.interrupt()

    def beat(self) -> None:
        """A ping every half minute; whoever has not answered the one before has gone."""
        self._beats += 1
        if self._beats % 2 == 0 and not self._link.is_alive():
            self.end("slow")


class EventStream(Connection):
    """One stream, as server-sent events (HTML standard, section 9.2)."""

    __slots__ = ("_heard", "_reading", "_send", "_sending", "_size", "_waiting")

    def __init__(self, hub: Hub, encoder: Encoder, viewer: Viewer) -> None:
        super().__init__(hub, encoder, viewer)
        self._heard: list[bytes] = []
        self._waiting: list[bytes] = []
        self._size = 0
        self._send: Callable[[bytes], Awaitable[None]] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._reading: asyncio.Future[Any] | None = None

    async def run(self, receive: Receive, send: Send) -> None:
        """Until either side has enough. The answer's head has been sent."""

        async def send_part(part: bytes) -> None:
            await send({"type": "http.response.body", "body": part, "more_body": True})

        self._send = send_part
        self._put([b":)\n"])
        while self.why is None:
            self._reading = asyncio.ensure_future(receive())
            try:
                message = await self._reading
            except asyncio.CancelledError:
                if self.why is None:
                    raise
                break
            if message["type"] == "http.disconnect":
                break
        if self._sending is not None:
            self._sending.cancel()

    def hear(self, stream: Stream, news: News) -> None:
        if self.why is None:
            self._heard.append(self._encoder.event(news, self.account_id))

    def flush(self) -> None:
        heard, self._heard = self._heard, []
        if heard and self.why is None:
            self._put(heard)

    def _put(self, parts: list[bytes]) -> None:
        self._waiting += parts
        self._size += sum(map(len, parts))
        if len(self._waiting) > MAX_WAITING or self._size > MAX_WAITING_BYTES:
            self.end("slow")
        elif self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        assert self._send is not None
        while self._waiting:
            parts, self._waiting = self._waiting, []
            try:
                await self._send(b"".join(parts))
            except Exception:  # the client has gone, which `run` hears too
                return
            self._size -= sum(map(len, parts))

    def _interrupt(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    def beat(self) -> None:
        if self._send is not None and self.why is None:
            self._put([b":thump\n"])
