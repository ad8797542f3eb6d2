"""Cards of links, kept by address, and the posts that wait for one."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from officetalk.core.sql import Id, Time, metadata

link_card = Table(
    "link_card",
    metadata,
    Column("url_hash", String(64), primary_key=True),  # SHA-256 of the address
    Column("url", Text, nullable=False),
    Column(
        "card", Text, nullable=False, server_default=""
    ),  # JSON of links.entities.Card; empty: it has none
    Column("fetched_at", Time),  # null: not yet
    Column("due_at", Time, nullable=False, server_default="0"),  # not fetched again before
    Column("busy_until", Time, nullable=False, server_default="0"),  # somebody is at it
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row, while it is tried again
    sqlite_with_rowid=False,
)

card_wait = Table(
    "card_wait",
    metadata,
    Column("url_hash", String(64), primary_key=True),
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Index("ix_card_wait_post", "post_id"),
    sqlite_with_rowid=False,
)
