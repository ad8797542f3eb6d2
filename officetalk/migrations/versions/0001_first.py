"""The first schema: everything that the tables declare."""

from alembic import op
from sqlalchemy import text

from officetalk.feeds.tables import COMPANY_FEED
from officetalk.search import schema as search
from officetalk.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    for statement in search.statements(connection.dialect.name):
        connection.execute(text(statement))
    connection.execute(
        text("INSERT INTO feed (id, kind, last_post_id) VALUES (:id, 'company', 0)"), {"id": COMPANY_FEED}
    )


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first version")
