"""Serving: one process, Granian in front of the application, on our own event loop."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from officetalk.app import create_app, open_database
from officetalk.core.errors import Problem
from officetalk.core.settings import Settings
from officetalk.http.services import Services
from officetalk.identity import registration
from officetalk.schema import migrate

log = logging.getLogger(__name__)

# Open streams count as requests in Granian: with its defaults (1,024) the server would stop answering.
BACKLOG = 16_384
BACKPRESSURE = 20_000


class CannotListen(Problem):
    """The address or port is taken, or not ours."""


def check_address(settings: Settings) -> None:
    """Raises CannotListen with a sentence when the server could not listen there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            raise CannotListen(
                f"Cannot listen on {settings.host} port {settings.port}: {problem.strerror}. "
                f"Choose another with --port or OFFICETALK_PORT."
            ) from problem


def allow_open_files() -> None:
    """As many open connections as the system lets this process have: it starts with 1,024 as a rule."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def serve(settings: Settings, *, announce: bool = True) -> None:
    """Migrate, then serve until SIGINT or SIGTERM. Requests that run are finished first."""
    check_address(settings)
    allow_open_files()
    migrate(settings.database)
    db = open_database(settings)
    try:
        code = db.write_now(registration.setup_code)
        if announce:
            _announce(settings, code)
        uvloop.run(_run(settings, Services(settings, db)))
    finally:
        db.close()


def _announce(settings: Settings, code: str | None) -> None:
    print(f"\n  OfficeTalk serves on {settings.origin}\n", flush=True)
    if code:
        print(f"  Set it up: open {settings.origin}/setup and enter the code  {code}\n", flush=True)
    else:
        print(f"  Sign in:   {settings.origin}/sign-in\n", flush=True)


async def _run(settings: Settings, services: Services) -> None:
    server = Server(
        create_app(services),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    stopping: list[asyncio.Task] = []

    async def stop() -> None:
        await services.hub.stop()  # open streams would keep the server from ending
        server.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: stopping.append(loop.create_task(stop())))
    await server.serve()
