"""what products had cost and in which category they were when they were sold."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
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
# The rollups of products, and by what else each has its sums.
ROLLUPS = {"product_day": (), "product_month": (), "product_year": (), "branch_product_month": ("branch_id",)}
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_former_costs()
    _create_filings()
    _file_what_was_sold()
    for name, others in ROLLUPS.items():
        _file_rollup(f"rollup_{name}", others)


def _create_former_costs() -> None:
    op.create_table(
        "former_costs",
        sa.Column("company_id", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_former_costs_company_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_former_costs_product_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_former_costs_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_costs")),
    )
    op.create_index("ix_former_costs_company_id_product_id", "former_costs", ["company_id", "product_id"])


def _create_filings() -> None:
    op.create_table(
        "filings",
        sa.Column("company_id", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.Column("subcategory", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_filings_company_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_filings_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
    )
    op.create_index("ix_filings_company_id_product_id", "filings", ["company_id", "product_id"])
    for table in ("products", "lines"):
        op.add_column(table, sa.Column("filing_id", BIG, nullable=True))


def _file_what_was_sold() -> None:
    """As it is filed now: how it was before, nobody has kept."""
    op.execute(
        "INSERT INTO filings (company_id, product_id, category, subcategory) "
        "SELECT company_id, id, category, subcategory FROM products "
        "WHERE coalesce(category, '') <> '' OR coalesce(subcategory, '') <> '' ORDER BY id"
    )
    op.execute(
        "UPDATE products SET filing_id = (SELECT filings.id FROM filings "
        "WHERE filings.company_id = products.company_id AND filings.product_id = products.id)"
    )
    op.execute(
        "UPDATE lines SET filing_id = (SELECT products.filing_id FROM products WHERE products.id = lines.product_id) "
        "WHERE product_id IS NOT NULL"
    )


def _file_rollup(table: str, others: tuple[str, ...]) -> None:
    """The same rows, each in the one category its product is in; the table's own columns cannot be put in between."""
    op.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608
    op.drop_table(table)
    op.create_table(
        table,
        sa.Column("company_id", BIG, nullable=False),
        *(sa.Column(key, BIG, nullable=False) for key in (*others, "product_id", "filing_id")),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id")),
        sa.PrimaryKeyConstraint("company_id", *others, "day", "product_id", "filing_id", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    kept = ", ".join(f"kept.{name}" for name in ("company_id", *others, "product_id"))
    columns = ", ".join(("company_id", *others, "product_id", "filing_id", "day", *SUMS))
    sums = ", ".join(f"kept.{name}" for name in ("day", *SUMS))
    op.execute(
        f"INSERT INTO {table} ({columns}) "  # noqa: S608
        f"SELECT {kept}, coalesce(products.filing_id, 0), {sums} FROM kept_{table} AS kept "
        "LEFT JOIN products ON products.id = kept.product_id"
    )
    op.drop_table(f"kept_{table}")
