"""Lists of people: who is on which list of whom."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from officetalk.core.sql import Id, metadata

people_list = Table(
    "people_list",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("title", String(256), nullable=False),
    Column("replies_policy", String(16), nullable=False),  # list | followed | none
    # Who is on an exclusive list is left out at home: see subscription.hidden.
    Column("exclusive", Boolean, nullable=False, server_default="0"),
    Index("ix_people_list_account", "account_id", "id"),
)

list_member = Table(
    "list_member",
    metadata,
    Column("list_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("owner_id", Id, nullable=False),  # the list's, who follows the member
    Column("id", Id, nullable=False),  # when: the cursor of the members
    Index("ix_list_member_list", "list_id", "id"),
    Index("ix_list_member_owner", "owner_id", "account_id"),
    sqlite_with_rowid=False,
)
