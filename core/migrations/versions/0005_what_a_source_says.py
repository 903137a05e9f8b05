"""a revision says whether it is a person's or its source's, an import which goals it met."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("goals_met", sa.JSON(), nullable=True))
    op.add_column("revisions", sa.Column("by_source", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Until now a revision was known as Tally's by the end of its reason.
    op.execute(
        "UPDATE revisions SET by_source = true WHERE reason LIKE '% in Tally' AND EXISTS ("
        "SELECT 1 FROM documents WHERE documents.id = revisions.document_id AND documents.source LIKE 'import:%')"
    )
