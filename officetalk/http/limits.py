"""Rate limits, by what is done and by whom: fixed windows, counted in this process.

Who is signed in is counted by token or session, never by address: a whole company may come from one.
"""

from __future__ import annotations

import threading
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

import msgspec

from officetalk.core.errors import TooMany
from officetalk.core.ids import Clock, now_ms


class Standing(msgspec.Struct, frozen=True):
    """Where somebody stands: `reset_ms` is when the window ends."""

    limit: int
    remaining: int
    reset_ms: int


class Rule(NamedTuple):
    limit: int
    window_ms: int


_MINUTE = 60_000
# Mastodon's figures where it has one (docs, API, rate limits).
RULES: dict[str, Rule] = {
    "api": Rule(300, 5 * _MINUTE),  # per token
    "anonymous": Rule(300, 5 * _MINUTE),  # per address: instance, sign-in pages, app registration
    "delete": Rule(30, 30 * _MINUTE),
    "media": Rule(30, 30 * _MINUTE),
    "archive": Rule(4, 60 * _MINUTE),  # of all that somebody has, per account
    "web": Rule(600, 5 * _MINUTE),  # changes by form, per session
    "sign-in": Rule(10, 10 * _MINUTE),  # per login: guesses at one password
    "sign-in-address": Rule(200, 10 * _MINUTE),  # per address: one guess at many
    "register": Rule(25, 30 * _MINUTE),  # per address
    "mail": Rule(5, 30 * _MINUTE),  # mails that an address asks for
    "code": Rule(10, 10 * _MINUTE),  # guesses at the set-up code
}
_SWEEP = 10_000  # forget ended windows when there are more than this


def _network(key: str) -> str:
    """Whoever has one IPv6 address has the 2^64 of its network (RFC 6177), so these count as one."""
    if ":" not in key:
        return key
    try:
        found = IPv6Address(key)
    except AddressValueError:
        return key
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"


class Limits:
    """`hit` counts one; `forgive` takes it back (a sign-in that succeeded)."""

    def __init__(self, *, on: bool = True, clock: Clock = now_ms) -> None:
        self._on = on
        self._clock = clock
        self._windows: dict[tuple[str, str], tuple[int, int]] = {}  # (end, count)
        self._lock = threading.Lock()
        self._sweep_at = _SWEEP

    def hit(self, kind: str, key: str | int) -> Standing:
        """Count one. Raises TooMany with the seconds until the window ends."""
        rule = RULES[kind]
        now = self._clock()
        if not self._on:
            return Standing(rule.limit, rule.limit, now + rule.window_ms)
        name = (kind, _network(str(key)))
        with self._lock:
            end, count = self._windows.get(name, (0, 0))
            if end <= now:
                end, count = now + rule.window_ms, 0
                if len(self._windows) > self._sweep_at:
                    self._windows = {k: v for k, v in self._windows.items() if v[0] > now}
                    self._sweep_at = max(_SWEEP, 2 * len(self._windows))  # or each new key would sweep
            count += 1
            self._windows[name] = (end, count)
        if count > rule.limit:
            raise TooMany(retry_after=max(1, (end - now + 999) // 1000))
        return Standing(rule.limit, rule.limit - count, end)

    def forgive(self, kind: str, key: str | int) -> None:
        with self._lock:
            self._windows.pop((kind, _network(str(key))), None)
