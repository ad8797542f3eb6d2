"""The streaming API as an ASGI application: who is let in, and what is answered to whom is not."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope, Send

from officetalk.api.errors import answer
from officetalk.api.render import Renderer
from officetalk.api.streaming import streams
from officetalk.api.streaming.connections import Connection, EventStream, WebSocket, login_of
from officetalk.api.streaming.frames import Encoder
from officetalk.api.streaming.links import DirectLink, Link, ServedLink
from officetalk.api.streaming.rfc6455 import Broken
from officetalk.api.streaming.streams import Refused
from officetalk.core.errors import NotFound, Problem
from officetalk.http.address import client_address
from officetalk.http.descriptors import Descriptors
from officetalk.http.services import Services
from officetalk.identity.entities import Viewer

log = logging.getLogger(__name__)

ROOT = "/api/v1/streaming"
PER_TOKEN = 32  # connections with one access token; the oldest makes room
_BEAT_S = 15.0
_SLICE = 200  # connections between two turns of the event loop
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization"),
    (b"access-control-max-age", b"7200"),
]
_JSON = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"private, no-store")]
_EVENTS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_encode = msgspec.json.Encoder().encode


def is_below(path: str) -> bool:
    """Whether this is a path of the streaming API."""
    return path.startswith(ROOT) and (len(path) == len(ROOT) or path[len(ROOT)] == "/")


class _NotAllowed(Problem):
    status = 405


class Streaming:
    """Of one process."""

    def __init__(self, services: Services, render: Renderer) -> None:
        self._services = services
        self._encoder = Encoder(render, services.emoji)
        self._descriptors = Descriptors()
        self._connections: dict[Connection, None] = {}
        self._beating: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._serve_websocket(scope, receive, send)
        else:
            await self._serve_events(scope, receive, send)

    # --- WebSockets -------------------------------------------------------------------------------------

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        query = _query(scope)
        offered = list(scope.get("subprotocols", ()))
        try:
            viewer = await self._who(scope, query, offered)
            self._make_room(viewer)
        except Exception as problem:
            await _refuse_websocket(problem, scope, send)
            return
        await send({"type": "websocket.accept", "subprotocol": offered[0] if offered else None})
        link = await self._link(scope, receive, send)
        scope.clear()  # a connection stays open for hours: its request need not stay in memory
        connection = WebSocket(self._services.hub, self._encoder, viewer, link)
        self._join(connection)
        try:
            await connection.run(self._services.db, query)
        except Exception:
            log.exception("a WebSocket of account %d failed", viewer.id)
            link.fault = Broken(1011, "Something went wrong on the server")
        finally:
            self._leave(connection)
            await connection.close()

    async def _link(self, scope: Scope, receive: Receive, send: Send) -> Link:
        client, server = scope.get("client"), scope.get("server")
        if scope.get("scheme") == "ws" and client and server and server[1]:
            descriptor = await self._descriptors.take(client, int(server[1]))
            if descriptor is not None:
                return DirectLink(self._descriptors, descriptor)
        return ServedLink(receive, send)

    # --- server-sent events -----------------------------------------------------------------------------

    async def _serve_events(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _CORS})
            await send({"type": "http.response.body", "body": b""})
            return
        query = _query(scope)
        try:
            connection, stream = await self._events(scope, query)
        except Exception as problem:
            await _refuse(problem, send)
            return
        scope.clear()
        await send({"type": "http.response.start", "status": 200, "headers": _EVENTS + _CORS})
        self._join(connection)
        self._services.hub.open(stream)
        try:
            await connection.run(receive, send)
        finally:
            self._leave(connection)
        if connection.why is not None and connection.why != "slow":
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _events(self, scope: Scope, query: Mapping[str, str]) -> tuple[EventStream, Any]:
        path = scope["path"].removeprefix(ROOT).strip("/")
        if not path:  # the streaming API is on this very host: documentation, "Hostname discovery"
            raise NotFound("Not found")
        name = streams.of_path(path, query)
        if scope["method"] != "GET":
            raise _NotAllowed("The method is not allowed here")
        viewer = await self._who(scope, query, [])
        streams.check_scope(name, viewer)
        wanted = streams.parse(name, query)
        connection = EventStream(self._services.hub, self._encoder, viewer)
        stream = await streams.open_stream(self._services.db, connection, viewer, wanted)
        self._make_room(viewer)
        return connection, stream

    # --- both -------------------------------------------------------------------------------------------

    async def _who(self, scope: Scope, query: Mapping[str, str], offered: list[str]) -> Viewer:
        """Who asks: by the header, the address or what a browser can send, in Mastodon's order. Refused;
        TooMany for who guesses."""
        headers = dict(scope["headers"])
        token = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ").strip()
        token = token or query.get("access_token", "") or (offered[0] if offered else "")
        services = self._services
        if not token:
            raise Refused(401, "Missing access token")
        who = await services.viewer_of_token(token)
        if not isinstance(who, Viewer):
            address = client_address(scope.get("client"), scope["headers"], services.settings.trusted_proxies)
            services.limits.hit("anonymous", address)
            raise Refused(401, "Invalid access token")
        services.limits.hit("api", who.token_id or 0)
        return who

    def _make_room(self, viewer: Viewer) -> None:
        open_already = self._services.hub.of(login_of(viewer))
        for oldest in open_already[: max(0, len(open_already) + 1 - PER_TOKEN)]:
            self._services.hub.leave(oldest)
            oldest.end("crowded")

    def _join(self, connection: Connection) -> None:
        self._connections[connection] = None
        self._services.hub.join(connection)
        if self._beating is None:
            self._services.hub.prepare = self._prepare
            self._beating = asyncio.get_running_loop().create_task(self._beat_all())

    def _leave(self, connection: Connection) -> None:
        self._connections.pop(connection, None)
        self._services.hub.leave(connection)
        if not self._connections and self._beating is not None:
            self._beating.cancel()
            self._beating = None

    async def _prepare(self) -> None:
        """Called before news are told."""
        if self._services.emoji.stale:
            await self._services.emoji.refresh()

    async def _beat_all(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            for turn, connection in enumerate(list(self._connections), 1):
                connection.beat()
                if turn % _SLICE == 0:
                    await asyncio.sleep(0)


def _query(scope: Scope) -> dict[str, str]:
    """The first value of each name."""
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return found
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _problem(problem: Exception) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    status, body, headers = answer(problem, secrets.token_hex(8), oauth=False)
    return status, body, [*headers, *_JSON, *_CORS, (b"content-length", b"%d" % len(body))]


async def _refuse(problem: Exception, send: Send) -> None:
    status, body, headers = _problem(problem)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse_websocket(problem: Exception, scope: Scope, send: Send) -> None:
    """Instead of the handshake."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    status, body, headers = _problem(problem)
    if isinstance(problem, Problem):
        headers.append((b"x-error-message", problem.rule.encode("latin-1", "replace")))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
