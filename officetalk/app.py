"""Puts everything together: settings and a database in, an ASGI application out."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp

import officetalk.search
from officetalk import api, mail, web
from officetalk.core.database import Database, connect
from officetalk.core.settings import Settings
from officetalk.http.services import Services
from officetalk.jobs.runner import Runner
from officetalk.posts import work as posts

log = logging.getLogger(__name__)


def open_database(settings: Settings) -> Database:
    """The database of the settings, as it is: not migrated."""
    options = {"node": settings.node}
    if not settings.database.startswith("sqlite"):
        options["workers"] = settings.database_workers
    return connect(settings.database, **options)


def create_app(services: Services) -> ASGIApp:
    """The application over `services`: API and pages, live delivery and background work while it runs."""
    officetalk.search.install()
    runner = Runner(
        services.db,
        {**mail.handlers(services.settings, services.db), **posts.handlers(services.db)},
    )

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        services.hub.start()
        await runner.start()
        # What was made until now lives as long as the process: full collections need not look at it.
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 1_000)
        yield
        await services.hub.stop()
        await runner.stop()

    app = Starlette(routes=web.routes(services), lifespan=running)
    return api.in_front_of(web.not_found(app, services), services)
