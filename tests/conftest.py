"""What all tests share: an empty, migrated database of either kind, and a small language for people.

`db` runs a test twice, on SQLite and on a real PostgreSQL that the tests start themselves.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import officetalk.conversations
import officetalk.featured
import officetalk.lists
import officetalk.moderation
import officetalk.notifications
import officetalk.search
import officetalk.timelines
from officetalk.core.database import Database, connect
from officetalk.core.settings import Settings
from officetalk.schema import migrate
from tests import postgres
from tests.people import People

DATABASES = ("sqlite", "postgresql")


class Clock:
    """The time of a test: the real one, until `forward` moves it."""

    def __init__(self) -> None:
        from officetalk.core.ids import now_ms

        self._now = now_ms
        self._ahead = 0

    def __call__(self) -> int:
        return self._now() + self._ahead

    def forward(self, *, seconds: int = 0, hours: int = 0, days: int = 0) -> None:
        self._ahead += ((days * 24 + hours) * 3600 + seconds) * 1000


@pytest.fixture(scope="session", autouse=True)
def _hooks() -> None:
    officetalk.search.install()
    officetalk.featured.install()
    officetalk.lists.install()
    officetalk.conversations.install()
    officetalk.notifications.install()
    officetalk.timelines.install()
    officetalk.moderation.install()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all processes of this run."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(shared_folder: Path) -> Iterator[tuple[str, str]]:
    """The server's URL, and the name of a migrated, empty database to be copied."""
    url = postgres.start(shared_folder / "postgres")
    postgres.create_template(url, "migrated", migrate)
    yield url, "migrated"
    postgres.stop(shared_folder / "postgres")


@pytest.fixture
def new_sqlite(sqlite_template: Path) -> Iterator[Callable[[], str]]:
    """Makes URLs of empty SQLite databases, each its own."""
    folder = Path(tempfile.mkdtemp(prefix="officetalk-"))
    count = 0

    def make() -> str:
        nonlocal count
        count += 1
        path = folder / f"{count}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    yield make
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_database(request: pytest.FixtureRequest, dialect: str) -> Iterator[Callable[[], str]]:
    """Makes URLs of empty databases of the kind `dialect`, each its own."""
    if dialect == "sqlite":
        yield request.getfixturevalue("new_sqlite")
        return
    server, template = request.getfixturevalue("postgres_template")
    made: list[str] = []

    def make() -> str:
        made.append(postgres.create_database(server, template))
        return made[-1]

    yield make
    for url in made:
        postgres.drop_database(url)


@pytest.fixture(scope="module")
def new_shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Makes the URL of an empty database of a kind for all tests of a file, which only read it."""
    made: list[str] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            path = tmp_path_factory.mktemp("shared") / "shared.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        made.append(postgres.create_database(*request.getfixturevalue("postgres_template")))
        return made[-1]

    yield make
    for url in made:
        postgres.drop_database(url)


@pytest.fixture(params=DATABASES)
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(new_database: Callable[[], str], clock: Clock) -> Iterator[Database]:
    """An empty, migrated database."""
    database = connect(new_database(), clock=clock)
    yield database
    database.close()


@pytest.fixture
def people(db: Database) -> People:
    """`people.ada`, `people.bo`: accounts made when first named, who post, follow and read."""
    return People(db)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # No test asks anybody outside of this machine.
    return Settings(data=str(tmp_path), public_url="http://talk.test", rate_limits=False, outgoing="off")
