"""What people do not want to read: filters, their words and their posts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, UniqueConstraint

from officetalk.core.sql import Id, Time, metadata

post_filter = Table(
    "post_filter",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("title", String(256), nullable=False),
    Column("contexts", Text, nullable=False),  # JSON list of entities.Context
    Column("action", String(16), nullable=False),  # warn | hide | blur
    Column("expires_at", Time),  # null: never
    Index("ix_post_filter_account", "account_id", "id"),
)

filter_keyword = Table(
    "filter_keyword",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("filter_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),  # the filter's, so that all of one's are one range
    Column("keyword", String(512), nullable=False),
    Column("whole_word", Boolean, nullable=False),
    Index("ix_filter_keyword_account", "account_id", "id"),
    Index("ix_filter_keyword_filter", "filter_id"),
)

filter_status = Table(
    "filter_status",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("filter_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),  # the filter's
    Column("post_id", Id, nullable=False),
    UniqueConstraint("filter_id", "post_id"),
    Index("ix_filter_status_account", "account_id", "id"),
    Index("ix_filter_status_post", "post_id"),
)
