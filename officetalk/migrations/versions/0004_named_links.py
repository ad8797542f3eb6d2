"""Named links: /go/payroll."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("removed_at IS NULL")


def bytewise(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "golink",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("name", bytewise(64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("description", sa.String(length=200), server_default="", nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_golink"),
    )
    op.create_index(
        "uq_golink_name", "golink", ["name"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index("ix_golink_owner", "golink", ["owner_id", "id"])
    op.create_index("ix_golink_removed", "golink", ["removed_at"])
    op.create_table(
        "golink_day",
        sa.Column("link_id", ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "day", name="pk_golink_day"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_golink_day_day", "golink_day", ["day", "link_id", "clicks"])
    op.create_table(
        "golink_word",
        sa.Column("word", bytewise(64), nullable=False),
        sa.Column("link_id", ID, autoincrement=False, nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", "link_id", name="pk_golink_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_golink_word_link", "golink_word", ["link_id", "word", "weight"])
    op.create_table(
        "golink_piece",
        sa.Column("piece", bytewise(16), nullable=False),
        sa.Column("word", bytewise(64), nullable=False),
        sa.PrimaryKeyConstraint("piece", "word", name="pk_golink_piece"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("OfficeTalk goes forward only: restore the backup that was made before")
