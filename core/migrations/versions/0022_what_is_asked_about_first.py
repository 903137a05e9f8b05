"""what is asked about first."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("companies", sa.Column("asks_above", sa.Integer(), server_default="10", nullable=True))
