"""WebSocket frames (RFC 6455) as a server reads and writes them: messages are small, and nothing is
compressed."""

from __future__ import annotations

from typing import Literal, NamedTuple

MAX_MESSAGE = 16_384  # bytes; what clients have to say fits in a hundred
MAX_CONTROL = 125

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_CONTINUATION = 0x0
Opcode = Literal[0x1, 0x2, 0x8, 0x9, 0xA]


class Message(NamedTuple):
    opcode: int
    data: bytes


class Broken(Exception):
    """The client breaks the protocol, or a limit: the connection is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def frame(opcode: Opcode, data: bytes) -> bytes:
    """A whole message in one frame."""
    length = len(data)
    if length < 126:
        return bytes((0x80 | opcode, length)) + data
    if length < 1 << 16:
        return bytes((0x80 | opcode, 126)) + length.to_bytes(2, "big") + data
    return bytes((0x80 | opcode, 127)) + length.to_bytes(8, "big") + data


def text_of(framed: bytes) -> str:
    """The text of a frame that `frame` made."""
    return framed[{126: 4, 127: 10}.get(framed[1], 2) :].decode()


def close_frame(code: int, reason: str) -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason.encode()[: MAX_CONTROL - 2])


class Frames:
    """Puts together messages from the bytes that came in."""

    __slots__ = ("_buffer", "_opcode", "_parts")

    def __init__(self) -> None:
        self._buffer = b""
        self._opcode = 0  # of a message that comes in several frames
        self._parts = b""

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def next(self) -> Message | None:
        """The next message, or None when it has not all come. Raises Broken."""
        while (found := self._frame()) is not None:
            final, opcode, data = found
            if opcode >= CLOSE:
                return Message(opcode, data)
            if (opcode == _CONTINUATION) != bool(self._opcode):
                raise Broken(1002, "A message must end before another begins")
            if final and not self._opcode:
                return Message(opcode, data)
            self._opcode = self._opcode or opcode
            self._parts += data
            if len(self._parts) > MAX_MESSAGE:
                raise Broken(1009, "The message is too long")
            if final:
                whole = Message(self._opcode, self._parts)
                self._opcode, self._parts = 0, b""
                return whole
        return None

    def _frame(self) -> tuple[bool, int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        opcode, length, at = buffer[0] & 0x0F, buffer[1] & 0x7F, 2
        if buffer[0] & 0x70 or opcode not in (_CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Broken(1002, "The frame is of an unknown kind")
        if not buffer[1] & 0x80:
            raise Broken(1002, "Frames of a client must be masked")
        final = bool(buffer[0] & 0x80)
        if opcode >= CLOSE and (length > MAX_CONTROL or not final):
            raise Broken(1002, "The control frame is too long")
        if length > MAX_CONTROL:
            width = 2 if length == 126 else 8
            if len(buffer) < at + width:
                return None
            length = int.from_bytes(buffer[at : at + width], "big")
            at += width
        if length > MAX_MESSAGE:
            raise Broken(1009, "The message is too long")
        end = at + 4 + length
        if len(buffer) < end:
            return None
        mask, data = buffer[at : at + 4], buffer[at + 4 : end]
        self._buffer = buffer[end:]
        return final, opcode, _unmasked(mask, data)


def _unmasked(mask: bytes, data: bytes) -> bytes:
    length = len(data)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")
