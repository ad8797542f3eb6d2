"""The tables of notifications."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, text

from officetalk.core.sql import Bytewise, Id, metadata

_in_group = text("group_key IS NOT NULL")

notification = Table(
    "notification",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # when
    Column("account_id", Id, nullable=False),  # who is told
    Column("kind", String(32), nullable=False),  # see entities.Kind
    Column("actor_id", Id, nullable=False),  # who did it
    # What it is about: the post (of a repost the original, of an edited post the receiver's own that quotes
    # it), the report, the warning …; 0 where the actor says all. Ids are unique among all tables.
    Column("subject_id", Id, nullable=False, server_default="0"),
    # Another post that the receiver must be able to see: the repost, the edited post that is quoted.
    Column("cause_id", Id),
    Column("group_key", Bytewise(64)),  # notifications with the same one are shown as one; null: alone
    # shown. held: filtered by the receiver's policy, see policy.py. undone: the like was taken back; kept so
    # that the next one of the same kind does not tell again what was told already.
    Column("state", String(8), nullable=False),
    # Each thing is told once. Also finds what is about a post that is deleted.
    Index("uq_notification_subject", "subject_id", "kind", "account_id", "actor_id", unique=True),
    Index("ix_notification_account", "account_id", "id"),
    Index("ix_notification_kind", "account_id", "kind", "id"),
    Index("ix_notification_actor", "account_id", "actor_id", "id"),
    Index(
        "ix_notification_group", "account_id", "group_key", "id",
        sqlite_where=_in_group, postgresql_where=_in_group,
    ),
)  # fmt: skip

notification_policy = Table(
    "notification_policy",  # what one wants to be told; without a row: the defaults of entities.Policy
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    # accept | filter | drop
    Column("not_following", String(8), nullable=False),
    Column("not_followers", String(8), nullable=False),
    Column("new_accounts", String(8), nullable=False),
    Column("private_mentions", String(8), nullable=False),
    Column("limited_accounts", String(8), nullable=False),
    Column("unwanted", Text, nullable=False, server_default="[]"),  # JSON, kinds of which nothing is told
)

notification_request = Table(
    "notification_request",  # somebody whose notifications are held, and who waits to be let in
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("actor_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),  # made before the first notification that belongs to it
    Index("ix_notification_request_account", "account_id", "id"),
    sqlite_with_rowid=False,
)

notification_permission = Table(
    "notification_permission",  # people whom the policy does not concern, since their request was accepted
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("actor_id", Id, primary_key=True, autoincrement=False),
    Column("merged", Boolean, nullable=False, server_default="0"),  # nothing is held any longer
    sqlite_with_rowid=False,
)
