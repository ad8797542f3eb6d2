"""The descriptor of an accepted WebSocket connection, to read and write it without the server in between.

Granian gives every WebSocket that is read a buffer of 128 KB which it fills with zeros (tungstenite's default;
there is no setting), and it cannot send pings. With 2,000 connections that is 290 MB of buffers. So after the
handshake, which stays the server's, the connection is read and written here, by its descriptor. The server
still owns it: it is neither duplicated nor closed here, and the server closes it when the application
returns. docs/decisions/0009 has the measurements.

A descriptor is found by the address of the peer, among all that the process has open. Should there be two
with the same peer (which needs two addresses of ours), neither is taken.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Iterable
from ipaddress import ip_address

Peer = tuple[str, int]  # address and port

_SEND_BUFFER = (
    1 << 18
)  # bytes that the kernel keeps for one slow reader; it would keep 4 MB of its own accord
_MARGIN = 64  # new descriptors are the lowest that are free: hardly any lies further above the highest known
_LONGEST_PAUSE = 0.1  # seconds


def plain_address(text: str) -> str:
    """An address in one spelling, whether or not the socket speaks IPv6."""
    address = ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


class Descriptors:
    """Of one process. Used on the event loop only."""

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._asked: dict[tuple[Peer, int], asyncio.Future[int | None]] = {}
        self._highest = 0
        self._pause = 0.0

    async def take(self, peer: Peer, port: int) -> int | None:
        """The descriptor of the connection with this peer on our port; `release` it. None when it is not
        there or not the only one."""
        loop = asyncio.get_running_loop()
        key = ((plain_address(peer[0]), int(peer[1])), port)
        if key in self._asked:
            return None
        if not self._asked:
            # All that come in meanwhile are looked for together; looking costs a tenth of the time at most.
            loop.call_later(self._pause, self._look)
        self._asked[key] = loop.create_future()
        return await self._asked[key]

    def release(self, descriptor: int) -> None:
        self._taken.discard(descriptor)

    def _look(self) -> None:
        began = time.perf_counter()
        asked, self._asked = self._asked, {}
        found: dict[tuple[Peer, int], list[int]] = {}
        self._probe(range(3, self._highest + _MARGIN), asked, found)
        if len(found) < len(asked):
            try:
                everything = [int(name) for name in os.listdir("/dev/fd")]
            except OSError:
                everything = []
            self._probe([fd for fd in everything if fd >= self._highest + _MARGIN], asked, found)
        for key, waiting in asked.items():
            descriptors = found.get(key, [])
            descriptor = descriptors[0] if len(descriptors) == 1 else None
            if waiting.cancelled():
                continue
            if descriptor is not None:
                self._taken.add(descriptor)
                self._highest = max(self._highest, descriptor)
                _prepare(descriptor)
            waiting.set_result(descriptor)
        self._pause = min(10 * (time.perf_counter() - began), _LONGEST_PAUSE)

    def _probe(
        self, descriptors: Iterable[int], asked: Iterable[object], found: dict[tuple[Peer, int], list[int]]
    ) -> None:
        for descriptor in descriptors:
            if descriptor not in self._taken:
                key = _ends_of(descriptor)
                if key is not None and key in asked:
                    found.setdefault(key, []).append(descriptor)


def _ends_of(descriptor: int) -> tuple[Peer, int] | None:
    """Peer and own port of a TCP connection; None for anything else. Two microseconds."""
    try:
        probe = socket.socket(fileno=descriptor)
    except OSError:
        return None
    try:
        if probe.family not in (socket.AF_INET, socket.AF_INET6) or probe.type != socket.SOCK_STREAM:
            return None
        peer = probe.getpeername()
        return (plain_address(peer[0]), peer[1]), probe.getsockname()[1]
    except OSError:  # not connected
        return None
    finally:
        probe.detach()


def _prepare(descriptor: int) -> None:
    probe = socket.socket(fileno=descriptor)
    try:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        probe.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:  # it has ended already, which reading will tell
        pass
    finally:
        probe.detach()


def shut_down(descriptor: int, *, at_once: bool = False) -> None:
    """Say that nothing more comes; `at_once`: what waits for the peer is thrown away when the server closes
    the connection."""
    probe = socket.socket(fileno=descriptor)
    try:
        if at_once:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _THROW_AWAY)
            probe.shutdown(socket.SHUT_RDWR)
        else:
            probe.shutdown(socket.SHUT_WR)
    except OSError:  # the peer has gone
        pass
    finally:
        probe.detach()


_THROW_AWAY = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # struct linger: on, for 0 seconds
