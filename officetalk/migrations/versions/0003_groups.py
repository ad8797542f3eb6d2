"""Groups."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "talk_group",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("board", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_talk_group"),
    )
    op.create_index(
        "ix_talk_group_open", "talk_group", ["id"],
        sqlite_where=sa.text("kind = 'open'"), postgresql_where=sa.text("kind = 'open'"),
    )  # fmt: skip
    op.create_table(
        "group_role",
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "account_id", name="pk_group_role"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_group_role_account", "group_role", ["account_id"])
    op.create_table(
        "group_invitation",
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("inviter_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "account_id", name="pk_group_invitation"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_group_invitation_account", "group_invitation", ["account_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("OfficeTalk goes forward only: restore the backup that was made before")
