"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What the tables of SQLAlchemy cannot express: the full-text index of posts, and two indexes of people.
# The text is folded and split into tokens by search/words.py before it gets there, so that both databases find
# the same; their own tokenizers only have to leave it alone.
_BOTH = [
    "CREATE INDEX ix_account_last_active ON account (coalesce(last_post_at * 65536 + (id & 65535), id / 2))",
    "CREATE INDEX ix_account_here ON account (department) WHERE state = 'active'",  # counts departments
]

_SQLITE = [
    # `ascii` takes everything beyond ASCII for letters: what we separated by blanks stays as it is.
    # No column sizes: they serve ranking, and we order by time.
    "CREATE VIRTUAL TABLE post_search USING fts5(words, tokenize = 'ascii', columnsize = 0)",
    # The words that occur, for the prefix of a word as one types. FTS5 would gather all posts of a prefix
    # before it gives the first (6 ms of 100,000), and its own index of prefixes doubles the cost of a post.
    "CREATE TABLE post_word (word TEXT NOT NULL PRIMARY KEY, uses INTEGER NOT NULL) WITHOUT ROWID",
]

_POSTGRESQL = [
    "CREATE TABLE post_search (post_id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    # A long list of pending entries would be read by every search.
    "CREATE INDEX ix_post_search_words ON post_search USING gin (words) WITH (gin_pending_list_limit = 256)",
]


