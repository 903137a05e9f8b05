"""lists of a branch and of a person are found in an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    present = sa.text("superseded_at IS NULL")
    for owner in ("branch", "person"):
        op.create_index(
            f"ix_lines_of_{owner}",
            "lines",
            ["company_id", f"{owner}_id", "day", "sold_at", "document_id"],
            sqlite_where=present,
            postgresql_where=present,
        )
        op.drop_index(f"ix_lines_company_id_{owner}_id_day", "lines")
