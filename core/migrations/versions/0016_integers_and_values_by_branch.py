"""what was ever said in which branch; and on SQLite, as at the end of every upgrade, a check of all integers."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

DIMENSIONS = ("currency", "platform", "coupon", "source", "ledger_group", "region", "country", "pincode")


def upgrade() -> None:
    op.drop_table("known_values")
    op.create_table(
        "known_values",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_known_values_company_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_known_values_branch_id")),
        sa.PrimaryKeyConstraint("company_id", "dimension", "branch_id", "value", name=op.f("pk_known_values")),
        sqlite_with_rowid=False,
    )
    for name in DIMENSIONS:
        used = f"SELECT DISTINCT company_id, '{name}', branch_id, {name} FROM lines WHERE {name} IS NOT NULL"  # noqa: S608
        op.execute(f"INSERT INTO known_values (company_id, dimension, branch_id, value) {used}")
