"""The real server in a thread of this process, over the database of the test: what people do in the test
comes out of its sockets.

with LiveServer(services) as server:
    with server.connect(token, stream="user") as ada:
        people.bo.posts("Hello")
        assert ada.hears() == …
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from websockets.sync.client import ClientConnection, connect

from officetalk.app import create_app
from officetalk.http.services import Services
from officetalk.serve import BACKLOG, BACKPRESSURE
from tests.people import Human

PATIENCE = 5.0  # seconds


class LiveServer:
    """Answers from `__enter__` to `__exit__`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: uvloop.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.005)
        raise AssertionError("the server does not listen")

    def __exit__(self, *problem: object) -> None:
        self.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def stop(self) -> None:
        """As on SIGTERM; it has ended when the with statement has."""
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # it was stopped before
                self._loop.call_soon_threadsafe(self._stopping.set)

    def on_loop(self, work: Any, *args: Any) -> Any:
        """What `work(*args)` gives on the server's event loop."""

        async def done() -> Any:
            return work(*args)

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(PATIENCE)

    def wait_for(self, condition: Any) -> None:
        """Until `condition(hub)` holds."""
        until = time.monotonic() + PATIENCE
        while not self.on_loop(condition, self.services.hub):
            assert time.monotonic() < until, "it did not come to pass"
            time.sleep(0.005)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = Server(
            create_app(self.services), address="127.0.0.1", port=self.port, interface=Interfaces.ASGI,
            backlog=BACKLOG, backpressure=BACKPRESSURE, log_enabled=False,
        )  # fmt: skip
        serving = asyncio.create_task(server.serve())
        self._started.set()
        await self._stopping.wait()
        await self.services.hub.stop()
        server.stop()
        await serving

    def connect(self, token: str | None, /, *, headers: dict[str, str] | None = None, **query: str) -> Ear:
        """A WebSocket with the token in the header."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return Ear(
            connect(
                f"ws://127.0.0.1:{self.port}/api/v1/streaming?{urlencode(query)}",
                additional_headers={**bearer, **(headers or {})}, compression=None, open_timeout=PATIENCE,
            )
        )  # fmt: skip

    def events(self, token: str | None, path: str, **query: str) -> EventEar:
        """Server-sent events, ready: the stream is open."""
        return EventEar(f"http://127.0.0.1:{self.port}/api/v1/streaming/{path}", token, query)

    def get(self, path: str, **request: Any) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE, **request)


class Ear:
    """A WebSocket client, connected within its with statement, its streams open."""

    def __init__(self, connecting: Any) -> None:
        self._connecting = connecting
        self.socket: ClientConnection

    def __enter__(self) -> Self:
        self.socket = self._connecting.__enter__()
        self.is_ready()
        return self

    def __exit__(self, *problem: object) -> None:
        self._connecting.__exit__(*problem)

    def says(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def subscribes(self, stream: str, **parameters: str) -> None:
        """And waits until it is done."""
        self.says(type="subscribe", stream=stream, **parameters)
        self.is_ready()

    def unsubscribes(self, stream: str, **parameters: str) -> None:
        self.says(type="unsubscribe", stream=stream, **parameters)
        self.is_ready()

    def is_ready(self) -> None:
        """What was said before is done: a message is answered after the ones before it."""
        assert self.socket.ping().wait(PATIENCE)

    def frame(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next frame, as it is."""
        return json.loads(self.socket.recv(seconds))

    def hears(self, seconds: float = PATIENCE) -> tuple[list[str], str, Any]:
        """The next frame: stream, event, and the payload decoded."""
        frame = self.frame(seconds)
        payload = frame.get("payload")
        return frame["stream"], frame["event"], None if payload is None else json.loads(payload)

    def hears_of(self, count: int = 1) -> list[tuple[str, str]]:
        """(event, what the post says, or the payload) of the next frames."""
        return [_told(*self.hears()[1:]) for _ in range(count)]


def _told(event: str, payload: Any) -> tuple[str, str]:
    if isinstance(payload, dict) and "content" in payload:
        inner = payload.get("reblog") or payload
        return event, inner["content"].removeprefix("<p>").removesuffix("</p>")
    return event, str(payload)


def is_last(ear: Ear, human: Human, *, marker: str = "The end") -> bool:
    """Whether nothing came before a post that somebody writes now."""
    human.posts(marker)
    return ear.hears_of() == [("update", marker)]


def is_silent(ear: Ear) -> bool:
    """Whether nothing has come, nor comes in the next moment."""
    ear.is_ready()
    try:
        ear.socket.recv(0.05)
    except TimeoutError:
        return True
    return False


class EventEar:
    """A client of server-sent events."""

    def __init__(self, url: str, token: str | None, query: dict[str, str]) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=PATIENCE)
        self._stream = self._client.stream("GET", url, params=query, headers=headers)
        self.answer = self._stream.__enter__()
        self._lines = self.answer.iter_lines() if self.answer.status_code == 200 else iter(())
        if self.answer.status_code == 200:
            assert next(self._lines) == ":)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._stream.__exit__(None, None, None)
        self._client.close()

    def line(self) -> str:
        return next(self._lines)

    def hears(self) -> tuple[str, str]:
        """The next event: its name and its data, as it is."""
        name, data = self.line(), self.line()
        assert self.line() == ""
        return name.removeprefix("event: "), data.removeprefix("data: ")

    def hears_of(self, count: int = 1) -> list[tuple[str, str]]:
        return [_told(name, json.loads(data)) for name, data in (self.hears() for _ in range(count))]
