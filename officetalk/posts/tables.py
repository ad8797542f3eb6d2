"""The tables of posts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from officetalk.core.sql import Bytewise, Id, Time, metadata

post = Table(
    "post",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False, server_default="1"),  # counts edits
    Column("author_id", Id, nullable=False),
    Column("audience", String(16), nullable=False),  # company | quiet | followers | group | direct
    # Whose followers may read it when audience is `followers`, which group's members when it is `group`. A comment inherits its thread's, so that
    # it reaches nobody who could not read what it answers.
    Column("audience_of", Id, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("spoiler", Text, nullable=False, server_default=""),
    Column("sensitive", Boolean, nullable=False, server_default="0"),
    Column("language", String(16), nullable=False, server_default=""),
    Column("parent_id", Id),
    Column("parent_author_id", Id),
    Column("conversation_id", Id, nullable=False),  # id of the thread's first post
    Column("repost_of_id", Id),
    Column("app_id", Id),  # the client that sent it; null: the web pages
    # What was recognised in the text when it was written: JSON of entities.Recognised.
    Column("recognised", Text, nullable=False, server_default="{}"),
    Column("edited_at", Time),
    # What hangs on it: JSON of entities.Attached. Counts of a poll's votes change without a new revision:
    # JSON [voters, votes for the first option, …]; null where there is no poll.
    Column("attached", Text, nullable=False, server_default="{}"),
    Column("tally", Text),
    Column("quote_of_id", Id),
    Column("quote_state", String(16), nullable=False, server_default=""),  # see entities.QuoteState
    Column("quote_policy", String(16), nullable=False, server_default="nobody"),  # see entities.QuotePolicy
    # A deleted post keeps its row, emptied, so that its comments keep their place in the thread.
    Column("deleted_at", Time),
    # Comments, reposts and quotes that the whole company can see; likes of anybody.
    Column("comments_count", Integer, nullable=False, server_default="0"),
    Column("reposts_count", Integer, nullable=False, server_default="0"),
    Column("likes_count", Integer, nullable=False, server_default="0"),
    Column("quotes_count", Integer, nullable=False, server_default="0"),
    Index("ix_post_quote", "quote_of_id", "id"),
    Index("ix_post_conversation", "conversation_id", "id"),
    Index("ix_post_repost", "repost_of_id", "author_id"),
    Index("ix_post_author", "author_id", "id"),
)

post_version = Table(
    "post_version",  # what a post said before an edit
    metadata,
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("spoiler", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("recognised", Text, nullable=False),
    Column("attached", Text, nullable=False, server_default="{}"),
    Column("created_at", Time, nullable=False),
    sqlite_with_rowid=False,
)

mention = Table(
    "mention",
    metadata,
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Index("ix_mention_account", "account_id", "post_id"),
    sqlite_with_rowid=False,
)

hashtag = Table(
    "hashtag",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # also the id of its feed
    Column("key", Bytewise(140), nullable=False, unique=True),  # folded: see text.hashtag_key
    Column("name", String(140), nullable=False),  # as first written
)


def _marks(name: str) -> Table:
    """One row for each person and post; `id` says when and is the cursor of the lists."""
    return Table(
        name,
        metadata,
        Column("account_id", Id, primary_key=True, autoincrement=False),
        Column("post_id", Id, primary_key=True, autoincrement=False),
        Column("id", Id, nullable=False),
        Index(f"ix_{name}_account", "account_id", "id"),
        Index(f"ix_{name}_post", "post_id", "id"),
        sqlite_with_rowid=False,
    )


like = _marks("post_like")
bookmark = _marks("bookmark")
pin = _marks("pin")

conversation_mute = Table(
    "conversation_mute",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("conversation_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("key", String(255), primary_key=True),
    Column("post_id", Id, nullable=False),
    Column("created_at", Time, nullable=False),
    Index("ix_idempotency_key_created_at", "created_at"),
    sqlite_with_rowid=False,
)

poll_vote = Table(
    "poll_vote",  # what one person chose in a poll; the poll itself is part of its post
    metadata,
    Column("post_id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, primary_key=True, autoincrement=False),
    Column("choices", String(64), nullable=False),  # JSON [index, …]
    Column("created_at", Time, nullable=False),
    Index("ix_poll_vote_account", "account_id"),
    sqlite_with_rowid=False,
)

scheduled_post = Table(
    "scheduled_post",  # what is to be said later
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    Column("run_at", Time, nullable=False),
    Column("draft", Text, nullable=False),  # JSON of entities.Draft
    Column("error", Text),  # why it could not be said when its time had come
    Index("ix_scheduled_post_account", "account_id", "id"),
)
