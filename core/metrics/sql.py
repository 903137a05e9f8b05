"""Questions as SQL. One rule: this is the only builder; values are bound, never written into the text."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.sql.functions import coalesce

from core.access import Scope
from core.metrics.dimensions import Dimension, Step
from core.metrics.filters import Condition, stored_column
from core.metrics.measures import Measured
from core.metrics.plan import Part
from core.models.rollups import Rollup
from core.models.sales import lines
from core.periods import Calendar, Period
from core.statements import Statement

Shape = tuple[tuple[Dimension, int], ...]  # each filter's dimension, and how many values it has


def build_select(
    part: Part,
    by: tuple[Dimension, ...],
    conditions: tuple[Condition, ...],
    scope: Scope,
    period: Period,
    calendar: Calendar,
    as_of: Any = None,
) -> tuple[Statement, dict[str, Any]]:
    """A statement that yields, for each group, the labels, the keys and then the values of the part's measures."""
    shape = tuple((condition.dimension, len(condition.values)) for condition in conditions)
    statement = _build(
        part.rollup,
        part.measured,
        by,
        shape,
        scope.branch_id is not None,
        scope.person_id is not None,
        calendar,
        as_of is not None,
    )
    bound: dict[str, Any] = {"company": scope.company_id, "start": period.start, "end": period.end}
    bound |= {"branch": scope.branch_id} if scope.branch_id is not None else {}
    bound |= {"person": scope.person_id} if scope.person_id is not None else {}
    bound |= {"as_of": as_of} if as_of is not None else {}
    for number, condition in enumerate(conditions):
        bound |= {f"where_{number}_{index}": value for index, value in enumerate(condition.values)}
    return statement, bound


@lru_cache(maxsize=512)
def _build(
    rollup: Rollup | None,
    measured: tuple[Measured, ...],
    by: tuple[Dimension, ...],
    filters: Shape,
    has_branch: bool,
    has_person: bool,
    calendar: Calendar,
    in_the_past: bool,
) -> Statement:
    source = rollup.table if rollup else lines
    labels = [label_dimension(source, dimension, calendar) for dimension in by]
    keys = [_key(source, dimension) for dimension in by if dimension.is_entity and len(dimension.path) == 1]
    keys += [dimension.path[-1].table.c.id for dimension in by if len(dimension.path) > 1]
    values = [_value(rollup, measure) for measure in measured]
    paths = [dimension.path for dimension in (*by, *(one for one, _ in filters if not one.is_entity))]
    paths += [measure.reads for measure in measured if rollup is None]
    query = select(*labels, *keys, *values).select_from(join_paths(source, paths))
    query = query.where(
        source.c.company_id == bindparam("company"),
        source.c.day >= bindparam("start"),
        source.c.day < bindparam("end"),
    )
    if has_branch:
        query = query.where(source.c.branch_id == bindparam("branch"))
    if has_person:
        query = query.where(source.c.person_id == bindparam("person"))
    if rollup is None:
        query = query.where(is_present(in_the_past))
    for number, (dimension, count) in enumerate(filters):
        column = source.c[dimension.key] if dimension.is_entity else label_dimension(source, dimension, calendar)
        query = query.where(column.in_([bindparam(f"where_{number}_{index}") for index in range(count)]))
    if by:
        query = query.group_by(*labels, *keys)
        if rollup:
            query = query.having(func.sum(source.c.entries) > 0)
    return Statement(query)


def is_present(in_the_past: bool) -> ColumnElement[bool]:
    """Whether a line is not superseded, or was not at the instant bound as `as_of`."""
    if not in_the_past:
        return lines.c.superseded_at.is_(None)
    as_of = bindparam("as_of", type_=lines.c.recorded_at.type)
    return and_(lines.c.recorded_at <= as_of, or_(lines.c.superseded_at.is_(None), lines.c.superseded_at > as_of))


def label_dimension(source: Table, dimension: Dimension, calendar: Calendar) -> ColumnElement[Any]:
    """What names a row of `source` in a dimension, once `join_paths` has joined what it needs."""
    if dimension.of_day is not None:
        return dimension.of_day(source.c.day, calendar)
    if dimension.path:
        return dimension.path[-1].table.c[dimension.shown or "name"]
    return stored_column(source, dimension)


def _key(source: Table, dimension: Dimension) -> ColumnElement[Any]:
    """The number of the entity; a rollup keeps 0 for none."""
    column = source.c[dimension.key]
    return column if source is lines else func.nullif(column, 0)


def _value(rollup: Rollup | None, measure: Measured) -> ColumnElement[Any]:
    """The measure's expression; PostgreSQL's sum of bigint is numeric, hence the cast."""
    if rollup is None:
        expression: ColumnElement[Any] = measure.over_lines(lines)
    elif measure.distinct_key:
        key = rollup.table.c[measure.distinct_key]
        expression = func.count(case((and_(rollup.table.c.lines > 0, key != 0), key)).distinct())
    else:
        expression = func.sum(rollup.table.c[measure.kept_as or ""])
    return cast(coalesce(expression, 0), BigInteger).label(measure.name)


def join_paths(source: Table, paths: Iterable[tuple[Step, ...]]) -> FromClause:
    """A table with every table joined that the paths lead through, each once."""
    joined: FromClause = source
    seen: set[Table] = set()
    for path in paths:
        last = source
        for step in path:
            if step.table not in seen:
                joined = joined.outerjoin(step.table, step.table.c[step.column] == last.c[step.match])
                seen.add(step.table)
            last = step.table
    return joined
