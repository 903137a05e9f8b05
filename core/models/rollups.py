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
    "tax_e4",
    "invoiced_e4",
)
ORDERS = "orders"
GRAINS = ("year", "month", "day")  # each one's stretches are made of whole stretches of the next


@dataclass(frozen=True, eq=False)
class Rollup:
    """Sums of the present lines by `keys` (columns of a line, NULL kept as 0) and by day, or first day of its grain.

    `rows` is how many of them one day, month or year makes in a large company (20 branches, 200 people, 2,000 products,
    20,000 customers, 10,000 lines a day): whoever plans a question reads the fewest. `counts_orders` only where every
    line of a document has the same keys: there a count of documents adds up.
    """

    name: str
    keys: tuple[str, ...]
    grain: str
    rows: int
    counts_orders: bool
    table: Table

    @property
    def sums(self) -> tuple[str, ...]:
        """The columns that are added to."""
        return (*SUMS, ORDERS) if self.counts_orders else SUMS


def _declare(name: str, keys: tuple[str, ...], grain: str, *, rows: int, counts_orders: bool = False) -> Rollup:
    """A branch leads, where it is a key: one branch is one stretch of the table, and all of them are a few."""
    sums = (*SUMS, ORDERS) if counts_orders else SUMS
    leading = ("branch_id",) if "branch_id" in keys else ()
    following = (key for key in keys if key not in leading)
    table = Table(
        f"rollup_{name}",
        metadata,
        Column("company_id", BigId, ForeignKey("companies.id"), nullable=False),
        *(Column(key, BigId, nullable=False) for key in keys),
        Column("day", Date, nullable=False),
        *(Column(sum_, BigInteger, nullable=False) for sum_ in sums),
        PrimaryKeyConstraint("company_id", *leading, "day", *following),
        sqlite_with_rowid=False,  # the table is its own index: half the writing, and neighbours are read together
    )
    return Rollup(name, keys, grain, rows, counts_orders, table)


ROLLUPS: tuple[Rollup, ...] = (
    _declare("branch_day", ("branch_id",), "day", rows=20, counts_orders=True),
    _declare("person_day", ("branch_id", "person_id"), "day", rows=200, counts_orders=True),
    _declare("person_month", ("branch_id", "person_id"), "month", rows=200, counts_orders=True),
    _declare("product_day", ("product_id",), "day", rows=1_500),
    _declare("product_month", ("product_id",), "month", rows=2_000),
    _declare("branch_product_month", ("branch_id", "product_id"), "month", rows=25_000),
    _declare("customer_day", ("branch_id", "customer_id"), "day", rows=2_500),
    _declare("customer_month", ("branch_id", "customer_id"), "month", rows=20_000),
    _declare("customer_year", ("customer_id",), "year", rows=20_000),
)
LINES_A_DAY = 10_000  # in the company the rows above are told of
