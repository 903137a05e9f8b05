"""The lines behind a figure. One rule: chosen exactly as `ask` chooses them, so that they add up to the figure."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, Table, cast, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.functions import coalesce

from core.access import Permission, Reach, Viewer
from core.errors import InvalidInput, NotAllowed
from core.metrics.ask import Case, resolve_question
from core.metrics.dimensions import DIMENSIONS, Dimension, Step, find_dimension
from core.metrics.filters import list_custom_fields, parse_time
from core.metrics.labels import is_present, join_paths, label_dimension
from core.metrics.measures import Derived, Measure, Value, list_kinds, list_measured
from core.metrics.question import AnswerRow, Question
from core.models.sales import lines
from core.money import parse_amount_e4, parse_quantity_e3
from core.periods import parse_day

Coordinate = tuple[str, str | None]  # a dimension, and the label (of an entity: the number); None: unknown
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: where it is read, and how what one looks for in it is understood (None: as words)."""

    name: str
    label: str
    column: ColumnElement[Any]
    scale: str | None = None  # number, amount, quantity, day
    permission: Permission | None = None


_NAMED = ("person", "branch", "product", "customer")
_PROFIT = lines.c.amount_e4 - lines.c.cost_e4


def _of(dimension: str, shown: str = "name") -> ColumnElement[Any]:
    return DIMENSIONS[dimension].path[-1].table.c[shown]


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("document", "Document", lines.c.document_id, "number"),
        Column("kind", "Kind", lines.c.kind),
        Column("day", "Day", lines.c.day, "day"),
        Column("person", "Person", _of("person")),
        Column("branch", "Branch", _of("branch")),
        Column("product", "Product", _of("product")),
        Column("sku", "SKU", _of("product", "sku")),
        Column("category", "Category", _of("product", "category")),
        Column("customer", "Customer", _of("customer")),
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
NEWEST_FIRST = "-day"


@dataclass(frozen=True, slots=True)
class LinesWanted:
    """How to list: a page of so many lines, sorted by a column ("-day": the largest first), and what columns contain.

    `searches` pairs a column with words it contains, or with a number, a day, or a stretch of them such as "5..10".
    """

    page: int = 1
    limit: int = 50
    sort: str = NEWEST_FIRST
    searches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LinesPage:
    """A page of lines: rows of values by the names of `columns`, and what all pages together are.

    `value` is the measure over all of them: without searches it is the figure itself. `amount_e4` is the sum of their
    amounts, of whatever kind they are.
    """

    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    page: int
    limit: int
    total: int
    measure: Measure
    value: Value
    amount_e4: int
    currency: str

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.limit))


def why(
    tx: Connection,
    viewer: Viewer,
    question: Question,
    cell: tuple[Coordinate, ...] = (),
    wanted: LinesWanted | None = None,
) -> LinesPage:
    """The lines behind a cell: the first measure of the question, where the dimensions have the values of `cell`.

    Raises what `ask` raises, and InvalidInput naming `cell`, `sort`, `search` or the column.
    """
    if question.reach is Reach.BOARD:
        raise NotAllowed("The leaderboard shows places, not sales.", field="view")
    wanted = wanted or LinesWanted()
    case = resolve_question(tx, viewer, replace(question, measures=question.measures[:1], by=()))
    measure = case.measures[0]
    columns = tuple(one for one in COLUMNS.values() if one.permission is None or viewer.may(one.permission))
    known = list_custom_fields(tx, viewer.company.id)
    placed = [(find_dimension(name, known, field="cell"), value) for name, value in cell]
    passes = narrow(lines, viewer, question, case)
    passes += [lines.c.kind.in_(list_kinds(measure))]
    passes += [_is_at(dimension, value, viewer) for dimension, value in placed]
    passes += [_matches(_find_column(columns, name, "search"), text) for name, text in wanted.searches]
    paths = [DIMENSIONS[name].path for name in _NAMED] + _list_paths(case) + [one.path for one, _ in placed]
    bound = {} if question.as_of is None else {"as_of": question.as_of}
    total, amount, value = _add_up(tx, measure, paths, passes, bound)
    query = _list_lines(columns, paths, passes, wanted)
    rows = tuple(dict(zip((one.name for one in columns), row, strict=True)) for row in tx.execute(query, bound))
    return LinesPage(columns, rows, wanted.page, wanted.limit, total, measure, value, amount, viewer.company.currency)


