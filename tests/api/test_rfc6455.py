"""WebSocket frames, as clients may send them and as they may not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officetalk.api.streaming.rfc6455 import (
    BINARY,
    CLOSE,
    MAX_MESSAGE,
    PING,
    TEXT,
    Broken,
    Frames,
    Message,
    close_frame,
    frame,
    text_of,
)

MASK = b"\x12\x34\x56\x78"


def sent(opcode: int, data: bytes, *, final: bool = True, mask: bytes = MASK) -> bytes:
    """A frame of a client."""
    length = len(data)
    head = bytes([(0x80 if final else 0) | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 1 << 16:
        head += bytes([0x80 | 126]) + length.to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + length.to_bytes(8, "big")
    return head + mask + bytes(b ^ m for b, m in zip(data, itertools.cycle(mask), strict=False))


def read(*parts: bytes) -> list[Message]:
    frames = Frames()
    found = []
    for part in parts:
        frames.feed(part)
        while (message := frames.next()) is not None:
            found.append(message)
    return found


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(1, 40))
def test_a_message_is_read_however_it_is_cut_into_pieces(data: bytes, mask: bytes, size: int) -> None:
    whole = sent(BINARY, data, mask=mask) + sent(PING, b"x")
    pieces = [whole[i : i + size] for i in range(0, len(whole), size)]
    assert read(*pieces) == [Message(BINARY, data), Message(PING, b"x")]


def test_frames_of_one_message_are_put_together_around_control_frames() -> None:
    assert read(
        sent(TEXT, b"one ", final=False), sent(PING, b"?"), sent(0, b"two ", final=False), sent(0, b"three")
    ) == [Message(PING, b"?"), Message(TEXT, b"one two three")]


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 1000, MAX_MESSAGE])
def test_every_length_is_written_as_the_standard_says(length: int) -> None:
    assert read(sent(TEXT, b"x" * length)) == [Message(TEXT, b"x" * length)]
    written = frame(TEXT, b"x" * length)
    assert written[0] == 0x81 and not written[1] & 0x80  # a server does not mask
    assert text_of(written) == "x" * length


def test_a_long_text_of_ours_has_a_long_length() -> None:
    assert text_of(frame(TEXT, b"x" * 70_000)) == "x" * 70_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(TEXT, b"not masked"), 1002),
        (sent(TEXT | 0x40, b"compressed, which nobody agreed on"), 1002),
        (sent(0x3, b"reserved"), 1002),
        (sent(0, b"goes on from nothing"), 1002),
        (sent(TEXT, b"begins", final=False) + sent(TEXT, b"begins again"), 1002),
        (sent(PING, b"x" * 126), 1002),
        (sent(CLOSE, b"", final=False), 1002),
        (sent(TEXT, b"x" * (MAX_MESSAGE + 1)), 1009),
        (sent(TEXT, b"x" * MAX_MESSAGE, final=False) + sent(0, b"x"), 1009),
        # a length is refused before its bytes have come
        (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 1009),
    ],
)
def test_what_no_client_may_send_is_refused(data: bytes, code: int) -> None:
    with pytest.raises(Broken) as refused:
        read(data)
    assert refused.value.code == code


def test_a_close_frame_says_why_as_far_as_there_is_room() -> None:
    made = close_frame(1012, "The server restarts")
    assert made == b"\x88\x15\x03\xf4The server restarts"
    assert len(close_frame(1008, "x" * 500)) == 2 + 125
