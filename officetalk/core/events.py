"""Events: what happened, told after the commit to whoever listens, in this process or on another node.

A verb calls `conn.announce(Event(...))`. The event travels only when its transaction is durable: within
the process on SQLite, as a NOTIFY of the same transaction on PostgreSQL. Events carry ids and no content,
so that whoever receives one must read the rest as somebody who may see it (and NOTIFY ends at 8,000 bytes).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

import msgspec

log = logging.getLogger(__name__)


class Event(msgspec.Struct, frozen=True, array_like=True):
    """`name` such as `post.published`; `id` of the thing; `actor` who did it; `more` ids as the name asks."""

    name: str
    id: int
    actor: int = 0
    more: tuple[int, ...] = ()


Listener = Callable[[Event], None]

MAX_NOTICE = 8000  # bytes of a NOTIFY: a longer one is an error
_IN_ONE_NOTICE = 50  # events of the usual length

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Event])


def encode(events: Sequence[Event]) -> list[str]:
    """The texts that one node sends another, each short enough for a NOTIFY."""
    texts = []
    for start in range(0, len(events), _IN_ONE_NOTICE):
        some = events[start : start + _IN_ONE_NOTICE]
        text = _encoder.encode(some).decode()
        texts += [text] if len(text) < MAX_NOTICE else [_encoder.encode([event]).decode() for event in some]
    return texts


def decode(text: str) -> list[Event]:
    return _decoder.decode(text)


class Bus:
    """Listeners by the event's name. `publish` may be called from any thread; listeners must be quick."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    def listen(self, name: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` for each event of this name; returns how to stop."""
        self._listeners.setdefault(name, []).append(listener)
        return lambda: self._listeners[name].remove(listener)

    def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            for listener in tuple(self._listeners.get(event.name, ())):
                try:
                    listener(event)
                except Exception:  # one listener's fault must not cost another its event
                    log.exception("listener for %s failed", event.name)
