"""Featured hashtags, and collections of colleagues. (Featured colleagues are part of what people are to each
other: see accounts/tables.py.)"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from officetalk.core.sql import Id, Time, metadata

featured_tag = Table(
    "featured_tag",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("hashtag_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False, unique=True),
    Column("name", String(140), nullable=False),  # as its owner writes it
    sqlite_with_rowid=False,
)

collection = Table(
    "collection",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("name", String(40), nullable=False),
    Column("description", String(100), nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    Column("tag", String(140), nullable=False, server_default=""),  # a hashtag without #; empty: none
    Column("sensitive", Boolean, nullable=False, server_default="0"),
    Column("discoverable", Boolean, nullable=False, server_default="1"),  # listed on the owner's profile
    Column("updated_at", Time, nullable=False),
    Index("ix_collection_account", "account_id", "id"),
)

collection_item = Table(
    "collection_item",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("collection_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    # accepted, or revoked by the account itself: the row stays, so that it is not added again.
    Column("state", String(16), nullable=False),
    Index("ix_collection_item_collection", "collection_id", "account_id", unique=True),
    Index("ix_collection_item_account", "account_id", "collection_id"),
)
