"""Files of posts: served to whoever has their address, and to nobody else.

An address is signed for those who may see the post, and stays what it is, so that apps can load it without
their token and keep it for ever. Being signed in is not enough: a colleague who guesses the name of a file in
a post to followers gets nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from officetalk.core.errors import NotFound, Problem
from officetalk.http.ranges import NotSatisfiable, asked_range
from officetalk.http.services import Services
from officetalk.http.signing import ATTACHMENTS
from officetalk.media.formats import CONTENT_TYPES
from officetalk.media.workshop import content_type

# What is waiting to be processed has another ending.
_SERVED = re.compile(rf"[0-9a-f]{{32}}(?:-[0-9a-z]{{1,8}})?\.(?:{'|'.join(CONTENT_TYPES)})")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range",
    "Cross-Origin-Resource-Policy": "cross-origin",  # web clients live elsewhere
}
_ALWAYS = {
    **_CORS,
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",
    # Opened by itself, a file can do nothing but be seen and heard.
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; "
    "style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-Range",
    "Access-Control-Max-Age": "7200",
}


def route(services: Services) -> Route:
    """The route of all attachments."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        try:
            return await _serve(services, request)
        except Problem as problem:
            headers = {**_CORS, "Cache-Control": "private, no-store"}
            return JSONResponse({"error": problem.rule}, problem.status, headers)

    endpoint: Callable[[Request], Awaitable[Response]] = answer
    return Route(ATTACHMENTS + "{name}", endpoint, methods=["GET", "OPTIONS"])


async def _serve(services: Services, request: Request) -> Response:
    name = request.path_params["name"]
    if not _SERVED.fullmatch(name) or not services.signer.is_signed(ATTACHMENTS + name, request.url.query):
        raise NotFound
    storage = services.media.storage
    size = await storage.size(name)
    if size is None:
        raise NotFound
    etag = f'"{name}"'  # what a name stands for never changes
    headers = {**_ALWAYS, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    status, start, end = 200, 0, size
    if request.headers.get("if-range", etag) == etag:
        try:
            part = asked_range(request.headers.get("range", ""), size)
        except NotSatisfiable:
            headers["Content-Range"] = f"bytes */{size}"
            return Response(status_code=416, headers=headers)
        if part is not None:
            status, (start, end) = 206, part
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=content_type(name))
    pieces = await storage.open(name, start, end)
    return StreamingResponse(pieces, status, headers, content_type(name))
