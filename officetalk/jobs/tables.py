"""Background work, enqueued in the transaction that causes it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from officetalk.core.sql import Id, Time, metadata

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    Column("run_at", Time, nullable=False),  # due; pushed into the future while leased and after a failure
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failed_at", Time),  # given up
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_job_due", "failed_at", "run_at"),
)
