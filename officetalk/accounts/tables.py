"""The tables of people and what they are to each other. Following is a subscription: see feeds/tables.py."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, text

from officetalk.core.sql import Id, Time, metadata

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # also the id of the account's feed
    Column("revision", Integer, nullable=False, server_default="1"),  # counts changes of the profile
    Column("username", String(30), nullable=False),
    Column("username_key", String(30), nullable=False, unique=True),  # lower case
    Column("display_name", String(100), nullable=False, server_default=""),
    Column("bio", Text, nullable=False, server_default=""),
    Column("job_title", String(100), nullable=False, server_default=""),
    Column("department", String(100), nullable=False, server_default=""),
    Column("location", String(100), nullable=False, server_default=""),
    Column("manager_id", Id),
    Column("pronouns", String(40), nullable=False, server_default=""),
    Column("time_zone", String(64), nullable=False, server_default=""),  # IANA name; empty: the browser's
    Column("language", String(16), nullable=False, server_default=""),  # BCP 47; empty: the browser's
    Column("fields", Text, nullable=False, server_default="[]"),  # JSON [[name, value], …], at most 4
    Column("avatar", String(64)),  # name of the picture in the media store; null: drawn from the id
    Column("header", String(64)),
    Column("bot", Boolean, nullable=False, server_default="0"),
    Column("locked", Boolean, nullable=False, server_default="0"),  # followers have to ask
    Column("role", String(16), nullable=False, server_default="member"),
    Column("state", String(16), nullable=False, server_default="active"),  # see entities.State
    Column("silenced", Boolean, nullable=False, server_default="0"),  # what moderators decided
    Column("sensitized", Boolean, nullable=False, server_default="0"),
    # How the person wants to be shown and found: JSON of entities.Display. Two of it are columns because
    # statements ask for them.
    Column("display", Text, nullable=False, server_default="{}"),
    Column("discoverable", Boolean, nullable=False, server_default="1"),  # in directory, suggestions, trends
    Column("indexable", Boolean, nullable=False, server_default="1"),  # everybody finds the posts
    # Counts of what the whole company can see; kept in the transactions that change them.
    Column("posts_count", Integer, nullable=False, server_default="0"),
    Column("followers_count", Integer, nullable=False, server_default="0"),
    Column("following_count", Integer, nullable=False, server_default="0"),
    Column("mentions_count", Integer, nullable=False, server_default="0"),
    Column("last_post_at", Time),
    Column("preferences", Text, nullable=False, server_default="{}"),  # JSON of entities.Preferences
    Index("ix_account_department", "department", "id"),
    Index("ix_account_manager", "manager_id"),
    # The few that moderators have shut or silenced: see posts/visibility.py.
    Index(
        "ix_account_suspended", "id",
        sqlite_where=text("state = 'suspended'"), postgresql_where=text("state = 'suspended'"),
    ),
    Index("ix_account_silenced", "id", sqlite_where=text("silenced"), postgresql_where=text("silenced")),
    # Those who do not want their posts to be found by everybody: see search/posts.py.
    Index(
        "ix_account_unindexed", "id",
        sqlite_where=text("NOT indexable"), postgresql_where=text("NOT indexable"),
    ),
)  # fmt: skip

follow_request = Table(
    "follow_request",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),
    Column("reposts", Boolean, nullable=False, server_default="1"),
    Column("notify", Boolean, nullable=False, server_default="0"),
    Column("languages", Text),  # as subscription.languages
    Index("ix_follow_request_target", "target_id", "id"),
    sqlite_with_rowid=False,
)

block = Table(
    "block",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),
    Index("ix_block_account", "account_id", "id"),
    Index("ix_block_target", "target_id"),
    sqlite_with_rowid=False,
)

mute = Table(
    "mute",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),
    Column("notifications", Boolean, nullable=False, server_default="1"),
    Column("expires_at", Time),  # null: until it is undone
    Index("ix_mute_account", "account_id", "id"),
    sqlite_with_rowid=False,
)

account_note = Table(
    "account_note",  # what somebody notes about a colleague, for nobody else to read
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)

endorsement = Table(
    "endorsement",  # colleagues that somebody features on the profile: see featured/endorsements.py
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),
    Index("ix_endorsement_account", "account_id", "id"),
    sqlite_with_rowid=False,
)

dismissed_suggestion = Table(
    "dismissed_suggestion",  # whom somebody does not want to be proposed to follow
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("target_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
