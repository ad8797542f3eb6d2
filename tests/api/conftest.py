"""The API in this process, over the database of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.http.services import Services
from tests.api.client import Api


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.Runner]:
    """One event loop for all requests of this process."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def services(settings: Settings, db: Database) -> Services:
    return Services(settings, db)


@pytest.fixture
def api(services: Services, loop: asyncio.Runner) -> Api:
    return Api(services, loop)
