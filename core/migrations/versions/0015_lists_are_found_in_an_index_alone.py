"""lists of all, of a branch and of a person are found in an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ordered = ["day", "sold_at", "document_id"]
    op.create_index("ix_lines_of_company", "lines", ["company_id", *ordered, "kind", "superseded_at"])
    op.drop_index("ix_lines_company_id_day_sold_at", "lines")
    present = sa.text("superseded_at IS NULL")
    for owner in ("branch", "person"):
        op.create_index(
            f"ix_lines_of_{owner}",
            "lines",
            ["company_id", f"{owner}_id", *ordered],
            sqlite_where=present,
            postgresql_where=present,
        )
        op.drop_index(f"ix_lines_company_id_{owner}_id_day", "lines")
