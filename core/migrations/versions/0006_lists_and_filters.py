"""lists walk indexes; what plain dimensions were ever called has a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DIMENSIONS = ("currency", "platform", "coupon", "source", "ledger_group", "region", "country", "pincode")


def upgrade() -> None:
    op.create_table(
        "known_values",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_known_values_company_id")),
        sa.PrimaryKeyConstraint("company_id", "dimension", "value", name=op.f("pk_known_values")),
        sqlite_with_rowid=False,
    )
    for name in DIMENSIONS:
        used = f"SELECT DISTINCT company_id, '{name}', {name} FROM lines WHERE {name} IS NOT NULL"  # noqa: S608
        op.execute(f"INSERT INTO known_values (company_id, dimension, value) {used}")
    op.drop_index("ix_lines_company_id_day", "lines")
    op.create_index("ix_lines_company_id_day_sold_at", "lines", ["company_id", "day", "sold_at"])
    present = sa.text("superseded_at IS NULL")
    for name in ("product_id", "customer_id"):
        columns = ["company_id", name, "day"]
        op.create_index(
            f"ix_lines_{'_'.join(columns)}", "lines", columns, sqlite_where=present, postgresql_where=present
        )
