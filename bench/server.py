"""The server that is measured: OfficeTalk, and beside it a floor: `/floor/NAME` answers the bytes that were
put there, with no work, so that what the machine and the HTTP server cost can be told apart from ours."""

from __future__ import annotations

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from officetalk.app import create_app, open_database
from officetalk.core.settings import load
from officetalk.http.services import Services
from officetalk.serve import BACKLOG, BACKPRESSURE, allow_open_files


def with_floor(app: ASGIApp) -> ASGIApp:
    """`PUT /floor/NAME` keeps a body and its content type; `GET` gives them back."""
    kept: dict[str, tuple[bytes, bytes]] = {}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/floor/"):
            await app(scope, receive, send)
            return
        name = scope["path"]
        if scope["method"] == "PUT":
            body, more = b"", True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            kept[name] = (body, dict(scope["headers"]).get(b"content-type", b"text/plain"))
        body, kind = kept[name]
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


async def _run() -> None:
    allow_open_files()
    settings = load()
    services = Services(settings, open_database(settings))
    await Server(
        with_floor(create_app(services)),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    uvloop.run(_run())
