"""Rollups: sums kept beside the lines, few dimensions each. One rule: one entry of `ROLLUPS` is one table."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, PrimaryKeyConstraint, String, Table

from core.models.columns import BigId, metadata

# What every rollup sums, named as the measured measures of core.metrics name them. `entries` counts lines of any kind:
# where it is zero, nothing is left and the row stands for nothing.
ENTRIES = "entries"
SUMS = (
    ENTRIES,
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
ORDERS, CUSTOMERS = "orders", "customers"
WORDS = ("platform", "coupon")
FILED = ("product_id", "filing_id")  # a product in the category it was sold in
GRAINS = ("year", "month", "day")  # each one's stretches are made of whole stretches of the next
DAYS_IN = {"day": 1, "month": 30.4, "year": 365.2}


@dataclass(frozen=True, eq=False)
class Rollup:
    """Sums of the present lines by `keys` (columns of a line, NULL kept as 0) and by day, or first day of its grain.

    `rows` is how many of them one day, month or year makes in a large company (20 branches, 200 people, 2,000 products,
    20,000 customers, 10,000 lines a day): whoever plans a question reads the fewest. `sums` are the columns added to.
    Orders are kept only where every line of a document has the same keys: there a count of documents adds up.

    `counts` is the rollup of customers whose rows this one counts, by its keys but the customer's: those with any line
    (`entries`), and those with a sale (`customers`). Such a count never adds up; it is read as it is.

    A rollup of customers leaves out the lines without one, so that most sales of a company do not all update one row of
    it: `rest` is the rollup that has them. That one `is_rest`, and answers no question by itself.

    A rollup by a word that few sales have leaves out the lines without one: `word` is its column. What is left of
    `whole`, by the same keys but the word, is theirs.
    """

    name: str
    keys: tuple[str, ...]
    grain: str
    rows: int
    sums: tuple[str, ...]
    table: Table
    counts: "Rollup | None" = None
    rest: "Rollup | None" = None
    is_rest: bool = False
    word: str | None = None
    whole: "Rollup | None" = None

    @property
    def sifted_by(self) -> str | None:
        """The column that decides whether a line is summed here; None where every line is."""
        return "customer_id" if self.is_rest or self.rest is not None else self.word

    def takes_in(self, value: Any) -> bool:
        """Whether lines with that value (none: None or 0) of the column it is `sifted_by` are summed here."""
        return bool(value) is not self.is_rest


def _declare(
    name: str,
    keys: tuple[str, ...],
    grain: str,
    *,
    rows: int,
    sums: tuple[str, ...] = SUMS,
    counts: Rollup | None = None,
    rest: Rollup | None = None,
    is_rest: bool = False,
    whole: Rollup | None = None,
) -> Rollup:
    """A branch leads, where it is a key: one branch is one stretch of the table, and all of them are a few."""
    word = next((key for key in keys if key in WORDS), None)
    leading = ("branch_id",) if "branch_id" in keys else ()
    following = (key for key in keys if key not in leading)
    table = Table(
        f"rollup_{name}",
        metadata,
        Column("company_id", BigId, ForeignKey("companies.id"), nullable=False),
        *(Column(key, String(50) if key == word else BigId, nullable=False) for key in keys),
        Column("day", Date, nullable=False),
        *(Column(sum_, BigInteger, nullable=False) for sum_ in sums),
        PrimaryKeyConstraint("company_id", *leading, "day", *following),
        sqlite_with_rowid=False,  # the table is its own index: half the writing, and neighbours are read together
    )
    return Rollup(name, keys, grain, rows, sums, table, counts, rest, is_rest, word, whole)


def _count(name: str, counted: Rollup, *, rows: int) -> Rollup:
    keys = tuple(key for key in counted.keys if key != "customer_id")
    sums = (ENTRIES, CUSTOMERS)
    return _declare(name, keys, counted.grain, rows=rows, sums=sums, counts=counted, rest=counted.rest)


_WITH_ORDERS = (*SUMS, ORDERS)
_ANONYMOUS_DAY = _declare("anonymous_day", ("branch_id",), "day", rows=20, is_rest=True)


def _declare_customers(name: str, keys: tuple[str, ...], grain: str, *, rows: int) -> Rollup:
    return _declare(name, keys, grain, rows=rows, rest=_ANONYMOUS_DAY)


_CUSTOMER_YEAR = _declare_customers("customer_year", ("customer_id",), "year", rows=20_000)
_CUSTOMER_MONTH = _declare_customers("customer_month", ("customer_id",), "month", rows=18_000)
_BRANCH_CUSTOMER_MONTH = _declare_customers("branch_customer_month", ("branch_id", "customer_id"), "month", rows=20_000)

_PERSON_MONTH = _declare("person_month", ("branch_id", "person_id"), "month", rows=200, sums=_WITH_ORDERS)


def _declare_words(name: str, word: str, *, rows: int) -> Rollup:
    keys = (*_PERSON_MONTH.keys, word)
    return _declare(name, keys, _PERSON_MONTH.grain, rows=rows, sums=_WITH_ORDERS, whole=_PERSON_MONTH)


# Their order is that in which every transaction updates them, so that none deadlock; what counts another follows it.
ROLLUPS: tuple[Rollup, ...] = (
    _declare("branch_day", ("branch_id",), "day", rows=20, sums=_WITH_ORDERS),
    _declare("person_day", ("branch_id", "person_id"), "day", rows=200, sums=_WITH_ORDERS),
    _PERSON_MONTH,
    _declare_words("platform_month", "platform", rows=800),
    _declare_words("coupon_month", "coupon", rows=1_000),
    _declare("product_day", FILED, "day", rows=1_500),
    _declare("product_month", FILED, "month", rows=2_000),
    _declare("product_year", FILED, "year", rows=2_500),
    _declare("branch_product_month", ("branch_id", *FILED), "month", rows=25_000),
    _ANONYMOUS_DAY,
    _declare_customers("customer_day", ("branch_id", "customer_id"), "day", rows=2_500),
    _BRANCH_CUSTOMER_MONTH,
    _count("branch_customers_month", _BRANCH_CUSTOMER_MONTH, rows=20),
    _CUSTOMER_MONTH,
    _count("customers_month", _CUSTOMER_MONTH, rows=1),
    _CUSTOMER_YEAR,
    _count("customers_year", _CUSTOMER_YEAR, rows=1),
)
LINES_A_DAY = 10_000  # in the company the rows above are told of
