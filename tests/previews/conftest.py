"""A site to link to, and previews that may fetch from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import officetalk.previews
from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.media.storage import Folder
from officetalk.previews import work
from officetalk.previews.wanted import Wanted, wanted_by
from tests.jobs.doing import do_jobs
from tests.sites import Site


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def storage(tmp_path: Path) -> Folder:
    """Where pictures are kept."""
    return Folder(tmp_path / "media")


class Previews:
    """Link previews as a test has switched them on."""

    def __init__(self, db: Database, storage: Folder) -> None:
        self.db = db
        self.storage = storage

    def on(self, **settings: Any) -> Wanted:
        """Settings of the process; by default nothing is allowed beside the Internet."""
        wanted = wanted_by(Settings(public_url="https://talk.example", **settings))
        officetalk.previews.install(wanted)
        self._handlers = work.handlers(self.db, wanted, self.storage)
        return wanted

    def fetch(self) -> int:
        """Do the jobs that are due; how many there were."""
        return asyncio.run(do_jobs(self.db, self._handlers))


@pytest.fixture
def previews(db: Database, storage: Folder) -> Iterator[Previews]:
    yield Previews(db, storage)
    officetalk.previews.install(Wanted())
