"""The tables of groups. The name, the text and the pictures of a group are those of its account."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, text

from officetalk.core.sql import Id, Time, metadata

talk_group = Table(
    "talk_group",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # of its account and of its feed
    Column("kind", String(8), nullable=False),  # open | closed | secret
    Column("rules", Text, nullable=False, server_default=""),
    Column("board", Boolean, nullable=False, server_default="0"),  # see projects/
    Column("archived_at", Time),  # from then on nobody posts; it can be read as before
    # The few whose posts everybody may read: see posts/visibility.py.
    Index(
        "ix_talk_group_open", "id",
        sqlite_where=text("kind = 'open'"), postgresql_where=text("kind = 'open'"),
    ),
)  # fmt: skip

group_role = Table(
    "group_role",  # those of its members who do more than talk
    metadata,
    Column("group_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("role", String(8), nullable=False),  # owner | manager
    Index("ix_group_role_account", "account_id"),
    sqlite_with_rowid=False,
)

group_invitation = Table(
    "group_invitation",
    metadata,
    Column("group_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),
    Column("inviter_id", Id, nullable=False),
    Index("ix_group_invitation_account", "account_id", "id"),
    sqlite_with_rowid=False,
)
