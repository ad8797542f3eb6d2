"""Reports, what moderators did about them, and the log of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from officetalk.core.sql import Id, Time, metadata

report = Table(
    "report",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),  # who reports
    Column("target_id", Id, nullable=False),  # whom
    Column("category", String(16), nullable=False),  # spam | legal | violation | other
    Column("comment", Text, nullable=False, server_default=""),
    Column("rule_ids", Text, nullable=False, server_default="[]"),  # JSON, rules of the company
    Column("assigned_id", Id),  # the moderator who looks after it
    Column("resolved_at", Time),
    Column("resolved_by", Id),
    Column("updated_at", Time, nullable=False),
    Index("ix_report_open", "resolved_at", "id"),
    Index("ix_report_target", "target_id", "id"),
    Index("ix_report_account", "account_id", "id"),
)

report_post = Table(
    "report_post",
    metadata,
    Column("report_id", Id, primary_key=True, autoincrement=False),
    Column("post_id", Id, primary_key=True, autoincrement=False),
    # What the reporter, who could read it, showed the moderators. It stays when the post is edited, taken
    # back, or out of the reporter's sight.
    Column("text", Text, nullable=False),
    Column("spoiler", Text, nullable=False, server_default=""),
    Column("audience", String(16), nullable=False),
    Column("has_media", Boolean, nullable=False, server_default="0"),
    Column("removed_at", Time),  # deleted by a moderator
    Index("ix_report_post_post", "post_id"),
    sqlite_with_rowid=False,
)

suspension = Table(
    "suspension",  # accounts that are shut
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("state_before", String(16), nullable=False),
    Column("at", Time, nullable=False),
    Column("deletion_at", Time),  # when somebody had the data deleted: there is no way back then
)

moderation_log = Table(
    "moderation_log",  # written once, never changed: see log.py
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # when
    Column("actor_id", Id),  # null: the command line
    Column("action", String(32), nullable=False),
    Column("target_kind", String(16), nullable=False),  # account | report | post
    Column("target_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),  # whom it is about in the end: the account, the post's author
    Column("report_id", Id),  # what led to it
    Column("reason", Text, nullable=False, server_default=""),
    Column("warned", Boolean, nullable=False, server_default="0"),  # the account was told, with the reason
    Index("ix_moderation_log_account", "account_id", "id"),
    Index("ix_moderation_log_report", "report_id", "id"),
)
