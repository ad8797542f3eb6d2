"""A client that costs little: plain sockets with keep-alive, one request at a time on each connection."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

import msgspec

_TICK = os.sysconf("SC_CLK_TCK")


class Request(msgspec.Struct, frozen=True):
    """What is sent; `path` starts with a slash."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def encode(self) -> bytes:
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            "Host: bench",
            *(f"{k}: {v}" for k, v in self.headers),
        ]
        if self.body or self.method != "GET":
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: bytes
    body: bytes


class Measured(msgspec.Struct, frozen=True):
    """Of one scenario: requests per second, milliseconds, CPU milliseconds of the server a request."""

    name: str
    requests: int
    per_second: float
    p50: float
    p99: float
    cpu: float
    size: int


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> Wire:
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 22))

    async def ask(self, request: bytes) -> Answer:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        status = int(head[9:12])
        at = lower.find(b"content-length:")
        body = b""
        if at >= 0:
            body = await self._reader.readexactly(int(lower[at + 15 : lower.index(b"\r\n", at)]))
        elif b"transfer-encoding: chunked" in lower:
            while (size := int(await self._reader.readline(), 16)) > 0:
                body += await self._reader.readexactly(size)
                await self._reader.readline()
            await self._reader.readline()
        return Answer(status, head, body)

    def close(self) -> None:
        self._writer.close()


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


async def measure(
    name: str,
    port: int,
    pid: int,
    requests: int,
    make: Callable[[int, Answer | None], Request],
    *,
    connections: int = 4,
    expect: int = 200,
) -> Measured:
    """Send `requests`, made from their number and the answer before on the same connection."""
    times: list[float] = []
    sizes = 0
    numbers = iter(range(requests))
    before_cpu, started = cpu_seconds(pid), time.perf_counter()

    async def one() -> None:
        nonlocal sizes
        wire = await Wire.open(port)
        last: Answer | None = None
        for number in numbers:
            wanted = make(number, last).encode()
            begin = time.perf_counter()
            last = await wire.ask(wanted)
            times.append(time.perf_counter() - begin)
            if last.status != expect:
                raise AssertionError(f"{name}: {last.status} {last.body[:300]!r}")
            sizes += len(last.body)
        wire.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    spent, used = time.perf_counter() - started, cpu_seconds(pid) - before_cpu
    times.sort()
    return Measured(
        name,
        requests,
        requests / spent,
        times[len(times) // 2] * 1000,
        times[int(len(times) * 0.99)] * 1000,
        used / requests * 1000,
        sizes // requests,
    )