def bytewise(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.UniqueConstraint("token_hash", name="uq_access_token_token_hash"),
    )
    op.create_index("ix_access_token_account", "access_token", ["account_id", "id"])
    op.create_table(
        "account",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("username_key", sa.String(length=30), nullable=False),
        sa.Column("display_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("bio", sa.Text(), server_default="", nullable=False),
        sa.Column("job_title", sa.String(length=100), server_default="", nullable=False),
        sa.Column("department", sa.String(length=100), server_default="", nullable=False),
        sa.Column("location", sa.String(length=100), server_default="", nullable=False),
        sa.Column("manager_id", ID, nullable=True),
        sa.Column("pronouns", sa.String(length=40), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("fields", sa.Text(), server_default="[]", nullable=False),
        sa.Column("avatar", sa.String(length=64), nullable=True),
        sa.Column("header", sa.String(length=64), nullable=True),
        sa.Column("bot", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("locked", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("role", sa.String(length=16), server_default="member", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("posts_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("followers_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("following_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("mentions_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_post_at", sa.BigInteger(), nullable=True),
        sa.Column("preferences", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("username_key", name="uq_account_username_key"),
    )
    op.create_index("ix_account_department", "account", ["department", "id"])
    op.create_index("ix_account_manager", "account", ["manager_id"])
    op.create_table(
        "app",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_app"),
        sa.UniqueConstraint("client_id", name="uq_app_client_id"),
    )
    op.create_table(
        "authorization_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("challenge", sa.String(length=128), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("token_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_authorization_code"),
    )
    op.create_table(
        "block",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name="pk_block"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_block_account", "block", ["account_id", "id"])
    op.create_index("ix_block_target", "block", ["target_id"])
    op.create_table(
        "bookmark",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "post_id", name="pk_bookmark"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bookmark_account", "bookmark", ["account_id", "id"])
    op.create_index("ix_bookmark_post", "bookmark", ["post_id", "id"])
    op.create_table(
        "conversation_mute",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("conversation_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "conversation_id", name="pk_conversation_mute"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credential",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("invitation_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_credential"),
        sa.UniqueConstraint("email_key", name="uq_credential_email_key"),
    )
    op.create_table(
        "feed",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("last_post_id", ID, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
    )
    op.create_table(
        "feed_entry",
        sa.Column("feed_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("reply_to_account_id", ID, nullable=True),
        sa.Column("original_author_id", ID, nullable=True),
        sa.Column("has_media", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "post_id", name="pk_feed_entry"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feed_entry_post_id", "feed_entry", ["post_id"])
    op.create_table(
        "follow_request",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("reposts", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("notify", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name="pk_follow_request"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follow_request_target", "follow_request", ["target_id", "id"])
    op.create_table(
        "hashtag",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("key", bytewise(140), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hashtag"),
        sa.UniqueConstraint("key", name="uq_hashtag_key"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name="pk_idempotency_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    op.create_table(
        "invitation",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("code", name="uq_invitation_code"),
    )
    op.create_table(
        "job",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_due", "job", ["failed_at", "run_at"])
    op.create_table(
        "link",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("clicks", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("code", name="uq_link_code"),
        sa.UniqueConstraint("url_hash", name="uq_link_url_hash"),
    )
    op.create_index("ix_link_author", "link", ["author_id", "id"])
    op.create_table(
        "mail_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_mail_token"),
    )
    op.create_index("ix_mail_token_account", "mail_token", ["account_id"])
    op.create_table(
        "marker",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("timeline", sa.String(length=16), nullable=False),
        sa.Column("last_read_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "timeline", name="pk_marker"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mention",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("post_id", "account_id", name="pk_mention"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_account", "mention", ["account_id", "post_id"])
    op.create_table(
        "mute",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("notifications", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "target_id", name="pk_mute"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mute_account", "mute", ["account_id", "id"])
    op.create_table(
        "person_name",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", bytewise(64), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_person_name"),
    )
    op.create_index("ix_person_name_department", "person_name", ["department", "key", "account_id"])
    op.create_index("ix_person_name_key", "person_name", ["key", "account_id"])
    op.create_table(
        "person_piece",
        sa.Column("piece", bytewise(16), nullable=False),
        sa.Column("word", bytewise(64), nullable=False),
        sa.PrimaryKeyConstraint("piece", "word", name="pk_person_piece"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person_word",
        sa.Column("weight", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("word", bytewise(64), nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("weight", "word", "account_id", name="pk_person_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_word_account", "person_word", ["account_id", "word", "weight"])
    op.create_table(
        "pin",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "post_id", name="pk_pin"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pin_account", "pin", ["account_id", "id"])
    op.create_index("ix_pin_post", "pin", ["post_id", "id"])
    op.create_table(
        "post",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("audience_of", ID, nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("spoiler", sa.Text(), server_default="", nullable=False),
        sa.Column("sensitive", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("parent_author_id", ID, nullable=True),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("repost_of_id", ID, nullable=True),
        sa.Column("app_id", ID, nullable=True),
        sa.Column("recognised", sa.Text(), server_default="{}", nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("comments_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reposts_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("likes_count", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
    )
    op.create_index("ix_post_author", "post", ["author_id", "id"])
    op.create_index("ix_post_conversation", "post", ["conversation_id", "id"])
    op.create_index("ix_post_repost", "post", ["repost_of_id", "author_id"])
    op.create_table(
        "post_like",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "post_id", name="pk_post_like"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_post_like_account", "post_like", ["account_id", "id"])
    op.create_index("ix_post_like_post", "post_like", ["post_id", "id"])
    op.create_table(
        "post_version",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spoiler", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("recognised", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "revision", name="pk_post_version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "session",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), server_default="", nullable=False),
        sa.Column("address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_account", "session", ["account_id", "id"])
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "subscription",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("feed_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reposts", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("notify", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "feed_id", name="pk_subscription"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subscription_account", "subscription", ["account_id", "kind", "id"])
    op.create_index("ix_subscription_feed", "subscription", ["feed_id", "kind", "id"])
    connection = op.get_bind()
    for statement in _BOTH + (_SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL):
        connection.execute(text(statement))
    # The company's own feed.
    connection.execute(text("INSERT INTO feed (id, kind, last_post_id) VALUES (1, 'company', 0)"))


def downgrade() -> None:
    raise NotImplementedError("OfficeTalk goes forward only: restore the backup that was made before")
