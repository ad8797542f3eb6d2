"""The API as an ASGI application: finds the endpoint, asks who calls, reads the parameters, answers.

It stands in front of the pages (`in_front_of`) and takes only paths that are declared, so that a request
to the API passes through nothing else.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from officetalk.accounts.entities import RANK
from officetalk.api import errors
from officetalk.api.endpoint import (
    ANY_TOKEN,
    ANYBODY,
    APP,
    PUBLIC,
    Answer,
    Call,
    Endpoint,
    NoParameters,
)
from officetalk.api.render import Renderer, timestamp
from officetalk.api.streaming.application import Streaming, is_below
from officetalk.core.errors import Forbidden, NotFound, Problem, TooMany, Unauthorized
from officetalk.http import parameters
from officetalk.http.address import client_address
from officetalk.http.compression import gzipped
from officetalk.http.limits import RULES, Standing
from officetalk.http.services import Services
from officetalk.identity import scopes
from officetalk.identity.entities import AppViewer, Viewer

_JSON = b"application/json; charset=utf-8"
# Section 4 of the inventory: any web page may be a client, but none with this browser's cookies.
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Deprecation",
    ),
]
_ALWAYS = [
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Authorization, Accept-Encoding"),
    *_CORS,
]
_PREFLIGHT = [
    *_CORS,
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key"),
    (b"access-control-max-age", b"7200"),
    (b"content-length", b"0"),
]
_encode = msgspec.json.Encoder().encode


class _Node:
    """A step of a path: what follows it, and the endpoints that end here by method."""

    __slots__ = ("endpoints", "name", "next", "placeholder")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.placeholder: _Node | None = None
        self.name = ""
        self.endpoints: dict[str, Endpoint] = {}


class Routes:
    """Finds endpoints by path: as many steps as the path has, however many endpoints there are."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._root = _Node()
        self._fixed: dict[str, _Node] = {}
        for declared in endpoints:
            self._add(declared)

    def _add(self, declared: Endpoint) -> None:
        node = self._root
        for step in declared.path.split("/")[1:]:
            if step.startswith("{"):
                if node.placeholder is None:
                    node.placeholder = _Node()
                    node.placeholder.name = step[1:-1]
                node = node.placeholder
                if node.name != step[1:-1]:
                    raise ValueError(f"{declared.path}: the placeholder is called {node.name} elsewhere")
            else:
                node = node.next.setdefault(step, _Node())
        if declared.method in node.endpoints:
            raise ValueError(f"{declared.method} {declared.path} is declared twice")
        node.endpoints[declared.method] = declared
        if "{" not in declared.path:
            self._fixed[declared.path] = node

    def find(self, path: str) -> tuple[_Node, dict[str, str]] | None:
        """The node of a path and what its placeholders stand for."""
        node = self._fixed.get(path)
        if node is not None:
            return node, {}
        node, found = self._root, {}
        for step in path.rstrip("/").split("/")[1:]:
            following = node.next.get(step)
            if following is None:
                following = node.placeholder
                if following is None or not step:
                    return None
                found[following.name] = step
            node = following
        return (node, found) if node.endpoints else None


