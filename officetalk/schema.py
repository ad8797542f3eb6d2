"""Migrates a database to the newest version of the schema.

Alembic keeps the versions in `officetalk/migrations`. A new one is made with
`.venv/bin/alembic -c officetalk/migrations/alembic.ini revision --autogenerate -m "what changes"`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from officetalk.core.lazily import lazily

if TYPE_CHECKING:
    from alembic import command, config
else:
    # Most starts find the newest version, and need not Alembic and what it brings (15 MB).
    command = lazily("alembic.command")
    config = lazily("alembic.config")

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
    made = engine(url)
    try:
        if revision == "head" and _version(made) == newest():
            return
        chosen = config.Config()
        chosen.set_main_option("script_location", str(MIGRATIONS))
        with made.begin() as connection:
            chosen.attributes["connection"] = connection
            command.upgrade(chosen, revision)
    finally:
        made.dispose()


def newest() -> str | None:
    """The version that no other follows, as the files in migrations/versions say; None when that is not clear."""
    versions, followed = set(), set()
    for file in (MIGRATIONS / "versions").glob("*.py"):
        found = dict(_VERSION.findall(file.read_text(encoding="utf-8")))
        versions.add(found.get("revision"))
        followed.add(found.get("down_revision"))
    last = versions - followed
    return last.pop() if len(last) == 1 else None


_VERSION = re.compile(r'^(revision|down_revision)\b[^=\n]*= "(\w+)"', re.MULTILINE)


def _version(made: Engine) -> str | None:
    """Where a database is; None where it is new, or anything is unclear."""
    try:
        with made.connect() as connection:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    except DBAPIError:
        return None
    return found[0] if len(found) == 1 else None
