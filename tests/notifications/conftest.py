"""What the tests of notifications share."""

from __future__ import annotations

import pytest

from officetalk.core.database import Database
from tests.identity.conftest import at_once
from tests.notifications.told import Announced

__all__ = ["announced", "at_once"]


@pytest.fixture
def announced(db: Database) -> Announced:
    """Who was told over the bus, from the beginning of the test."""
    return Announced(db)