class Api:
    """Answers the declared paths and everything else under /api/; the rest goes to `behind`."""

    def __init__(self, endpoints: Iterable[Endpoint], services: Services, behind: ASGIApp) -> None:
        self._routes = Routes(endpoints)
        self._services = services
        self._behind = behind
        self._render = Renderer(services.settings.origin, services.signer, services.emoji)
        self._streaming = Streaming(services, self._render)
        self._request_prefix = secrets.token_hex(6)
        self._requests = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = self._routes.find(scope["path"])
            if found is not None:
                await self._serve(found[0], found[1], scope, receive, send)
                return
            if is_below(scope["path"]):
                await self._streaming(scope, receive, send)
                return
            if scope["path"].startswith("/api/"):
                await self._serve(_NOWHERE, {}, scope, receive, send)
                return
        elif scope["type"] == "websocket" and is_below(scope["path"]):
            await self._streaming(scope, receive, send)
            return
        await self._behind(scope, receive, send)

    async def _serve(
        self, node: _Node, path: dict[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            methods = _methods(node)
            allowed = [(b"allow", methods), (b"access-control-allow-methods", methods)]
            await _send(send, 204, _PREFLIGHT + allowed, b"")
            return
        endpoint = node.endpoints.get("GET" if method == "HEAD" else method)
        request_id = f"{self._request_prefix}-{next(self._requests):x}"
        visit = _Visit(scope)
        try:
            answer = await self._answer(endpoint, node, path, scope, receive, visit)
            status, body, headers = answer.status, answer.body, list(answer.headers)
            content_type = answer.content_type
        except Exception as problem:
            oauth = scope["path"].startswith("/oauth/")
            status, body, headers = errors.answer(problem, request_id, oauth=oauth)
            content_type = _JSON
            if isinstance(problem, TooMany):
                visit.exhausted(problem, self._services.db.clock())
            if status == 405:
                headers.append((b"allow", _methods(node)))
        headers += _ALWAYS
        headers.append((b"content-type", content_type))
        packed = gzipped(body, visit.headers.get(b"accept-encoding", b""))
        if packed is not None:
            body = packed
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", b"%d" % len(body)))
        headers.append((b"x-request-id", request_id.encode()))
        if visit.standing is not None:
            headers += _standing_headers(visit.standing)
        if endpoint is not None and endpoint.deprecated is not None:
            headers.append((b"deprecation", b"@%d" % endpoint.deprecated))
        await _send(send, status, headers, b"" if method == "HEAD" else body)

    async def _answer(
        self,
        endpoint: Endpoint | None,
        node: _Node,
        path: dict[str, str],
        scope: Scope,
        receive: Receive,
        visit: _Visit,
    ) -> Answer:
        services = self._services
        headers = visit.headers
        address = client_address(scope.get("client"), scope["headers"], services.settings.trusted_proxies)
        if endpoint is None:
            visit.hit(services, "anonymous", address)
            if node is _NOWHERE:
                raise NotFound
            raise _MethodNotAllowed
        who = None
        if endpoint.access != PUBLIC:
            who = await self._who(headers.get(b"authorization", b""))
        if who is None:
            visit.hit(services, "anonymous", address)
        else:
            visit.hit(services, "api", who.token_id or 0)
        if endpoint.access != PUBLIC:
            _permit(endpoint, who, token_sent=bool(headers.get(b"authorization")))
        if endpoint.limit is not None:
            visit.hit(services, endpoint.limit, (who.token_id or 0) if who is not None else address)

        wanted = endpoint.parameters
        if wanted is NoParameters:
            given: Any = _NO_PARAMETERS
        else:
            values = parameters.read_query(scope["query_string"])
            # Some clients (Mastodon.py) send the parameters of a GET as JSON, which Mastodon reads.
            kind = headers.get(b"content-type", b"")
            if scope["method"] not in ("GET", "HEAD") or kind.startswith(b"application/json"):
                body = await parameters.read_body(
                    kind.decode("latin-1"),
                    headers.get(b"content-length", b"").decode("latin-1"),
                    receive,
                    services.settings.max_body,
                    services.file_limits if parameters.takes_files(wanted) else None,
                )
                values = {**values, **body} if values else body
            given = parameters.convert(values, wanted)
        if services.emoji.stale:
            await services.emoji.refresh()
        call = Call(
            endpoint, services, self._render, who, given, path, scope["query_string"], headers, address
        )
        result = await endpoint.handler(call)
        if type(result) is bytes:
            return Answer(result)
        if type(result) is Answer:
            return result
        return Answer(_encode(result))

    async def _who(self, authorization: bytes) -> Viewer | AppViewer | None:
        kind, _, token = authorization.decode("latin-1").partition(" ")
        token = token.strip()
        if not token or kind.lower() != "bearer":
            return None
        return await self._services.viewer_of_token(token)


def _permit(endpoint: Endpoint, who: Viewer | AppViewer | None, *, token_sent: bool) -> None:
    if endpoint.access == ANYBODY:
        return
    if who is None:
        if token_sent or endpoint.access in (ANY_TOKEN, APP):
            raise Unauthorized
        raise errors.NeedsPerson(401)
    if endpoint.access == ANY_TOKEN:
        return
    if isinstance(who, AppViewer) and endpoint.access != APP:
        raise errors.NeedsPerson(422)
    if endpoint.scopes and not any(scopes.covers(who.scopes, needed) for needed in endpoint.scopes):
        raise Forbidden("This action is outside the authorized scopes")
    if isinstance(who, AppViewer):
        return
    if endpoint.access == APP:
        raise Forbidden("This method requires an client credentials authentication")
    if endpoint.role is not None and RANK[who.account.role] < RANK[endpoint.role]:
        raise Forbidden("This action is not allowed")


class _Visit:
    """What is known of a request whatever becomes of it: its headers, and where its rate limit stands."""

    __slots__ = ("headers", "kind", "standing")

    def __init__(self, scope: Scope) -> None:
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.standing: Standing | None = None
        self.kind = "anonymous"

    def hit(self, services: Services, kind: str, key: str | int) -> None:
        self.kind = kind
        standing = services.limits.hit(kind, key)
        # Of several limits the one that is nearest to its end is told.
        if self.standing is None or standing.remaining < self.standing.remaining:
            self.standing = standing

    def exhausted(self, problem: TooMany, now: int) -> None:
        self.standing = Standing(RULES[self.kind].limit, 0, now + problem.retry_after * 1000)


class _MethodNotAllowed(Problem):
    status = 405

    def __init__(self) -> None:
        super().__init__("The method is not allowed here")


_NOWHERE = _Node()
_NO_PARAMETERS = NoParameters()


def _methods(node: _Node) -> bytes:
    methods = ["OPTIONS", *(["HEAD"] if "GET" in node.endpoints else []), *sorted(node.endpoints)]
    return ", ".join(methods).encode()


@lru_cache(maxsize=4096)
def _reset(ms: int) -> bytes:
    return timestamp(ms).encode()


def _standing_headers(standing: Standing) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-ratelimit-limit", b"%d" % standing.limit),
        (b"x-ratelimit-remaining", b"%d" % standing.remaining),
        (b"x-ratelimit-reset", _reset(standing.reset_ms)),
    ]


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
