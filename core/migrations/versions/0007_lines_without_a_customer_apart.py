"""lines without a customer, apart from the sums of customers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SUMS = (
    "entries",
    "lines",
    "units_e3",
    "revenue_e4",
    "discount_e4",
    "cost_e4",
    "profit_e4",
    "returns_e4",
    "exchanges_e4",
    "guest_e4",
    "tax_e4",
    "invoiced_e4",
)
OF_CUSTOMERS = ("customer_day", "branch_customer_month", "customer_month", "customer_year")
# What counts the rows of another, and by which columns they belong together.
COUNTS = (
    ("branch_customers_month", "branch_customer_month", ("company_id", "branch_id", "day")),
    ("customers_month", "customer_month", ("company_id", "day")),
    ("customers_year", "customer_year", ("company_id", "day")),
)


def upgrade() -> None:
    op.create_table(
        "rollup_anonymous_day",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_anonymous_day_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", name=op.f("pk_rollup_anonymous_day")),
        sqlite_with_rowid=False,
    )
    columns = ", ".join(("company_id", "branch_id", "day", *SUMS))
    op.execute(
        f"INSERT INTO rollup_anonymous_day ({columns}) "  # noqa: S608
        f"SELECT {columns} FROM rollup_customer_day WHERE customer_id = 0"
    )
    for counts, counted, keys in COUNTS:
        same = " AND ".join(f"rollup_{counted}.{key} = rollup_{counts}.{key}" for key in keys)
        op.execute(
            f"UPDATE rollup_{counts} SET entries = entries - 1 WHERE EXISTS "  # noqa: S608
            f"(SELECT 1 FROM rollup_{counted} WHERE {same} AND customer_id = 0 AND rollup_{counted}.entries > 0)"
        )
    for name in OF_CUSTOMERS:
        op.execute(f"DELETE FROM rollup_{name} WHERE customer_id = 0")  # noqa: S608
