"""Rollups: sums kept beside the lines, few dimensions each. One rule: one entry of `ROLLUPS` is one table."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Date, ForeignKey, PrimaryKeyConstraint, Table

from core.models.columns import BigId, metadata

# What every rollup sums, named as the measured measures of core.metrics name them. `entries` counts lines of any kind:
# where it is zero, nothing is left and the row stands for nothing.
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
)
ORDERS = "orders"


@dataclass(frozen=True)
class Rollup:
    """Sums of the present lines by `keys` (columns of a line, NULL kept as 0) and by day or first day of month.

    `counts_orders` only where every line of a document has the same keys: there a count of documents adds up.
    """

    name: str
    keys: tuple[str, ...]
    grain: str  # "day" or "month"
    counts_orders: bool
    table: Table

    @property
    def sums(self) -> tuple[str, ...]:
        """The columns that are added to."""
        return (*SUMS, ORDERS) if self.counts_orders else SUMS


def _declare(name: str, keys: tuple[str, ...], grain: str, *, counts_orders: bool) -> Rollup:
    sums = (*SUMS, ORDERS) if counts_orders else SUMS
    table = Table(
        f"rollup_{name}",
        metadata,
        Column("company_id", BigId, ForeignKey("companies.id"), nullable=False),
        *(Column(key, BigId, nullable=False) for key in keys),
        Column("day", Date, nullable=False),
        *(Column(sum_, BigInteger, nullable=False) for sum_ in sums),
        PrimaryKeyConstraint("company_id", keys[0], "day", *keys[1:]),
    )
    return Rollup(name, keys, grain, counts_orders, table)


ROLLUPS: tuple[Rollup, ...] = (
    _declare("person_day", ("branch_id", "person_id"), "day", counts_orders=True),
    _declare("product_month", ("branch_id", "product_id"), "month", counts_orders=False),
    _declare("customer_month", ("branch_id", "customer_id"), "month", counts_orders=False),
)
