"""`make bench ARGS="--streams 2000"`: how soon a post reaches its last follower.

Everybody in the company follows one author and has a WebSocket open (`stream=user`) to one server process; the
author posts. Measured is the time from the post's acknowledgement to the last delivery, the server's CPU, and
its memory for each connection; then the same for many posts at once. This process is the client: plain
sockets and epoll, so that it takes as little as it can of the cores that it shares with the server.
"""

from __future__ import annotations

import json
import random
import resource
import select
import socket
import statistics
import time

import msgspec

from bench.load import Request, cpu_seconds, memory_mb
from officetalk.accounts.tables import account
from officetalk.core.database import Connection, Database
from officetalk.core.sql import Statement
from officetalk.feeds.tables import feed, subscription
from officetalk.identity import tokens

_SCOPES = ("read", "write")
_OPENING = 200  # handshakes at a time
_PATIENCE = 60.0  # seconds for any one step


class Delivered(msgspec.Struct, frozen=True):
    """Milliseconds from the acknowledgement of `posts` posts to the last delivery of the last: of each
    round. `cpu`: the server's, in microseconds for each frame."""

    posts: int
    rounds: list[float]
    cpu: float
    frame: int  # bytes

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


class Streams(msgspec.Struct, frozen=True):
    followers: int
    connect_seconds: float
    kb_each: float
    mb: float
    single: Delivered
    burst: Delivered


def seed(db: Database, followers: int) -> list[str]:
    """One author and their followers. The access tokens, the author's first."""

    def made(conn: Connection) -> list[str]:
        client, _, _ = tokens.register_app(conn, "bench", ("urn:ietf:wg:oauth:2.0:oob",), _SCOPES, None)
        ids = [conn.new_id() for _ in range(followers + 1)]
        author = ids[0]
        _insert(conn, account, [
            {"id": id, "username": f"user{i}", "username_key": f"user{i}", "display_name": f"User {i}"}
            for i, id in enumerate(ids)
        ])  # fmt: skip
        _insert(conn, feed, [{"id": id, "kind": "account"} for id in ids])
        _insert(conn, subscription, [
            {"account_id": id, "feed_id": feed_id, "id": conn.new_id(), "kind": "self" if feed_id == id else "account"}
            for id in ids
            for feed_id in {id, author}
        ])  # fmt: skip
        return [tokens.password_token(conn, client, id, _SCOPES).access_token for id in ids]

    return db.write_now(made)


def _insert(conn: Connection, table: object, rows: list[dict]) -> None:
    from sqlalchemy import insert

    from officetalk.core.sql import p

    names = rows[0].keys()
    conn.many(Statement(insert(table).values({n: p(n, table.c[n].type) for n in names})), rows)  # type: ignore[attr-defined, call-overload]


