"""What administrators change at run time."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from officetalk.core.sql import metadata

setting = Table(
    "setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)
