"""A WebSocket after its handshake: messages in, frames out. By its descriptor where that can be had (see
http/descriptors.py), else through the server."""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence

from starlette.types import Receive, Send

from officetalk.api.streaming import rfc6455
from officetalk.api.streaming.rfc6455 import CLOSE, PING, PONG, TEXT, Broken, Frames, close_frame, frame
from officetalk.http.descriptors import Descriptors, shut_down

# What may wait for one connection; a reader slower than that is dropped.
MAX_WAITING = 512  # frames
MAX_WAITING_BYTES = 1 << 20

_READ = 4096  # bytes
_PARTS = 1000  # that the system takes at once: 1024 at the most
_PING = frame(PING, b"")
_TOO_SLOW = Broken(1008, "Too slow")
_NO_BINARY = Broken(1003, "Binary messages are not supported")


class Link(ABC):
    """One end of a WebSocket. `fault`: what the other end did wrong, after which `receive` returned."""

    __slots__ = ("fault",)

    def __init__(self) -> None:
        self.fault: Broken | None = None

    @abstractmethod
    async def receive(self) -> str | None:
        """The next message; None when the other end has gone, or after `interrupt`."""

    @abstractmethod
    def send(self, frames: Sequence[bytes]) -> bool:
        """Send as much as goes; the rest follows. False when too much is waiting."""

    @abstractmethod
    def interrupt(self) -> None:
        """Let `receive` return."""

    @abstractmethod
    async def close(self, code: int, reason: str, *, at_once: bool) -> None:
        """Say good-bye; `at_once`: do not wait for what is to be sent before."""

    def is_alive(self) -> bool:
        """Ask the other end for a sign of life, and say whether one came since this was last asked."""
        return True


class DirectLink(Link):
    """Reads and writes the descriptor."""

    __slots__ = (
        "_descriptor", "_descriptors", "_ended", "_frames", "_heard", "_loop", "_reading", "_waiting",
    )  # fmt: skip

    def __init__(self, descriptors: Descriptors, descriptor: int) -> None:
        super().__init__()
        self._descriptors = descriptors
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._frames = Frames()
        self._reading: asyncio.Future[None] | None = None
        self._waiting: list[bytes | memoryview] = []
        self._ended = False
        self._heard = True

    async def receive(self) -> str | None:
        while not self._ended:
            try:
                message = self._frames.next()
                if message is None:
                    if not await self._read():
                        return None
                elif message.opcode == TEXT:
                    return _text(message.data)
                elif message.opcode == PING:
                    if not self.send([frame(PONG, message.data)]):
                        raise _TOO_SLOW
                elif message.opcode == CLOSE:
                    return None
                elif message.opcode != PONG:
                    raise _NO_BINARY
            except Broken as problem:
                self.fault = problem
                return None
        return None

    async def _read(self) -> bool:
        """Wait until something has come in; False when the connection has ended. However much a client
        sends, others have their turn before each part of it is read."""
        while True:
            self._reading = self._loop.create_future()
            self._loop.add_reader(self._descriptor, self._readable)
            try:
                await self._reading
            finally:
                self._loop.remove_reader(self._descriptor)
                self._reading = None
            if self._ended:
                return False
            try:
                data = os.read(self._descriptor, _READ)
            except BlockingIOError:
                continue
            except OSError:
                return False
            self._heard = True
            self._frames.feed(data)
            return bool(data)

    def _readable(self) -> None:
        if self._reading is not None and not self._reading.done():
            self._reading.set_result(None)

    def interrupt(self) -> None:
        self._ended = True
        self._readable()

    def send(self, frames: Sequence[bytes]) -> bool:
        if self._ended:
            return True
        if self._waiting:
            self._waiting += frames
        else:
            self._waiting = self._write(frames)
            if self._waiting:
                self._loop.add_writer(self._descriptor, self._writable)
        return len(self._waiting) <= MAX_WAITING and sum(map(len, self._waiting)) <= MAX_WAITING_BYTES

    def _write(self, parts: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
        """What could not be written yet: not copied, since thousands may wait for the same."""
        try:
            written = os.writev(self._descriptor, parts[:_PARTS])
        except BlockingIOError:
            written = 0
        except OSError:  # the other end has gone
            self.interrupt()
            return []
        for i, part in enumerate(parts):
            if written < len(part):
                return [memoryview(part)[written:], *parts[i + 1 :]]
            written -= len(part)
        return []

    def _writable(self) -> None:
        self._waiting = self._write(self._waiting)
        if not self._waiting:
            self._loop.remove_writer(self._descriptor)

    async def close(self, code: int, reason: str, *, at_once: bool) -> None:
        at_once = at_once or bool(self._waiting)
        if self._waiting:
            self._loop.remove_writer(self._descriptor)
        if not at_once:
            self._write([close_frame(code, reason)])
        shut_down(self._descriptor, at_once=at_once)
        self._descriptors.release(self._descriptor)

    def is_alive(self) -> bool:
        heard, self._heard = self._heard, False
        self.send([_PING])
        return heard


class ServedLink(Link):
    """Reads and writes through the server (ASGI, WebSocket message format). It has no way to ping."""

    __slots__ = ("_ended", "_loop", "_reading", "_receive", "_send", "_sending", "_size", "_waiting")

    def __init__(self, receive: Receive, send: Send) -> None:
        super().__init__()
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._reading: asyncio.Future | None = None
        self._sending: asyncio.Task[None] | None = None
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._ended = False

    async def receive(self) -> str | None:
        if self._ended:
            return None
        self._reading = asyncio.ensure_future(self._receive())
        try:
            message = await self._reading
        except asyncio.CancelledError:
            if self._ended:
                return None
            raise
        if message["type"] != "websocket.receive":
            self._ended = True
            return None
        text = message.get("text")
        if text is None or len(text) > rfc6455.MAX_MESSAGE:
            self.fault = _NO_BINARY if text is None else Broken(1009, "The message is too long")
            return None
        return text

    def interrupt(self) -> None:
        self._ended = True
        if self._reading is not None:
            self._reading.cancel()

    def send(self, frames: Sequence[bytes]) -> bool:
        if self._ended:
            return True
        self._waiting.extend(frames)
        self._size += sum(map(len, frames))
        if self._sending is None or self._sending.done():
            self._sending = self._loop.create_task(self._send_all())
        return len(self._waiting) <= MAX_WAITING and self._size <= MAX_WAITING_BYTES

    async def _send_all(self) -> None:
        while self._waiting:
            framed = self._waiting.popleft()
            try:
                await self._send({"type": "websocket.send", "text": rfc6455.text_of(framed)})
            except Exception:  # the server says in its own way that the other end has gone
                self.interrupt()
                return
            self._size -= len(framed)

    async def close(self, code: int, reason: str, *, at_once: bool) -> None:
        self._ended = True
        if self._sending is not None and not self._sending.done():
            self._sending.cancel()
        if not at_once:
            try:
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
            except Exception:  # closed already
                return


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        raise Broken(1007, "The message is not UTF-8") from problem
