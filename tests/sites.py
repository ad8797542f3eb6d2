"""Sites for tests: real HTTP servers on this machine, whose pages a test lays down.

site = Site()
site.pages["/a"] = Page(b"<title>A</title>", "text/html")
... client.get(site.url("/a")) ...
site.requests        # what came
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec


class Page(msgspec.Struct, frozen=True):
    """What is answered. `headers` beside the content type; `length` false leaves Content-Length out."""

    body: bytes = b""
    content_type: str | None = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = {}
    length: bool = True


class Received(msgspec.Struct, frozen=True):
    """A request that came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answering = Page | Callable[[Received], Page]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, body)
        site.requests.append(received)
        page = site.pages.get(self.path, Page(b"nothing here", status=404))
        if not isinstance(page, Page):
            page = page(received)
        self.send_response(page.status)
        if page.content_type is not None:
            self.send_header("Content-Type", page.content_type)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.length:
            self.send_header("Content-Length", str(len(page.body)))
        else:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(page.body)

    do_GET = do_POST = do_CONNECT = _answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are what the tests are about."""


class Site:
    """A server with pages; stop it with `close`."""

    def __init__(self) -> None:
        self.pages: dict[str, Answering] = {}
        self.requests: list[Received] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self  # type: ignore[attr-defined]
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Socket:
    """A server that says what `talk` writes to the socket after the request's head was read."""

    def __init__(self, talk: Callable[[socket.socket], None]) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._talk = talk
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                self._talk(connection)
            except OSError:  # the client had enough
                pass

    def close(self) -> None:
        self._listening.close()
