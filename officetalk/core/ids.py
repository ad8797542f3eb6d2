"""Identifiers: 64 bit, ordered by time, made without coordination.

Layout: milliseconds since 1970 << 16 | node (6 bits) << 10 | sequence (10 bits). They sort as they were
made, serve as cursor everywhere, and carry the time of creation (Mastodon's snowflakes do the same).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

NODES = 64
_PER_MILLISECOND = 1024

Clock = Callable[[], int]


def now_ms() -> int:
    """Milliseconds since 1970 UTC: the only form in which times are stored."""
    return time.time_ns() // 1_000_000


def first_at(ms: int) -> int:
    """The smallest id that can be made at or after `ms`."""
    return ms << 16


def time_of(id: int) -> int:
    """When an id was made, in milliseconds since 1970."""
    return id >> 16


class Ids:
    """Makes ids. One per process; `node` (0 to 63) differs between processes on one database."""

    def __init__(self, node: int = 0, clock: Clock = now_ms) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"node must be 0 to {NODES - 1}, not {node}")
        self._node = node << 10
        self._clock = clock
        self._last_ms = 0
        self._sequence = 0
        self._lock = threading.Lock()

    def made(self, id: int) -> bool:
        """Whether an id was made by a process with this one's number."""
        return id & (NODES - 1) << 10 == self._node

    def next(self) -> int:
        """A new id, larger than every one before, also when the clock is set back."""
        with self._lock:
            ms = max(self._clock(), self._last_ms)
            if ms == self._last_ms:
                self._sequence += 1
                if self._sequence == _PER_MILLISECOND:
                    ms += 1  # borrow from the next millisecond instead of waiting for it
                    self._sequence = 0
            else:
                self._sequence = 0
            self._last_ms = ms
            return ms << 16 | self._node | self._sequence
