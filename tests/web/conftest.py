"""The pages in this process, over the database of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.http.services import Services
from tests.web.browser import Web


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.Runner]:
    """One event loop for all requests of this process."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def new_web(settings: Settings, db: Database, loop: asyncio.Runner) -> Callable[..., Web]:
    """Makes the pages over the test's database, with these settings of the process changed."""

    def make(**changed: Any) -> Web:
        return Web(Services(msgspec.structs.replace(settings, **changed), db), loop)

    return make


@pytest.fixture
def fresh_web(new_web: Callable[..., Web]) -> Web:
    """The pages of a server that nobody has set up."""
    return new_web()


@pytest.fixture
def web(new_web: Callable[..., Web], db: Database) -> Web:
    """The pages of a company that is set up."""
    db.write_now(company.change, name="Aldermoor", set_up=True)
    return new_web()
