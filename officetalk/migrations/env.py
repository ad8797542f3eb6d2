"""Alembic's entry: runs the migrations on the connection that it is given, or makes one from the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from officetalk.core.settings import load
from officetalk.schema import engine, is_ours
from officetalk.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, include_object=is_ours
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with engine(load().database).connect() as made:
        _run(made)
        made.commit()
