"""notices on a subject are found among those that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("subject IS NOT NULL AND delivered_at IS NULL AND dropped_at IS NULL")
    op.create_index(
        "ix_outbox_company_id_subject",
        "outbox",
        ["company_id", "subject"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
