"""what somebody sold last is found by it, and a file by when it came."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    present = sa.text("superseded_at IS NULL AND kind = 'sale'")
    op.create_index(
        "ix_lines_sold_by_person",
        "lines",
        ["company_id", "person_id", "document_id"],
        sqlite_where=present,
        postgresql_where=present,
    )
    op.create_index("ix_received_files_company_id_received_at", "received_files", ["company_id", "received_at"])
