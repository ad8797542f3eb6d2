"""Puts everything together: settings and a database in, an ASGI application out."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp

import officetalk.conversations
import officetalk.featured
import officetalk.lists
import officetalk.moderation
import officetalk.notifications
import officetalk.previews
import officetalk.projects
import officetalk.search
import officetalk.timelines
from officetalk import api, mail, web
from officetalk.announcements import due as announcements
from officetalk.api.render import Renderer
from officetalk.core.database import Database, connect
from officetalk.core.settings import Settings
from officetalk.http.services import Services
from officetalk.jobs.runner import Runner
from officetalk.media import processing
from officetalk.moderation import deletion
from officetalk.notifications import work as notifications
from officetalk.posts import work as posts
from officetalk.previews import work as previews
from officetalk.previews.wanted import wanted_by
from officetalk.projects import actions
from officetalk.push import work as push
from officetalk.push.messages import contact_of
from officetalk.trends import work as trends

log = logging.getLogger(__name__)


def open_database(settings: Settings) -> Database:
    """The database of the settings, as it is: not migrated."""
    options = {"node": settings.node}
    if not settings.database.startswith("sqlite"):
        options["workers"] = settings.database_workers
    return connect(settings.database, **options)


def install() -> None:
    """Register who writes when another capability does (see posts/hooks.py), before anything is written.
    Can be repeated."""
    officetalk.search.install()
    officetalk.featured.install()
    officetalk.lists.install()
    officetalk.conversations.install()
    officetalk.notifications.install()
    officetalk.projects.install()
    officetalk.timelines.install()
    officetalk.moderation.install()


def create_app(services: Services) -> ASGIApp:
    """The application over `services`: API and pages, live delivery and background work while it runs."""
    install()
    settings, db = services.settings, services.db
    wanted = wanted_by(settings)
    officetalk.previews.install(wanted)
    announcer = push.Announcer(db)
    icon_of = Renderer(settings.origin, services.signer).avatar_url
    runner = Runner(
        services.db,
        {
            **mail.handlers(services.settings, services.db),
            **posts.handlers(services.db),
            **announcements.handlers(db),
            **deletion.handlers(db),
            **notifications.handlers(services.db),
            **processing.handlers(services.db, services.media),
            **previews.handlers(db, wanted, services.media.storage),
            **push.handlers(db, services.push_keys, contact_of(settings), services.outgoing, icon_of),
            **trends.handlers(db),
            **actions.handlers(db),
        },
        slow=processing.SLOW,
        beside={**previews.BESIDE, **push.BESIDE},
    )

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        services.hub.start()
        await runner.start()
        await db.write(trends.ensure)
        if settings.outgoing != "off":
            announcer.start()
        await asyncio.to_thread(lambda: services.media.ffmpeg)  # looked for once, not in the first request
        # What was made until now lives as long as the process: full collections need not look at it.
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 1_000)
        yield
        await services.hub.stop()
        await announcer.stop()
        await runner.stop()
        await services.clicks.stop()
        services.outgoing.close()
        services.media.close()

    app = Starlette(routes=web.routes(services), lifespan=running)
    return api.in_front_of(web.not_found(app, services), services)
