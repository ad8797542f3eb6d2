"""The tables of decisions and actions."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from officetalk.core.sql import Id, Time, metadata

decision = Table(
    "decision",  # a post of a group that says what was decided
    metadata,
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Column("group_id", Id, nullable=False),
    Column("id", Id, nullable=False),  # when it was marked
    Column("marked_by", Id, nullable=False),
    Index("ix_decision_group", "group_id", "id"),
    sqlite_with_rowid=False,
)

action = Table(
    "action",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("group_id", Id, nullable=False),
    Column("post_id", Id),  # what it came out of
    Column("text", Text, nullable=False),
    Column("given_by", Id, nullable=False),
    Column("assignee_id", Id),  # null: nobody yet
    Column("due_on", String(10)),  # a day, as 2026-11-28: the same for everybody, wherever they are
    Column("done_at", Time),
    Column("done_by", Id),
    Index("ix_action_group", "group_id", "done_at", "due_on"),
    Index("ix_action_assignee", "assignee_id", "done_at", "due_on"),
    Index("ix_action_post", "post_id"),
)
