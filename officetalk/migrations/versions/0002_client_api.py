"""The whole client API: media, polls, quotes, scheduled posts, notifications, push, lists, filters,
conversations, announcements, emoji, reports, collections, trends."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_BACKFILL = [
    """
    INSERT INTO conversation_post (account_id, post_id, root_id, cleared)
    SELECT author_id, id, conversation_id, false FROM post WHERE audience = 'direct' AND deleted_at IS NULL
    UNION SELECT mention.account_id, post.id, post.conversation_id, false
    FROM mention JOIN post ON post.id = mention.post_id
    WHERE post.audience = 'direct' AND post.deleted_at IS NULL
    """,
    """
    INSERT INTO conversation (id, account_id, root_id, last_post_id, unread)
    SELECT row_number() OVER (ORDER BY account_id, root_id), account_id, root_id, max(post_id), false
    FROM conversation_post GROUP BY account_id, root_id
    """,
]
_LINKS = {
    "sqlite": """
    INSERT INTO link_post (link_id, post_id)
    SELECT DISTINCT link.id, post.id FROM post, json_each(post.recognised, '$.links') AS found
    JOIN link ON link.code = json_extract(found.value, '$[1]')
    WHERE post.audience = 'company' AND post.deleted_at IS NULL
    """,
    "postgresql": """
    INSERT INTO link_post (link_id, post_id)
    SELECT DISTINCT link.id, post.id
    FROM post CROSS JOIN LATERAL json_array_elements(CAST(post.recognised AS json)->'links') AS found(value)
    JOIN link ON link.code = found.value->>1
    WHERE post.audience = 'company' AND post.deleted_at IS NULL
    """,
}


def bytewise(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "account_note",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name="pk_account_note"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "announcement",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("all_day", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("recognised", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
    )
    op.create_index("ix_announcement_published", "announcement", ["published_at"])
    op.create_table(
        "announcement_reaction",
        sa.Column("announcement_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", bytewise(64), nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "name", "account_id", name="pk_announcement_reaction"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_announcement_reaction_account", "announcement_reaction", ["account_id"])
    op.create_table(
        "announcement_read",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("announcement_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "announcement_id", name="pk_announcement_read"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attachment",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=64), server_default="", nullable=False),
        sa.Column("preview", sa.String(length=64), server_default="", nullable=False),
        sa.Column("source", sa.String(length=64), server_default="", nullable=False),
        sa.Column("format", sa.String(length=32), server_default="", nullable=False),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("preview_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("preview_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duration", sa.Float(), server_default="0", nullable=False),
        sa.Column("frame_rate", sa.String(length=32), server_default="", nullable=False),
        sa.Column("bitrate", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("focus_x", sa.Float(), server_default="0", nullable=False),
        sa.Column("focus_y", sa.Float(), server_default="0", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("blurhash", sa.String(length=128), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("free_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_account", "attachment", ["account_id", "id"])
    op.create_index("ix_attachment_post", "attachment", ["post_id"])
    op.create_table(
        "card_wait",
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("url_hash", "post_id", name="pk_card_wait"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_wait_post", "card_wait", ["post_id"])
    op.create_table(
        "collection",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=100), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("tag", sa.String(length=140), server_default="", nullable=False),
        sa.Column("sensitive", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("discoverable", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection"),
    )
    op.create_index("ix_collection_account", "collection", ["account_id", "id"])
    op.create_table(
        "collection_item",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("collection_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection_item"),
    )
    op.create_index("ix_collection_item_account", "collection_item", ["account_id", "collection_id"])
    op.create_index(
        "ix_collection_item_collection", "collection_item", ["collection_id", "account_id"], unique=True
    )
    op.create_table(
        "conversation",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("root_id", ID, nullable=False),
        sa.Column("last_post_id", ID, nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint("root_id", "account_id", name="uq_conversation_root_id_account_id"),
    )
    op.create_index("ix_conversation_account", "conversation", ["account_id", "last_post_id"])
    op.create_table(
        "conversation_post",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("root_id", ID, nullable=False),
        sa.Column("cleared", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "post_id", name="pk_conversation_post"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_conversation_post_post", "conversation_post", ["post_id"])
    op.create_index("ix_conversation_post_thread", "conversation_post", ["account_id", "root_id", "post_id"])
    op.create_table(
        "dismissed_suggestion",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name="pk_dismissed_suggestion"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "emoji",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("shortcode", bytewise(64), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("static_file", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=100), server_default="", nullable=False),
        sa.Column("in_picker", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_emoji"),
        sa.UniqueConstraint("shortcode", name="uq_emoji_shortcode"),
    )
    op.create_table(
        "endorsement",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name="pk_endorsement"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_endorsement_account", "endorsement", ["account_id", "id"])
    op.create_table(
        "featured_tag",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("hashtag_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "hashtag_id", name="pk_featured_tag"),
        sa.UniqueConstraint("id", name="uq_featured_tag_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filter_keyword",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("filter_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("keyword", sa.String(length=512), nullable=False),
        sa.Column("whole_word", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filter_keyword"),
    )
    op.create_index("ix_filter_keyword_account", "filter_keyword", ["account_id", "id"])
    op.create_index("ix_filter_keyword_filter", "filter_keyword", ["filter_id"])
    op.create_table(
        "filter_status",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("filter_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filter_status"),
        sa.UniqueConstraint("filter_id", "post_id", name="uq_filter_status_filter_id_post_id"),
    )
    op.create_index("ix_filter_status_account", "filter_status", ["account_id", "id"])
    op.create_index("ix_filter_status_post", "filter_status", ["post_id"])
    op.create_table(
        "link_card",
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), server_default="", nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("busy_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("url_hash", name="pk_link_card"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_post",
        sa.Column("link_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("link_id", "post_id", name="pk_link_post"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_post_post", "link_post", ["post_id"])
    op.create_table(
        "list_member",
        sa.Column("list_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "account_id", name="pk_list_member"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_list_member_list", "list_member", ["list_id", "id"])
    op.create_index("ix_list_member_owner", "list_member", ["owner_id", "account_id"])
    op.create_table(
        "moderation_log",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("target_kind", sa.String(length=16), nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("warned", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_log"),
    )
    op.create_index("ix_moderation_log_account", "moderation_log", ["account_id", "id"])
    op.create_index("ix_moderation_log_report", "moderation_log", ["report_id", "id"])
    op.create_table(
        "notification",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("subject_id", ID, server_default="0", nullable=False),
        sa.Column("cause_id", ID, nullable=True),
        sa.Column("group_key", bytewise(64), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
    )
    op.create_index("ix_notification_account", "notification", ["account_id", "id"])
    op.create_index("ix_notification_actor", "notification", ["account_id", "actor_id", "id"])
    op.create_index(
        "ix_notification_group",
        "notification",
        ["account_id", "group_key", "id"],
        unique=False,
        sqlite_where=sa.text("group_key IS NOT NULL"),
        postgresql_where=sa.text("group_key IS NOT NULL"),
    )
    op.create_index("ix_notification_kind", "notification", ["account_id", "kind", "id"])
    op.create_index(
        "uq_notification_subject",
        "notification",
        ["subject_id", "kind", "account_id", "actor_id"],
        unique=True,
    )
    op.create_table(
        "notification_permission",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("actor_id", ID, autoincrement=False, nullable=False),
        sa.Column("merged", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "actor_id", name="pk_notification_permission"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notification_policy",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("not_following", sa.String(length=8), nullable=False),
        sa.Column("not_followers", sa.String(length=8), nullable=False),
        sa.Column("new_accounts", sa.String(length=8), nullable=False),
        sa.Column("private_mentions", sa.String(length=8), nullable=False),
        sa.Column("limited_accounts", sa.String(length=8), nullable=False),
        sa.Column("unwanted", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_notification_policy"),
    )
    op.create_table(
        "notification_request",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("actor_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "actor_id", name="pk_notification_request"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notification_request_account", "notification_request", ["account_id", "id"])
    op.create_table(
        "people_list",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("title", sa.String(length=256), nullable=False),
        sa.Column("replies_policy", sa.String(length=16), nullable=False),
        sa.Column("exclusive", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_list"),
    )
    op.create_index("ix_people_list_account", "people_list", ["account_id", "id"])
    op.create_table(
        "poll_vote",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("choices", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "account_id", name="pk_poll_vote"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_vote_account", "poll_vote", ["account_id"])
    op.create_table(
        "post_filter",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("title", sa.String(length=256), nullable=False),
        sa.Column("contexts", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_post_filter"),
    )
    op.create_index("ix_post_filter_account", "post_filter", ["account_id", "id"])
    op.create_table(
        "push_subscription",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("token_id", ID, nullable=True),
        sa.Column("session_id", ID, nullable=True),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=32), nullable=False),
        sa.Column("standard", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("alerts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("policy", sa.String(length=16), server_default="all", nullable=False),
        sa.Column("access_token", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_subscription"),
        sa.UniqueConstraint("session_id", name="uq_push_subscription_session_id"),
        sa.UniqueConstraint("token_id", name="uq_push_subscription_token_id"),
    )
    op.create_index("ix_push_subscription_account", "push_subscription", ["account_id"])
    op.create_table(
        "report",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("rule_ids", sa.Text(), server_default="[]", nullable=False),
        sa.Column("assigned_id", ID, nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_account", "report", ["account_id", "id"])
    op.create_index("ix_report_open", "report", ["resolved_at", "id"])
    op.create_index("ix_report_target", "report", ["target_id", "id"])
    op.create_table(
        "report_post",
        sa.Column("report_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spoiler", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("has_media", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("report_id", "post_id", name="pk_report_post"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_report_post_post", "report_post", ["post_id"])
    op.create_table(
        "scheduled_post",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_scheduled_post"),
    )
    op.create_index("ix_scheduled_post_account", "scheduled_post", ["account_id", "id"])
    op.create_table(
        "suspension",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("state_before", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deletion_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_suspension"),
    )
    op.create_table(
        "trend",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item_id", ID, autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "item_id", name="pk_trend"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trend_rank", "trend", ["kind", "rank"])
    op.create_table(
        "trend_day",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item_id", ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "item_id", "day", name="pk_trend_day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trend_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trend_state"),
    )
    op.add_column("access_token", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    op.add_column("access_token", sa.Column("refresh_hash", sa.String(length=64), nullable=True))
    op.add_column("access_token", sa.Column("spent_hash", sa.String(length=64), nullable=True))
    op.create_index("ix_access_token_refresh", "access_token", ["refresh_hash"], unique=True)
    op.create_index("ix_access_token_spent", "access_token", ["spent_hash"], unique=True)
    op.add_column("account", sa.Column("silenced", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("account", sa.Column("sensitized", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("account", sa.Column("display", sa.Text(), server_default="{}", nullable=False))
    op.add_column("account", sa.Column("discoverable", sa.Boolean(), server_default="1", nullable=False))
    op.add_column("account", sa.Column("indexable", sa.Boolean(), server_default="1", nullable=False))
    op.create_index(
        "ix_account_silenced",
        "account",
        ["id"],
        unique=False,
        sqlite_where=sa.text("silenced"),
        postgresql_where=sa.text("silenced"),
    )
    op.create_index(
        "ix_account_suspended",
        "account",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'suspended'"),
        postgresql_where=sa.text("state = 'suspended'"),
    )
    op.create_index(
        "ix_account_unindexed",
        "account",
        ["id"],
        unique=False,
        sqlite_where=sa.text("NOT indexable"),
        postgresql_where=sa.text("NOT indexable"),
    )
    op.add_column("credential", sa.Column("app_id", ID, nullable=True))
    op.add_column("follow_request", sa.Column("languages", sa.Text(), nullable=True))
    op.add_column("post", sa.Column("attached", sa.Text(), server_default="{}", nullable=False))
    op.add_column("post", sa.Column("tally", sa.Text(), nullable=True))
    op.add_column("post", sa.Column("quote_of_id", ID, nullable=True))
    op.add_column("post", sa.Column("quote_state", sa.String(length=16), server_default="", nullable=False))
    op.add_column(
        "post", sa.Column("quote_policy", sa.String(length=16), server_default="nobody", nullable=False)
    )
    op.add_column("post", sa.Column("quotes_count", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_post_quote", "post", ["quote_of_id", "id"])
    op.add_column("post_version", sa.Column("attached", sa.Text(), server_default="{}", nullable=False))
    op.add_column("subscription", sa.Column("hidden", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("subscription", sa.Column("languages", sa.Text(), nullable=True))
    op.create_index(
        "ix_subscription_bell",
        "subscription",
        ["feed_id", "account_id"],
        unique=False,
        sqlite_where=sa.text("notify"),
        postgresql_where=sa.text("notify"),
    )

    # Direct conversations and links of what was posted before.
    connection = op.get_bind()
    for statement in _BACKFILL:
        connection.execute(sa.text(statement))
    connection.execute(sa.text(_LINKS[connection.dialect.name]))


def downgrade() -> None:
    raise NotImplementedError("OfficeTalk goes forward only: restore the backup that was made before")
