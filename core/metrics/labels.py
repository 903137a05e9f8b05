"""What names a row in a dimension, the joins that lead there, and whether a line is present."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, bindparam, or_

from core.metrics.dimensions import Dimension, Step
from core.metrics.filters import stored_column
from core.models.sales import lines
from core.periods import Calendar


def is_present(in_the_past: bool) -> ColumnElement[bool]:
    """Whether a line is not superseded, or was not at the instant bound as `as_of`."""
    if not in_the_past:
        return lines.c.superseded_at.is_(None)
    as_of = bindparam("as_of", type_=lines.c.recorded_at.type)
    return and_(lines.c.recorded_at <= as_of, or_(lines.c.superseded_at.is_(None), lines.c.superseded_at > as_of))


def label_dimension(source: Any, dimension: Dimension, calendar: Calendar) -> ColumnElement[Any]:
    """What names a row of `source` in a dimension, once `join_paths` has joined what it needs."""
    if dimension.of_day is not None:
        return dimension.of_day(source.c.day, calendar)
    if dimension.path:
        return dimension.path[-1].table.c[dimension.shown or "name"]
    return stored_column(source, dimension)


def join_paths(source: FromClause, paths: Iterable[tuple[Step, ...]]) -> FromClause:
    """A table with every table joined that the paths lead through, each once."""
    joined = source
    seen: set[Table] = set()
    for path in paths:
        last: FromClause = source
        for step in path:
            if step.table not in seen:
                joined = joined.outerjoin(step.table, step.table.c[step.column] == last.c[step.match])
                seen.add(step.table)
            last = step.table
    return joined
