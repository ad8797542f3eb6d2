"""The few that lead, their use by day, and when it was last computed."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from officetalk.core.sql import Id, Time, metadata

trend = Table(
    "trend",
    metadata,
    Column("kind", String(8), primary_key=True),  # tag | status | link
    Column("item_id", Id, primary_key=True, autoincrement=False),  # of the hashtag, post or link
    Column("rank", Integer, nullable=False),  # the more, the further up
    Index("ix_trend_rank", "kind", "rank"),
    sqlite_with_rowid=False,
)

trend_day = Table(
    "trend_day",  # use on one of the last seven days; days without any have no row
    metadata,
    Column("kind", String(8), primary_key=True),  # tag | link
    Column("item_id", Id, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),  # since 1970, UTC
    Column("uses", Integer, nullable=False),  # posts
    Column("accounts", Integer, nullable=False),  # people who wrote them
    sqlite_with_rowid=False,
)

trend_state = Table(
    "trend_state",  # one row
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("next_at", Time, nullable=False),  # a job is under way or queued until then
)
