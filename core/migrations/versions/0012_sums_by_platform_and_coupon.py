"""sums by platform and by coupon; what orders span is told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
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
    "orders",
)
OF_LINES = (
    "count(*)",
    "sum(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN quantity_e3 ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN amount_e4 ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN discount_e4 ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN coalesce(cost_e4, 0) ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN coalesce(amount_e4 - cost_e4, 0) ELSE 0 END)",
    "sum(CASE WHEN kind = 'return' THEN amount_e4 ELSE 0 END)",
    "sum(CASE WHEN kind = 'exchange' THEN amount_e4 ELSE 0 END)",
    "sum(CASE WHEN kind = 'guest' THEN amount_e4 ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN tax_e4 ELSE 0 END)",
    "sum(CASE WHEN kind = 'sale' THEN amount_e4 + tax_e4 + round_off_e4 ELSE 0 END)",
    "count(DISTINCT CASE WHEN kind = 'sale' THEN document_id END)",
)
MONTHS = {"sqlite": "substr(day, 1, 8) || '01'", "postgresql": "date_trunc('month', day)::date"}
# How a company is marked, and where the lines of one of its orders differ.
SPANS = {
    "has_spanning_orders": ("branch_id", "day"),
    "has_shared_orders": ("person_id",),
    "has_mixed_orders": ("coalesce(platform, '')", "coalesce(coupon, '')"),
}


def upgrade() -> None:
    month = MONTHS[op.get_bind().dialect.name]
    for word in ("platform", "coupon"):
        _create_table(word)
        keys = ("company_id", "branch_id", "person_id", word)
        op.execute(
            f"INSERT INTO rollup_{word}_month ({', '.join((*keys, 'day', *SUMS))}) "  # noqa: S608
            f"SELECT {', '.join((*keys, month, *OF_LINES))} FROM lines "
            f"WHERE superseded_at IS NULL AND {word} <> '' GROUP BY {', '.join((*keys, month))}"
        )
    for name in ("has_shared_orders", "has_mixed_orders"):
        op.add_column("companies", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    _mark_companies(op.get_bind())


def _create_table(word: str) -> None:
    table = f"rollup_{word}_month"
    op.create_table(
        table,
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(word, sa.String(length=50), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", "person_id", word, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def _mark_companies(tx: sa.Connection) -> None:
    """By the orders as they are: those a company had once, and has no more, are in no sum."""
    differs = {
        flag: f"CASE WHEN {' OR '.join(f'min({one}) <> max({one})' for one in columns)} THEN 1 ELSE 0 END"
        for flag, columns in SPANS.items()
    }
    spans = ", ".join(f"{case} AS {flag}" for flag, case in differs.items())
    orders = (
        f"SELECT company_id, {spans} FROM lines WHERE superseded_at IS NULL AND kind = 'sale' "  # noqa: S608
        "GROUP BY company_id, document_id"
    )
    found = tx.execute(
        sa.text(
            f"SELECT company_id, {', '.join(f'max({flag})' for flag in SPANS)} "  # noqa: S608
            f"FROM ({orders}) AS orders GROUP BY company_id"
        )
    ).all()
    flags = sa.table("companies", sa.column("id"), *(sa.column(flag, sa.Boolean) for flag in SPANS))
    for company_id, *marks in found:
        values = dict(zip(SPANS, map(bool, marks), strict=True))
        tx.execute(sa.update(flags).where(flags.c.id == company_id).values(**values))
