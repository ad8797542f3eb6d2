from __future__ import annotations

import pytest

from officetalk.core.database import Database
from tests.golinks.linking import Links


@pytest.fixture
def links(db: Database) -> Links:
    return Links(db)
