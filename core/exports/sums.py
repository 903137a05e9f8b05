"""What the lines of a list come to. One rule: each kind of document by itself, what came back apart."""

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, cast, distinct, extract, func, select
from sqlalchemy import Row as Found
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.exports.report import Column, Drawing, Figure, Kind, Plain, Row
from core.exports.wording import may_see_profit, shorten_day, shorten_month
from core.metrics.measures import divide
from core.models.sales import lines

LONGEST_BY_DAY = 62  # days a drawing shows one by one
MOST_MONTHS = 36
RETURNS = ("return", "exchange")
NAMES = {"sale": "Sales", "return": "Returns", "exchange": "Exchanges", "guest": "Guest coverage"}
Sums = dict[str, Found[Any]]  # by kind


def add_up(tx: Connection, passes: ColumnElement[bool]) -> Sums:
    """What the lines of each kind come to."""
    names = ("quantity_e3", "discount_e4", "amount_e4", "tax_e4", "round_off_e4", "cost_e4")
    sums = (cast(func.coalesce(func.sum(lines.c[name]), 0), BigInteger).label(name) for name in names)
    profit = cast(func.coalesce(func.sum(lines.c.amount_e4 - lines.c.cost_e4), 0), BigInteger).label("profit_e4")
    count = func.count(distinct(lines.c.document_id)).label("documents")
    query = select(lines.c.kind, count, *sums, profit).where(passes).group_by(lines.c.kind)
    return {row.kind: row for row in tx.execute(query)}


_TOTALLED = {
    "Quantity": "quantity_e3",
    "Discount": "discount_e4",
    "Amount": "amount_e4",
    "Tax": "tax_e4",
    "Round-off": "round_off_e4",
    "Cost": "cost_e4",
    "Profit": "profit_e4",
}


def make_total(kind: str, sums: Any, columns: tuple[Column, ...]) -> Row:
    """The total of a kind: its name stands where the date does, and how many documents where their number does."""
    named: dict[str, Plain] = {"Date": NAMES[kind], "Number": sums.documents}
    named |= {label: getattr(sums, name) for label, name in _TOTALLED.items()}
    return tuple(named.get(column.label) for column in columns)


def pick_figures(viewer: Viewer, sums: Sums) -> tuple[Figure, ...]:
    """The figures to be seen first: those of the sales, and what came back."""
    figures: list[Figure] = []
    if sold := sums.get("sale"):
        figures += [
            Figure("Revenue", sold.amount_e4, Kind.MONEY),
            Figure("Orders", sold.documents, Kind.COUNT),
            Figure("Units", sold.quantity_e3, Kind.QUANTITY),
            Figure("Average order", divide(sold.amount_e4, sold.documents), Kind.MONEY),
        ]
        if may_see_profit(viewer):
            figures.append(Figure("Profit", sold.profit_e4, Kind.MONEY))
        if sold.discount_e4:
            figures.append(Figure("Discount", sold.discount_e4, Kind.MONEY))
    for kind in RETURNS:
        if back := sums.get(kind):
            figures.append(Figure(NAMES[kind], back.amount_e4, Kind.MONEY))
    return tuple(figures)


def draw_course(tx: Connection, passes: ColumnElement[bool], kind: str) -> Drawing | None:
    """Amounts by day, or by month where they lie far apart."""
    of_kind = and_(passes, lines.c.kind == kind)
    first, last = tx.execute(select(func.min(lines.c.day), func.max(lines.c.day)).where(of_kind)).one()
    if first is None or first == last:
        return None
    is_daily = (last - first).days < LONGEST_BY_DAY
    total = cast(func.sum(lines.c.amount_e4), BigInteger)
    if is_daily:
        found = {day: int(value) for day, value in _group(tx, lines.c.day, total, of_kind)}
        days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
        points = [(shorten_day(day), Fraction(found.get(day, 0))) for day in days]
    else:
        year, month = (cast(extract(part, lines.c.day), Integer) for part in ("year", "month"))
        months = {int(key): int(value) for key, value in _group(tx, year * 12 + month - 1, total, of_kind)}
        numbers = range(min(months), max(months) + 1)[-MOST_MONTHS:]
        points = [
            (shorten_month(date(number // 12, number % 12 + 1, 1)), Fraction(months.get(number, 0)))
            for number in numbers
        ]
    what = "Revenue" if kind == "sale" else NAMES[kind]
    return Drawing(f"{what} by {'day' if is_daily else 'month'}", tuple(points), Kind.MONEY, is_course=True)


def _group(tx: Connection, key: Any, total: Any, passes: ColumnElement[bool]) -> list[Any]:
    return list(tx.execute(select(key, total).where(passes).group_by(key).order_by(key)))
