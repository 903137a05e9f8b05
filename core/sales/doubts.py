"""What a sale says that is far beyond the usual: asked about before it is recorded, where somebody can be asked."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Company, Viewer
from core.errors import Unusual
from core.models.sales import lines
from core.money import E3, write_amount
from core.sales.commands import SaleLine, SaleTerms
from core.sales.goods import Goods
from core.statements import Statement

OF_MEDIAN = 10  # what is above so many times the list price would be above ten times as many usual sales
MANY_E3 = 100 * E3  # fewer pieces at their list prices are no reason to look what a usual sale is
LONGEST_AGO = timedelta(days=92)
FEWEST = 10  # sales, before one of them is a usual one
_NEWEST = Statement(
    select(lines.c.document_id, lines.c.amount_e4)
    .where(lines.c.company_id == bindparam("company"), lines.c.branch_id == bindparam("branch"))
    .where(lines.c.day >= bindparam("since"))
    .where(lines.c.superseded_at.is_(None), lines.c.kind == "sale")
    .order_by(lines.c.day.desc(), lines.c.sold_at.desc())
    .limit(200)
)


def require_usual(
    tx: Connection, viewer: Viewer, terms: SaleTerms, rows: Sequence[dict[str, Any]], goods: Goods
) -> None:
    """Raise Unusual where the drafted lines of a sale are worth asking about, and it says that it `asks`."""
    doubt = next(find_doubts(tx, viewer, terms, rows, goods), None) if terms.asks else None
    if doubt is not None:
        raise Unusual(doubt, field="sale")


def find_doubts(
    tx: Connection, viewer: Viewer, terms: SaleTerms, rows: Sequence[dict[str, Any]], goods: Goods
) -> Iterator[str]:
    """What is doubtful of drafted lines, a sentence each."""
    limit, currency = viewer.company.asks_above, viewer.company.currency
    for row in rows:
        line = terms.lines[row["position"] - 1]
        if line.is_bare:
            yield f"That is an amount of {currency} {write_amount(row['amount_e4'], currency)}, and no product."
        if 0 in (line.unit_price_e4, line.total_e4):
            yield "That is for nothing."
        listed_e4 = goods.find_list_price(line)
        if limit is not None and listed_e4 and row["unit_price_e4"] > limit * listed_e4:
            of = f" of {goods.products[row['product_id']].name}" if len(terms.lines) > 1 else ""
            yield f"That is {_count_times(row['unit_price_e4'], listed_e4)} times the list price{of}."
    total_e4 = sum(row["amount_e4"] for row in rows)
    if limit is not None and any(_may_be_large(line, goods) for line in terms.lines):
        usual_e4 = _read_usual(tx, viewer.company, rows[0]["branch_id"])
        if usual_e4 and total_e4 > OF_MEDIAN * limit * usual_e4:
            yield f"That is {_count_times(total_e4, usual_e4)} times a usual sale."


def _may_be_large(line: SaleLine, goods: Goods) -> bool:
    return not goods.find_list_price(line) or line.quantity_e3 >= MANY_E3


def _read_usual(tx: Connection, company: Company, branch_id: int) -> int | None:
    """The median of a branch's newest sales, of some months; None while there are few.

    Of no other branch: how many times a sale is the usual one tells whoever asks what that is.
    """
    since = clock.today(company.time_zone) - LONGEST_AGO
    totals: dict[int, int] = {}
    for row in _NEWEST.rows(tx, {"company": company.id, "branch": branch_id, "since": since}):
        totals[row.document_id] = totals.get(row.document_id, 0) + row.amount_e4
    return int(median(totals.values())) if len(totals) >= FEWEST else None


def _count_times(amount_e4: int, usual_e4: int) -> str:
    """How many times, in two digits: 45,592 is "45,000"."""
    times = amount_e4 // usual_e4
    finest = 10 ** max(0, len(str(times)) - 2)
    return f"{times // finest * finest:,}"
