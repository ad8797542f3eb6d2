"""Decisions and actions of groups."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("marked_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_decision"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_decision_group", "decision", ["group_id", "id"])
    op.create_table(
        "action",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_by", ID, nullable=False),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_action"),
    )
    op.create_index("ix_action_group", "action", ["group_id", "done_at", "due_on"])
    op.create_index("ix_action_assignee", "action", ["assignee_id", "done_at", "due_on"])
    op.create_index("ix_action_post", "action", ["post_id"])


def downgrade() -> None:
    raise NotImplementedError("OfficeTalk goes forward only: restore the backup that was made before")
