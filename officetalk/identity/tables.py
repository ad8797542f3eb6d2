"""The tables of sign-in: passwords, sessions, invitations, apps and their tokens.

Secrets are stored hashed: passwords by Argon2id, random tokens and codes by SHA-256 (they have 256 bits,
so a slow hash would add nothing).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from officetalk.core.sql import Id, Time, metadata

credential = Table(
    "credential",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False),
    Column("email_key", String(254), nullable=False, unique=True),  # folded for comparison
    Column("password_hash", Text),  # null: no password yet
    Column("confirmed_at", Time),
    Column("invitation_id", Id),
    Column("reason", Text, nullable=False, server_default=""),  # for the approval of a registration
    Column("app_id", Id),  # the app that registered the person; null: the pages
)

session = Table(
    "session",  # a browser that is signed in
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", Id, nullable=False),
    Column("csrf_token", String(64), nullable=False),
    Column("user_agent", String(300), nullable=False, server_default=""),
    Column("address", String(64), nullable=False, server_default=""),
    Column("used_at", Time, nullable=False),
    Index("ix_session_account", "account_id", "id"),
)

app = Table(
    "app",  # a client registered by POST /api/v1/apps
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", String(64), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("website", Text),
    Column("redirect_uris", Text, nullable=False),  # one a line
    Column("scopes", Text, nullable=False),
)

authorization_code = Table(
    "authorization_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("app_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("challenge", String(128)),  # PKCE S256
    Column("expires_at", Time, nullable=False),
    Column("token_id", Id),  # the token made from it: a second use ends that
)

access_token = Table(
    "access_token",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("app_id", Id, nullable=False),
    Column("account_id", Id),  # null: the app's own token (client credentials)
    Column("scopes", Text, nullable=False),
    Column("used_at", Time, nullable=False),
    Column("expires_at", Time),  # null: never, as Mastodon's
    Column("refresh_hash", String(64)),
    Column("spent_hash", String(64)),  # the refresh token before: who comes with it stole it
    Index("ix_access_token_account", "account_id", "id"),
    Index("ix_access_token_refresh", "refresh_hash", unique=True),
    Index("ix_access_token_spent", "spent_hash", unique=True),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", String(32), nullable=False, unique=True),
    Column("account_id", Id, nullable=False),  # who invites
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("max_uses", Integer),  # null: any number
    Column("expires_at", Time),
    Column("revoked", Boolean, nullable=False, server_default="0"),
)

mail_token = Table(
    "mail_token",  # confirmation of an address, reset of a password
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),  # confirm | reset
    Column("account_id", Id, nullable=False),
    Column("email", String(254), nullable=False),
    Column("expires_at", Time, nullable=False),
    Index("ix_mail_token_account", "account_id"),
)
