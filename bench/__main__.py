"""`make bench`: seeds a company and measures the hot paths, each beside the server's own floor.

make bench
make bench ARGS="--accounts 2000 --posts 100000 --database-url postgresql://…"
make bench ARGS="--streams 10000"       # only how soon a post reaches so many followers
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvloop

from bench import streams
from bench.load import Answer, Measured, Request, Wire, cpu_seconds, measure, memory_mb
from bench.seed import seed
from officetalk.company import settings as company
from officetalk.core.database import Connection, connect
from officetalk.identity import sessions, tokens
from officetalk.schema import migrate
from officetalk.search import install

READERS = 60
RESULTS = Path(__file__).parent / "results"
_NEXT = re.compile(rb'<([^>]*max_id=[^>]*)>; rel="next"')


def _prepare(url: str, accounts: int, posts: int) -> dict:
    """Seed, and sign some people in."""
    migrate(url)
    install()
    db = connect(url)
    began = time.perf_counter()
    seeded = seed(db, accounts, posts)
    seeded["seconds"] = time.perf_counter() - began

    def sign_in(conn: Connection) -> tuple[list[str], str]:
        client, _, _ = tokens.register_app(
            conn, "bench", ("urn:ietf:wg:oauth:2.0:oob",), ("read", "write"), None
        )
        made = [
            tokens.password_token(conn, client, id, ("read", "write")).access_token
            for id in seeded["people"][100 : 100 + READERS]
        ]
        company.change(conn, name="Bench", set_up=True)
        return made, sessions.start(conn, seeded["people"][100])

    seeded["tokens"], seeded["cookie"] = db.write_now(sign_in)
    db.close()
    return seeded


def _prepare_streams(url: str, followers: int) -> list[str]:
    """One author and so many followers; their access tokens."""
    migrate(url)
    db = connect(url)
    made = streams.seed(db, followers)
    db.write_now(lambda conn: company.change(conn, name="Bench", set_up=True))
    db.close()
    return made


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _started(port: int, process: subprocess.Popen) -> float:
    """Seconds until the first answer."""
    began = time.perf_counter()
    while time.perf_counter() - began < 30:
        if process.poll() is not None:
            raise SystemExit("the server ended")
        try:
            wire = await Wire.open(port)
            await wire.ask(Request("/health").encode())
            wire.close()
            return time.perf_counter() - began
        except OSError:
            await asyncio.sleep(0.01)
    raise SystemExit("the server does not answer")


async def _floor(name: str, port: int, pid: int, request: Request, requests: int) -> Measured:
    """What it costs to send the same bytes with no work."""
    wire = await Wire.open(port)
    sample = await wire.ask(request.encode())
    kind = re.search(rb"content-type: ([^\r]*)", sample.headers, re.IGNORECASE)
    path = f"/floor/{name.replace(' ', '-').replace(',', '')}"
    headers = (("Content-Type", kind.group(1).decode() if kind else "text/plain"),)
    await wire.ask(Request(path, "PUT", headers, sample.body).encode())
    wire.close()
    return await measure(name, port, pid, requests, lambda n, last: Request(path))


async def _run(
    port: int, process: subprocess.Popen, seeded: dict, requests: int
) -> list[tuple[Measured, Measured | None]]:
    pid = process.pid

    def api(path: str, reader: int = 0, **more: str) -> Request:
        headers = [("Authorization", f"Bearer {seeded['tokens'][reader]}"), *more.items()]
        return Request(path, headers=tuple(headers))

    def page(path: str) -> Request:
        return Request(path, headers=(("Cookie", f"officetalk_session={seeded['cookie']}"),))

    def older(number: int, last: Answer | None) -> Request:
        found = _NEXT.search(last.headers) if last else None
        if found:
            path = "/" + found.group(1).decode().split("/", 3)[3]
            return api(path)
        return api("/api/v1/timelines/home?limit=20")

    def say(number: int, last: Answer | None) -> Request:
        body = json.dumps(
            {"status": f"The probe number {number} is calibrated and on its way #topic{number % 60}"}
        )
        return Request(
            "/api/v1/statuses", "POST",
            (("Authorization", f"Bearer {seeded['tokens'][number % READERS]}"), ("Content-Type", "application/json")),
            body.encode(),
        )  # fmt: skip

    words = ["probe", "drift report", "calibration", "customer invoice", "rotor", "battery cable"]
    names = ["ada", "fischer", "olga no", "tara", "user12", "gita kim"]
    home = "/api/v1/timelines/home?limit=20"
    scenarios: list[tuple[str, int, Callable[[int, Answer | None], Request], Request]] = [
        ("home, the same reader", requests, lambda n, last: api(home), api(home)),
        (
            "home, gzip", requests,
            lambda n, last: api(home, 0, **{"Accept-Encoding": "gzip"}), api(home),
        ),
        (f"home, {READERS} readers, first time", READERS, lambda n, last: api(home, n), api(home, 1)),
        (f"home, {READERS} readers in turn", requests, lambda n, last: api(home, n % READERS), api(home, 1)),
        ("home as a page", requests // 2, lambda n, last: page("/"), page("/")),
        ("paging back through home", 300, older, api(home)),
        ("profile", requests, lambda n, last: api(f"/api/v1/accounts/{seeded['people'][n % 50]}/statuses"),
         api(f"/api/v1/accounts/{seeded['people'][3]}/statuses")),
        ("profile as a page", requests // 4, lambda n, last: page(f"/@user{n % 50}"), page("/@user3")),
        ("posting", requests // 2, say, api(home)),
        ("search people", requests // 2,
         lambda n, last: api("/api/v1/accounts/search?limit=20&q=" + names[n % len(names)].replace(" ", "%20")),
         api("/api/v1/accounts/search?limit=20&q=ada")),
        ("search posts", requests // 2,
         lambda n, last: api("/api/v2/search?type=statuses&limit=20&q=" + words[n % len(words)].replace(" ", "%20")),
         api("/api/v2/search?type=statuses&limit=20&q=probe")),
        ("verify_credentials", requests, lambda n, last: api("/api/v1/accounts/verify_credentials"),
         api("/api/v1/accounts/verify_credentials")),
    ]  # fmt: skip
    measured: list[tuple[Measured, Measured | None]] = []
    for name, count, make, sample in scenarios:
        connections = 1 if name.startswith("paging") else 4
        if "first time" not in name:
            await measure(name, port, pid, max(8, count // 20), make, connections=connections)  # warm up
        result = await measure(name, port, pid, count, make, connections=connections)
        floor = await _floor(name, port, pid, sample, max(200, count)) if name != "posting" else None
        measured.append((result, floor))
        _print_row(result, floor)
    return measured


def _print_row(result: Measured, floor: Measured | None) -> None:
    beside = f"{floor.per_second:9.0f} {floor.cpu:8.3f}" if floor else " " * 18
    print(
        f"{result.name:34} {result.per_second:9.0f} {result.p50:8.2f} {result.p99:8.2f} {result.cpu:8.3f}"
        f" {result.size:8d} {beside}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the hot paths.")
    parser.add_argument("--accounts", type=int, default=2_000)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; SQLite otherwise")
    parser.add_argument(
        "--streams", type=int, default=0, help="measure live delivery to so many, nothing else"
    )
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="officetalk-bench-"))
    url = asked.database_url or f"sqlite:///{folder / 'bench.db'}"
    try:
        seeded = {} if asked.streams else _prepare(url, asked.accounts, asked.posts)
        followers = _prepare_streams(url, asked.streams) if asked.streams else []
        if seeded:
            print(
                f"{asked.accounts} accounts, {asked.posts} posts, seeded in {seeded['seconds']:.1f} s; {url.split(':')[0]}"
            )
        port = _free_port()
        environment = {
            "OFFICETALK_DATABASE_URL": url, "OFFICETALK_DATA": str(folder), "OFFICETALK_PORT": str(port),
            "OFFICETALK_RATE_LIMITS": "off", "OFFICETALK_OUTGOING": "off", "OFFICETALK_LOG_LEVEL": "warning",
            "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parent.parent),
        }  # fmt: skip
        process = subprocess.Popen([sys.executable, "-m", "bench.server"], env=environment)
        try:
            start = uvloop.run(_started(port, process))
            print(f"start to first answer {start:.2f} s, {memory_mb(process.pid):.0f} MB idle\n")
            if asked.streams:
                streams.show(streams.run(port, process.pid, followers))
                return
            print(
                f"{'':34} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8} {'bytes':>8} {'floor r/s':>9} {'CPU ms':>8}"
            )
            measured = uvloop.run(_run(port, process, seeded, asked.requests))
            print(f"\nafter it {memory_mb(process.pid):.0f} MB, {cpu_seconds(process.pid):.1f} s CPU in all")
        finally:
            process.terminate()
            process.wait(10)
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "latest.json").write_bytes(msgspec.json.format(msgspec.json.encode(measured)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
