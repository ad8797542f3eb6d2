"""The API in this process, over the database of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from officetalk.core.database import Connection, Database
from officetalk.core.settings import Settings
from officetalk.http.services import Services
from tests.api.client import Api
from tests.api.live_server import Ear, LiveServer
from tests.people import Human


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


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that were run, in all threads."""
    run: list[str] = []
    original = Connection._run

    def counting(self: Connection, statement: Any, values: Any) -> Any:
        run.append(statement.compiled(self.dialect).text)
        return original(self, statement, values)

    monkeypatch.setattr(Connection, "_run", counting)
    return run


@pytest.fixture
def server(services: Services) -> Iterator[LiveServer]:
    """The real server in this process: see live_server.py."""
    with LiveServer(services) as running:
        yield running


@pytest.fixture
def listen(server: LiveServer, api: Api) -> Callable[..., Ear]:
    """Somebody listens to a stream, within a with statement: `with listen(people.ada, "user") as ear:`"""

    def opened(human: Human, stream: str, **query: str) -> Ear:
        return server.connect(api.as_person(human).token, stream=stream, **query)

    return opened
