"""Migrations: what they make is what the tables declare, and what was there before stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from officetalk.core.database import connect
from officetalk.schema import engine, is_ours, migrate
from officetalk.tables import metadata
from tests import postgres


@pytest.fixture
def nothing(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server, _ = request.getfixturevalue("postgres_template")
    url = postgres.create_database(server)
    yield url
    postgres.drop_database(url)


def test_the_migrations_make_what_the_tables_declare(nothing: str) -> None:
    migrate(nothing)

    with engine(nothing).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def test_direct_posts_and_links_of_the_first_version_are_found_in_the_second(nothing: str) -> None:
    # Given a direct post from 10 to 11, and a post with a link, as the first version wrote them
    migrate(nothing, "0001")
    post = (
        "INSERT INTO post (id, author_id, audience, audience_of, conversation_id, recognised) "
        "VALUES (:id, 10, :audience, 10, :id, :recognised)"
    )
    with engine(nothing).begin() as connection:
        connection.execute(text(post), {"id": 100, "audience": "direct", "recognised": "{}"})
        connection.execute(text("INSERT INTO mention (post_id, account_id) VALUES (100, 11)"))
        found = '{"links":[["https://example.com/","abc"]]}'
        connection.execute(text(post), {"id": 101, "audience": "company", "recognised": found})
        connection.execute(
            text(
                "INSERT INTO link (id, code, url_hash, url, author_id) "
                "VALUES (7, 'abc', 'hash', 'https://example.com/', 10)"
            )
        )

    migrate(nothing)

    with engine(nothing).connect() as connection:
        of = connection.execute(text("SELECT account_id, root_id, last_post_id FROM conversation")).all()
        links = connection.execute(text("SELECT link_id, post_id FROM link_post")).all()
    assert sorted(map(tuple, of)) == [(10, 100, 100), (11, 100, 100)]
    assert [tuple(row) for row in links] == [(7, 101)]


def test_migrating_again_changes_nothing(new_database: Callable[[], str]) -> None:
    url = new_database()
    migrate(url)

    migrate(url)

    connect(url).close()
