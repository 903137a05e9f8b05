"""topics, what cannot be delivered, what messages said last, and when somebody left."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outbox", "subscriptions", "received_files"):
        op.add_column(table, sa.Column("topic_id", sa.BigInteger()))
    ordered_by = sa.ForeignKey("people.id", name="fk_outbox_ordered_by")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("outbox", sa.Column("ordered_by", number, ordered_by), inline_references=True)
    op.add_column("subscriptions", sa.Column("chat_title", sa.String(length=255)))
    op.add_column("subscriptions", sa.Column("failed_at", sa.DateTime(timezone=True)))
    op.add_column("documents", sa.Column("told", sa.String(length=32)))
    op.add_column("receipts", sa.Column("told", sa.String(length=32)))
    op.add_column("people", sa.Column("left_at", sa.DateTime(timezone=True)))
