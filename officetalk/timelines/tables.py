"""Where each reader stopped reading."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from officetalk.core.sql import Id, Time, metadata

marker = Table(
    "marker",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("timeline", String(16), primary_key=True),  # home | notifications
    Column("last_read_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Time, nullable=False),
    sqlite_with_rowid=False,
)
