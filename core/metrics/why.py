"""The lines behind a figure. One rule: chosen exactly as `ask` chooses them, so that they add up to the figure."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, and_, cast, func, or_, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.sql.functions import coalesce

from core.access import Reach, Viewer
from core.errors import InvalidInput, NotAllowed
from core.metrics.ask import Case, resolve_question
from core.metrics.count import count_narrowed
from core.metrics.dimensions import Dimension, Step, find_dimension
from core.metrics.filters import Condition, list_custom_fields, parse_time
from core.metrics.labels import is_present, join_paths, label_dimension
from core.metrics.line_columns import COLUMNS, Column, find_column, is_matching
from core.metrics.measures import Derived, Measure, Value, list_kinds, list_measured
from core.metrics.question import AnswerRow, Question
from core.models.sales import NOT_SOLD, lines

Coordinate = tuple[str, str | None]  # a dimension, and the label (of an entity: the number); None: unknown
MOST_LINES = 200


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
    searched = [(find_column(columns, name, "search"), words) for name, words in wanted.searches]
    passes = narrow(lines, viewer, question, case)
    passes += [_is_at(dimension, value, viewer) for dimension, value in placed]
    passes += [is_matching(column, words) for column, words in searched]
    paths = _list_paths(case) + [one.path for one, _ in placed] + [column.path for column, _ in searched]
    bound = {} if question.as_of is None else {"as_of": question.as_of}
    within = None if searched or bound else _express(placed)
    total, amount, value = _add_up(tx, viewer, case, within, paths, passes, bound)
    of_kind = lines.c.kind.in_(list_kinds(measure))
    query = _list_lines(columns, paths, [*passes, of_kind], wanted)
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


def _express(placed: list[tuple[Dimension, str | None]]) -> tuple[Condition, ...] | None:
    """A cell as the filters of a question; None where no filter says the same."""
    conditions = []
    for dimension, value in placed:
        if value is None or (dimension.is_entity and len(dimension.path) > 1):
            return None
        found = parse_time(dimension, value) if dimension.is_time else int(value) if dimension.is_entity else value
        conditions.append(Condition(dimension, (found,)))
    return tuple(conditions)


def _add_up(
    tx: Connection,
    viewer: Viewer,
    case: Case,
    within: tuple[Condition, ...] | None,
    paths: list[tuple[Step, ...]],
    passes: list[ColumnElement[bool]],
    bound: dict[str, Any],
) -> tuple[int, int, Value]:
    """How many lines there are, the sum of their amounts, and the measure over them.

    Where `within` says what is narrowed as filters do, sales are counted by the tables that `ask` would take; what else
    there is, is little and found by an index of its own.
    """
    measure = case.measures[0]
    kinds, counted = list_kinds(measure), ("lines", "revenue", measure.name)
    if within is None:
        return _add_up_lines(tx, measure, paths, [*passes, lines.c.kind.in_(kinds)], bound)
    conditions = (*case.conditions, *within)
    values = count_narrowed(tx, viewer.company, case.scope, counted, case.question.period, conditions)
    total, amount_e4 = (int(values["lines"] or 0), int(values["revenue"] or 0)) if "sale" in kinds else (0, 0)
    others = [kind for kind in kinds if kind != "sale"]
    if others:
        is_other = and_(lines.c.kind.in_(others), text(f"lines.{NOT_SOLD}"))
        more, more_e4, _ = _add_up_lines(tx, measure, paths, [*passes, is_other], bound)
        total, amount_e4 = total + more, amount_e4 + more_e4
    return total, amount_e4, values[measure.name]


def _add_up_lines(
    tx: Connection,
    measure: Measure,
    paths: list[tuple[Step, ...]],
    passes: list[ColumnElement[bool]],
    bound: dict[str, Any],
) -> tuple[int, int, Value]:
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
    """A page of lines. Its lines are found first, so that only they are given names."""
    if not 1 <= wanted.limit <= MOST_LINES:
        raise InvalidInput(f"A page has 1 to {MOST_LINES} lines.", field="limit")
    sorted_by = find_column(columns, wanted.sort.removeprefix("-"), "sort")
    first = sorted_by.column.desc() if wanted.sort.startswith("-") else sorted_by.column.asc()
    if getattr(sorted_by.column, "nullable", True):  # of others no index would be in that order
        first = first.nulls_last()
    order = first, lines.c.sold_at.desc(), lines.c.id.desc()
    found = select(lines.c.id).select_from(join_paths(lines, [*paths, sorted_by.path])).where(*passes)
    page = found.order_by(*order).offset((wanted.page - 1) * wanted.limit).limit(wanted.limit)
    named = join_paths(lines, [column.path for column in columns])
    return select(*(one.column for one in columns)).select_from(named).where(lines.c.id.in_(page)).order_by(*order)
