"""Opens connections for httpcore, to exactly the addresses that were checked.

A name is looked up here and nowhere else, each of its addresses is judged, and the connection goes to one
that passed: nobody can answer a second question about the name differently (DNS rebinding).
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from officetalk.core.hosts import Address
from officetalk.outgoing.addresses import parse_address
from officetalk.outgoing.policy import Policy, Refused

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to the addresses of the host, as text. Raises OSError."""

_TRIES = 4  # addresses of one host
_FIRST_TRY = 3.0  # seconds for an address when there is another


class Failed(Exception):
    """The other side could not be reached or did not answer as it should: another time it may."""


class Deadline(threading.local):
    """When the request of this thread must be over: httpcore knows only how long a single read may take."""

    until = float("inf")

    def set(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds. Raises Failed when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Failed("it took too long")
        return left


def resolve(host: str, port: int) -> list[str]:
    """Ask the operating system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_of(host: str, port: int, ask: Resolve, deadline: Deadline) -> list[Address]:
    """The addresses of a host, not judged. Raises Failed when it has none, or none in time."""
    literal = parse_address(host)
    if literal is not None:
        return [literal]
    answer: list[Any] = []

    def look_up() -> None:
        try:
            answer.append(ask(host, port))
        except (OSError, UnicodeError) as problem:
            answer.append(problem)

    # getaddrinfo cannot be told to hurry: a thread is left behind to wait for it.
    thread = threading.Thread(target=look_up, name="look-up", daemon=True)
    thread.start()
    thread.join(deadline.left())
    if not answer:
        raise Failed("its name could not be looked up in time")
    if isinstance(answer[0], Exception):
        raise Failed("its name is unknown") from answer[0]
    parsed = [parse_address(text) for text in answer[0]]
    return [address for address in parsed if address is not None]


class Guard(httpcore.NetworkBackend):
    """Opens connections to where the policy permits. Raises Refused, Failed, or httpcore's errors."""

    def __init__(self, policy: Policy, ask: Resolve, deadline: Deadline) -> None:
        self._policy = policy
        self._ask = ask
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        host = host.rstrip(".").lower()
        found = addresses_of(host, port, self._ask, self._deadline)
        permitted = [address for address in found if self._policy.permits(host, port, address)][:_TRIES]
        if not permitted:
            raise Refused("is an internal address" if found else "has no address")
        for i, address in enumerate(permitted):
            patience = self._deadline.left()
            last = i == len(permitted) - 1
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, patience if last else min(patience, _FIRST_TRY), None, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last:
                    raise
            else:
                return _Timed(stream, self._deadline)
        raise AssertionError("unreachable")


class ToProxy(httpcore.NetworkBackend):
    """Opens connections to the proxy of the settings, wherever that is, under the same deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._plain.connect_tcp(host, port, self._deadline.left(), None, socket_options)
        return _Timed(stream, self._deadline)


class _Timed(httpcore.NetworkStream):
    """A stream on which nothing takes longer than what is left of the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Timed(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
