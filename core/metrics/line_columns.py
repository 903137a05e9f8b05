"""The columns of a list of lines. One rule: one entry of `COLUMNS` is one column, to be shown, sorted and searched."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_

from core.access import Permission
from core.errors import InvalidInput, NotAllowed
from core.metrics.dimensions import DIMENSIONS, Step
from core.models.sales import lines
from core.money import parse_amount_e4, parse_quantity_e3
from core.periods import parse_day


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: where it is read, and how what one looks for in it is understood (None: as words)."""

    name: str
    label: str
    column: ColumnElement[Any]
    scale: str | None = None  # number, amount, quantity, day
    permission: Permission | None = None
    path: tuple[Step, ...] = ()  # to the table it is in, if that is not the lines'


_PROFIT = lines.c.amount_e4 - lines.c.cost_e4


def _of(dimension: str, label: str = "", shown: str = "name") -> Column:
    path = DIMENSIONS[dimension].path
    name = dimension if shown == "name" else shown
    return Column(name, label or name.capitalize(), path[-1].table.c[shown], path=path)


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("document", "Document", lines.c.document_id, "number"),
        Column("kind", "Kind", lines.c.kind),
        Column("day", "Day", lines.c.day, "day"),
        _of("person"),
        _of("branch"),
        _of("product"),
        _of("product", "SKU", "sku"),
        _of("category", "Category", "category"),
        _of("customer"),
        Column("platform", "Platform", lines.c.platform),
        Column("coupon", "Coupon", lines.c.coupon),
        Column("ledger_group", "Ledger group", lines.c.ledger_group),
        Column("region", "Region", lines.c.region),
        Column("country", "Country", lines.c.country),
        Column("pincode", "Pincode", lines.c.pincode),
        Column("source", "Source", lines.c.source),
        Column("quantity", "Quantity", lines.c.quantity_e3, "quantity"),
        Column("unit_price", "Unit price", lines.c.unit_price_e4, "amount"),
        Column("discount", "Discount", lines.c.discount_e4, "amount"),
        Column("amount", "Amount", lines.c.amount_e4, "amount"),
        Column("cost", "Cost", lines.c.cost_e4, "amount", Permission.SEE_PROFIT),
        Column("profit", "Profit", _PROFIT, "amount", Permission.SEE_PROFIT),
    )
}


def find_column(columns: tuple[Column, ...], name: str, field: str) -> Column:
    """The column of that name, of those one may see. Raises NotAllowed, InvalidInput naming `field`."""
    for column in columns:
        if column.name == name:
            return column
    if name in COLUMNS:
        raise NotAllowed("Your role may not see cost and profit.", field=field)
    raise InvalidInput(f"There is no column “{name}”.", field=field, hint=", ".join(one.name for one in columns))


def is_matching(column: Column, text: str) -> ColumnElement[bool]:
    """Whether a column holds what is looked for: words anywhere in it, or a number or day, or one between two."""
    if column.scale is None:
        as_text = cast(column.column, String)
        folded = func.lower(as_text).contains(text.lower(), autoescape=True)
        return or_(as_text.contains(text, autoescape=True), folded)
    first, separator, last = text.partition("..")
    if not separator:
        return column.column.in_([_read(column, text)])
    ends = []
    if first.strip():
        ends.append(column.column >= _read(column, first))
    if last.strip():
        ends.append(column.column <= _read(column, last))
    if not ends:
        raise InvalidInput(f"“{text}” has no beginning and no end.", field=column.name, hint="5..10")
    return ends[0] if len(ends) == 1 else ends[0] & ends[1]


def _read(column: Column, text: str) -> int | date:
    if column.scale == "day":
        return parse_day(text, column.name)
    if column.scale == "amount":
        return parse_amount_e4(text, column.name)
    if column.scale == "quantity":
        return parse_quantity_e3(text, column.name)
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) <= 18):
        raise InvalidInput(f"“{text}” is not a number.", field=column.name, hint="42")
    return int(text)