def locate(dimensions: tuple[Dimension, ...], row: AnswerRow) -> tuple[Coordinate, ...]:
    """Where a row of an answer lies, as `why` takes it."""
    near = [one for one in dimensions if one.is_entity and len(one.path) == 1]
    far = [one for one in dimensions if len(one.path) > 1]
    numbers = dict(zip((*near, *far), row.keys, strict=True))
    return tuple(
        (one.name, str(numbers[one]) if numbers.get(one) else None if one in numbers else label)
        for one, label in zip(dimensions, row.labels, strict=True)
    )


def narrow(source: Table, viewer: Viewer, question: Question, case: Case) -> list[ColumnElement[bool]]:
    """What the rows of `source` that a question counts have in common."""
    scope, period = case.scope, question.period
    passes = [source.c.company_id == scope.company_id, source.c.day >= period.start, source.c.day < period.end]
    if scope.branch_id is not None:
        passes.append(source.c.branch_id == scope.branch_id)
    if scope.person_id is not None:
        passes.append(source.c.person_id == scope.person_id)
    if source is lines:
        passes.append(is_present(question.as_of is not None))
    for condition in case.conditions:
        dimension = condition.dimension
        label = label_dimension(source, dimension, viewer.company.calendar)
        column = source.c[dimension.key] if dimension.is_entity else label
        passes.append(column.in_(condition.values))
    return passes


def _list_paths(case: Case) -> list[tuple[Step, ...]]:
    paths = [one.dimension.path for one in case.conditions if not one.dimension.is_entity]
    return paths + [one.reads for one in list_measured(tuple(measure.name for measure in case.measures))]


def _is_at(dimension: Dimension, value: str | None, viewer: Viewer) -> ColumnElement[bool]:
    label = label_dimension(lines, dimension, viewer.company.calendar)
    if dimension.is_time:
        if value is None:
            raise InvalidInput(f"Every line has a {dimension.name}.", field="cell")
        return label.in_([parse_time(dimension, value)])
    if not dimension.is_entity:
        return label.in_([value]) if value is not None else or_(label.is_(None), label.in_([""]))
    column = dimension.path[-1].table.c.id if len(dimension.path) > 1 else lines.c[dimension.key]
    if value is None:
        return column.is_(None)
    if not (value.isascii() and value.isdecimal() and len(value) <= 18):
        raise InvalidInput(f"“{value}” is not the number of a {dimension.name}.", field="cell")
    return column.in_([int(value)])


def _add_up(
    tx: Connection,
    measure: Measure,
    paths: list[tuple[Step, ...]],
    passes: list[ColumnElement[bool]],
    bound: dict[str, Any],
) -> tuple[int, int, Value]:
    """How many lines there are, the sum of their amounts, and the measure over them."""
    measured = list_measured((measure.name,))
    amount = cast(coalesce(func.sum(lines.c.amount_e4), 0), BigInteger)
    values = (cast(coalesce(one.over_lines(lines), 0), BigInteger) for one in measured)
    query = select(func.count(), amount, *values).select_from(join_paths(lines, paths)).where(*passes)
    total, amount_e4, *found = tx.execute(query, bound).one()
    named = dict(zip((one.name for one in measured), found, strict=True))
    value = measure.formula(named) if isinstance(measure, Derived) else named[measure.name]
    return total, amount_e4, value


def _list_lines(
    columns: tuple[Column, ...],
    paths: list[tuple[Step, ...]],
    passes: list[ColumnElement[bool]],
    wanted: LinesWanted,
) -> Select[Any]:
    if not 1 <= wanted.limit <= MOST_LINES:
        raise InvalidInput(f"A page has 1 to {MOST_LINES} lines.", field="limit")
    sorted_by = _find_column(columns, wanted.sort.removeprefix("-"), "sort").column
    order = sorted_by.desc() if wanted.sort.startswith("-") else sorted_by.asc()
    query = select(*(one.column for one in columns)).select_from(join_paths(lines, paths)).where(*passes)
    query = query.order_by(order.nulls_last(), lines.c.sold_at.desc(), lines.c.id.desc())
    return query.offset((wanted.page - 1) * wanted.limit).limit(wanted.limit)


def _find_column(columns: tuple[Column, ...], name: str, field: str) -> Column:
    for column in columns:
        if column.name == name:
            return column
    if name in COLUMNS:
        raise NotAllowed("Your role may not see cost and profit.", field=field)
    raise InvalidInput(f"There is no column “{name}”.", field=field, hint=", ".join(one.name for one in columns))


def _matches(column: Column, text: str) -> ColumnElement[bool]:
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
