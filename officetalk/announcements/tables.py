"""What administrators announce to everybody."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, Text

from officetalk.core.sql import Bytewise, Id, Time, metadata

announcement = Table(
    "announcement",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("author_id", Id),  # null: the command line
    Column("text", Text, nullable=False),
    # What it is about, as Mastodon has it: both or none. It goes when that is over.
    Column("starts_at", Time),
    Column("ends_at", Time),
    Column("all_day", Boolean, nullable=False, server_default="0"),
    # When it appears, which may be in the future; null: a draft.
    Column("published_at", Time),
    Column("gone_at", Time),  # when it disappears by itself: from ends_at and all_day; null: never
    Column("updated_at", Time, nullable=False),
    Column("recognised", Text, nullable=False, server_default="{}"),  # JSON of entities.Recognised
    Index("ix_announcement_published", "published_at"),
)

announcement_read = Table(
    "announcement_read",  # who has dismissed it
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("announcement_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

announcement_reaction = Table(
    "announcement_reaction",
    metadata,
    Column("announcement_id", Id, primary_key=True, autoincrement=False),
    Column("name", Bytewise(64), primary_key=True),  # an emoji, or the shortcode of one of the company's
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),  # when
    Index("ix_announcement_reaction_account", "account_id"),
    sqlite_with_rowid=False,
)
