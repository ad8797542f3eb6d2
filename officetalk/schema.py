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


def migrate(url: str) -> None:
    """Bring the database to the newest version; nothing happens when it is there."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    made = engine(url)
    try:
        with made.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        made.dispose()
