"""Short links: one code for each address, and the posts that have it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from officetalk.core.sql import Id, metadata

link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", String(16), nullable=False, unique=True),
    Column("url_hash", String(64), nullable=False, unique=True),  # SHA-256 of the address
    Column("url", Text, nullable=False),
    Column("author_id", Id, nullable=False),  # who posted it first; sees the clicks
    Column("clicks", Integer, nullable=False, server_default="0"),
    Index("ix_link_author", "author_id", "id"),
)

link_post = Table(
    "link_post",  # which posts to the company have which links
    metadata,
    Column("link_id", Id, primary_key=True, autoincrement=False),
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Index("ix_link_post_post", "post_id"),
    sqlite_with_rowid=False,
)
