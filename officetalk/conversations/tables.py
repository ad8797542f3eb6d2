"""Conversations: threads of direct posts as each of the people in them sees them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint

from officetalk.core.sql import Id, metadata

conversation = Table(
    "conversation",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("root_id", Id, nullable=False),  # post.conversation_id: the thread's first post
    # Newest of its rows in conversation_post; 0 when there is none, and then it is in no list. The row
    # stays, so that two who write and delete at the same moment meet at it.
    Column("last_post_id", Id, nullable=False),
    Column("unread", Boolean, nullable=False),
    UniqueConstraint("root_id", "account_id"),
    Index("ix_conversation_account", "account_id", "last_post_id"),
)

conversation_post = Table(
    "conversation_post",  # a direct post, for each of those between whom it is
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Column("root_id", Id, nullable=False),
    Column("cleared", Boolean, nullable=False, server_default="0"),  # put away with its conversation
    Index("ix_conversation_post_thread", "account_id", "root_id", "post_id"),
    Index("ix_conversation_post_post", "post_id"),
    sqlite_with_rowid=False,
)
