"""what is looked up has an index: what is no sale, notices on a subject, customers by name."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index(
        "ix_lines_company_id_kind",
        "lines",
        ["company_id", "kind", "branch_id", "day", "document_id"],
        "superseded_at IS NULL AND kind <> 'sale'",
    )


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