class Listener:
    """One WebSocket; counts the frames that came."""

    __slots__ = ("frames", "rest", "socket")

    def __init__(self, socket: socket.socket) -> None:
        self.socket = socket
        self.frames = 0
        self.rest = b""

    def read(self) -> int:
        """What has come in; the size of the last frame, if one was completed."""
        data = self.rest + self.socket.recv(1 << 20)
        at, size = 0, 0
        while len(data) - at >= 2:
            length, head = data[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if len(data) - at < head + length:
                break
            at += head + length
            if data[at - head - length] == 0x81:  # text; pings go unanswered, the bench is shorter than that
                self.frames += 1
                size = length
        self.rest = data[at:]
        return size


class Audience:
    """All listeners."""

    def __init__(self, port: int, followers: list[str]) -> None:
        self._port = port
        self._epoll = select.epoll()
        self.listeners: dict[int, Listener] = {}
        for start in range(0, len(followers), _OPENING):
            self._open(followers[start : start + _OPENING])

    def _open(self, some: list[str]) -> None:
        opened = []
        for token in some:
            wire = socket.create_connection(("127.0.0.1", self._port), _PATIENCE)
            wire.sendall(
                (
                    "GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\n"
                    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    f"Authorization: Bearer {token}\r\n\r\n"
                ).encode()
            )
            opened.append(wire)
        for wire in opened:
            answer = wire.recv(4096)
            if b" 101 " not in answer:
                raise SystemExit(f"the server refuses: {answer!r}")
            wire.setblocking(False)
            self.listeners[wire.fileno()] = Listener(wire)
            self._epoll.register(wire.fileno(), select.EPOLLIN)

    def settle(self) -> None:
        """Read until nothing comes any more; forget what came."""
        while self._turn(0.5)[0]:
            pass
        for listener in self.listeners.values():
            listener.frames = 0

    def _turn(self, timeout: float) -> tuple[int, int]:
        events = self._epoll.poll(timeout)
        size = 0
        for descriptor, _ in events:
            size = self.listeners[descriptor].read() or size
        return len(events), size

    def deliver(self, authors: list[socket.socket], requests: list[bytes]) -> tuple[float, int]:
        """Send the requests and read until everybody has heard of all. Seconds from the last
        acknowledgement to the last frame, and the size of a frame in bytes."""
        for listener in self.listeners.values():
            listener.frames = 0
        waiting = {author.fileno(): author for author in authors}
        for author, request in zip(authors, requests, strict=True):
            author.sendall(request)
        poll = select.epoll()
        for author in authors:
            poll.register(author.fileno(), select.EPOLLIN)
        missing = len(self.listeners)
        acknowledged = last = time.perf_counter()
        until, size = last + _PATIENCE, 0
        while missing or waiting:
            if time.perf_counter() > until:
                raise SystemExit(f"{missing} followers have not heard of it")
            for descriptor, _ in self._epoll.poll(0.001 if waiting else 1.0):
                listener = self.listeners[descriptor]
                before = listener.frames
                size = listener.read() or size
                if before < len(requests) <= listener.frames:
                    missing -= 1
                    last = time.perf_counter()
            if waiting:
                for descriptor, _ in poll.poll(0):
                    author = waiting.pop(descriptor)
                    answer = author.recv(1 << 20)
                    acknowledged = time.perf_counter()
                    if b" 200 " not in answer[:20]:
                        raise SystemExit(f"the post was refused: {answer[:300]!r}")
        poll.close()
        return max(0.0, last - acknowledged), size

    def close(self) -> None:
        for listener in self.listeners.values():
            listener.socket.close()
        self._epoll.close()


def run(port: int, pid: int, access: list[str], *, rounds: int = 10, burst: int = 50) -> Streams:
    """Measure a server that `seed` has filled; nobody else may use it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    author, followers = access[0], access[1:]
    if hard < len(followers) + 200:
        raise SystemExit(f"{hard} open files are not enough for {len(followers)} connections (ulimit -Hn)")
    before, began = memory_mb(pid), time.perf_counter()
    audience = Audience(port, followers)
    spent = time.perf_counter() - began
    audience.settle()
    connected = memory_mb(pid)
    authors = [socket.create_connection(("127.0.0.1", port), _PATIENCE) for _ in range(burst)]
    audience.deliver(authors[:1], [_post(author)])  # warm
    single = _rounds(pid, audience, authors[:1], author, rounds)
    many = _rounds(pid, audience, authors, author, 3)
    after = memory_mb(pid)
    audience.close()
    return Streams(
        len(followers), spent, (connected - before) * 1024 / len(followers), after, single, many
    )  # fmt: skip


def _rounds(pid: int, audience: Audience, authors: list[socket.socket], token: str, rounds: int) -> Delivered:
    taken, frame = [], 0
    used = 0.0
    for _ in range(rounds):
        time.sleep(0.3)
        before = cpu_seconds(pid)
        seconds, frame = audience.deliver(authors, [_post(token) for _ in authors])
        used += cpu_seconds(pid) - before
        taken.append(seconds * 1000)
    frames = rounds * len(authors) * len(audience.listeners)
    return Delivered(len(authors), taken, used / frames * 1e6, frame)


def _post(token: str) -> bytes:
    words = " ".join(random.choices("the probe is ready and on its way to the customer again".split(), k=14))
    headers = (("Authorization", f"Bearer {token}"), ("Content-Type", "application/json"))
    return Request("/api/v1/statuses", "POST", headers, json.dumps({"status": words}).encode()).encode()


def show(measured: Streams) -> None:
    print(
        f"{measured.followers} followers connected in {measured.connect_seconds:.1f} s, "
        f"{measured.kb_each:.0f} KB each, {measured.mb:.0f} MB after all"
    )
    for delivered in (measured.single, measured.burst):
        posts = "1 post" if delivered.posts == 1 else f"{delivered.posts} posts at once"
        print(
            f"  {posts:18} acknowledged to last delivery: median {delivered.median:.0f} ms, "
            f"longest {max(delivered.rounds):.0f} ms; {delivered.cpu:.0f} us of CPU a frame of "
            f"{delivered.frame} bytes"
        )
