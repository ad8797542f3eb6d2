"""Migrates a database to the newest version of the schema.

Alembic keeps the versions in `officetalk/migrations`. A new one is made with
`.venv/bin/alembic -c officetalk/migrations/alembic.ini revision --autogenerate -m "what changes"`.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent / "migrations"


def engine(url: str) -> Engine:
    """An SQLAlchemy engine, used for migrations only."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    made = create_engine(url, poolclass=NullPool)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL"))
    return made


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compared_to: object) -> bool:
    """What a comparison with the tables looks at: not the full-text index, whose tables and indexes SQLAlchemy
    cannot express (migration 0001)."""
    return not (kind in ("table", "index") and reflected and compared_to is None)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to the newest version, or to that one; nothing happens when it is there."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    made = engine(url)
    try:
        with made.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        made.dispose()
