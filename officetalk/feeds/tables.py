"""The tables of feeds: see docs/architecture.md, "The one idea".

A post is written once and entered into the feeds it belongs to. A feed's id is the id of what it is the
feed of (an account, a hashtag, a group); the company's own feed has the id COMPANY_FEED.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, text

from officetalk.core.sql import Id, metadata

COMPANY_FEED = 1

feed = Table(
    "feed",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # account | company | hashtag | group
    # Newest entry, kept in the transaction of each post and set back on deletion; 0 when there is none.
    Column("last_post_id", Id, nullable=False, server_default="0"),
)

feed_entry = Table(
    "feed_entry",
    metadata,
    Column("feed_id", Id, primary_key=True, autoincrement=False),
    Column("post_id", Id, primary_key=True, autoincrement=False),
    # What filters of a timeline need, so that they are decided before the post itself is read.
    Column("author_id", Id, nullable=False),
    Column("reply_to_account_id", Id),  # author of the parent; null when it is no comment
    Column("original_author_id", Id),  # author of what is reposted; null when it is no repost
    Column("has_media", Boolean, nullable=False, server_default="0"),
    Index("ix_feed_entry_post_id", "post_id"),
    sqlite_with_rowid=False,
)

subscription = Table(
    "subscription",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("feed_id", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),  # when: the cursor of followers and following
    Column("kind", String(16), nullable=False),  # self | account | hashtag | group
    Column("reposts", Boolean, nullable=False, server_default="1"),  # show reposts of this colleague
    Column("notify", Boolean, nullable=False, server_default="0"),
    # Left out at home: the colleague is on an exclusive list of the account's (see lists/rules.py).
    Column("hidden", Boolean, nullable=False, server_default="0"),
    # Only posts in these languages come (and those without one): ",de,en,"; null: all. See languages_text.
    Column("languages", Text),
    Index("ix_subscription_feed", "feed_id", "kind", "id"),
    Index("ix_subscription_account", "account_id", "kind", "id"),
    # The few who want to be told of every post.
    Index(
        "ix_subscription_bell", "feed_id", "account_id",
        sqlite_where=text("notify"), postgresql_where=text("notify"),
    ),
    sqlite_with_rowid=False,
)  # fmt: skip
