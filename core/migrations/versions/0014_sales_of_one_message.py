"""sales that one message told are found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    several = sa.text("external_id LIKE '%:bulk:%'")
    op.create_index(
        "ix_documents_company_id_external_id",
        "documents",
        ["company_id", "external_id"],
        sqlite_where=several,
        postgresql_where=several,
        postgresql_ops={"external_id": "text_pattern_ops"},
    )
