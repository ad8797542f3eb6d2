"""A small bounded cache per process, for things that are keyed by what they are made of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most `size` entries; the oldest tenth goes when it is full. Safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: dict[K, V] = {}
        self._lock = threading.Lock()
        self.get = self._items.get

    def put(self, key: K, value: V) -> None:
        with self._lock:
            if len(self._items) >= self._size:
                for old in list(self._items)[: max(1, self._size // 10)]:
                    del self._items[old]
            self._items[key] = value

    def drop(self, key: K) -> None:
        with self._lock:
            self._items.pop(key, None)

    def drop_where(self, matches: Callable[[V], bool]) -> None:
        with self._lock:
            for key in [k for k, v in self._items.items() if matches(v)]:
                del self._items[key]

    def clear(self) -> None:
        with self._lock:
            self._items.clear()

    def __len__(self) -> int:
        return len(self._items)


class Overlay(Cache[K, V]):
    """A cache for one transaction: reads through to the shared one and keeps what it learns to itself,
    since a transaction that is rolled back must leave no trace."""

    def __init__(self, below: Cache[K, V]) -> None:
        super().__init__(1 << 30)
        self._below = below
        self.get = self._look_up

    def _look_up(self, key: K, default: V | None = None) -> V | None:
        found = self._items.get(key)
        return found if found is not None else self._below.get(key, default)
