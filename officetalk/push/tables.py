"""Where phones and browsers want to be told of notifications."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from officetalk.core.sql import Id, metadata

push_subscription = Table(
    "push_subscription",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    # It belongs to an app's token or to a browser that is signed in, one each, and ends with it.
    Column("token_id", Id, unique=True),
    Column("session_id", Id, unique=True),
    Column("endpoint", Text, nullable=False),  # address of the push service
    Column("p256dh", String(100), nullable=False),  # the receiver's public key, base64url
    Column("auth", String(32), nullable=False),  # the receiver's secret, base64url
    Column("standard", Boolean, nullable=False, server_default="0"),  # RFC 8291; else its fourth draft
    Column("alerts", Text, nullable=False, server_default="[]"),  # JSON: the types that are wanted
    Column("policy", String(16), nullable=False, server_default="all"),  # all | followed | follower | none
    Column("access_token", Text, nullable=False, server_default=""),  # encrypted: see push/sealing.py
    Index("ix_push_subscription_account", "account_id"),
)
