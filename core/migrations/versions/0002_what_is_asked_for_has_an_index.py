"""what is asked for has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("ix_documents_company_id_original_id", "documents", ["company_id", "original_id"], "original_id IS NOT NULL")
    _index("ix_revisions_company_id_person_id", "revisions", ["company_id", "person_id", "document_id"], "number = 1")
    _index("ix_lines_company_id_branch_id_day", "lines", ["company_id", "branch_id", "day"], "superseded_at IS NULL")
    op.drop_index("ix_lines_company_id_person_id_day", "lines")
    _index("ix_lines_company_id_person_id_day", "lines", ["company_id", "person_id", "day"], "superseded_at IS NULL")
    op.drop_index("ix_goals_company_id_start_day", "goals")
    _index("ix_goals_company_id_branch_id_end_day", "goals", ["company_id", "branch_id", "end_day"])
    op.drop_index("ix_stock_moves_company_id_product_id", "stock_moves")
    op.drop_index("ix_requests_company_id_asked_at", "requests")


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
