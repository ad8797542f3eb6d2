"""A workshop over a folder, and its jobs done in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.jobs import queue
from officetalk.media import processing
from officetalk.media.workshop import Workshop


@pytest.fixture
def shop(settings: Settings) -> Workshop:
    return Workshop(settings)


@pytest.fixture
def shop_without_ffmpeg(settings: Settings) -> Workshop:
    return Workshop(msgspec.structs.replace(settings, ffmpeg=""))


Work = Callable[[Workshop], list[str]]


@pytest.fixture
def work(db: Database) -> Work:
    """Does every job that is due, and returns their kinds."""

    def do(shop: Workshop) -> list[str]:
        handlers = processing.handlers(db, shop)
        done: list[str] = []
        while jobs := db.write_now(queue.claim, 10):
            for job in jobs:
                asyncio.run(handlers[job.kind](job.payload))
                db.write_now(queue.done, job.id)
                done.append(job.kind)
        return done

    return do
