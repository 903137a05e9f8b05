"""What a question's filters mean here. One rule: a value nobody ever used is an error, not an empty answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select, true
from sqlalchemy.engine import Connection

from core import clock
from core.access import ALL_BRANCHES, Permission, Viewer, keep_known, refuse_branch, refuse_others
from core.catalog.customers import is_customer_called
from core.errors import InvalidInput
from core.metrics.dimensions import ATTRIBUTES, Dimension, find_dimension
from core.metrics.known import PLAIN
from core.metrics.windows import STRETCHES
from core.models.catalog import customers
from core.models.company import branches, custom_fields
from core.models.people import people
from core.models.sales import lines
from core.models.values import known_values
from core.periods import Calendar
from core.statements import Statement
from core.text import fold

_CUSTOM_FIELDS = Statement(select(custom_fields.c.name).where(custom_fields.c.company_id == bindparam("company")))


@dataclass(frozen=True)
class Condition:
    """A filter made exact: rows whose dimension has one of `values`: numbers of entities, or values as stored."""

    dimension: Dimension
    values: tuple[Any, ...]


def list_fixed(conditions: tuple[Condition, ...]) -> frozenset[str]:
    """The columns of lines that conditions leave one value of."""
    one_each = (condition.dimension for condition in conditions if len(condition.values) == 1)
    return frozenset(one.key for one in one_each if not one.is_time and (one.is_entity or not one.path))


def list_custom_fields(tx: Connection, company_id: int) -> frozenset[str]:
    """The names of the company's own dimensions."""
    return frozenset(row.name for row in _CUSTOM_FIELDS.rows(tx, {"company": company_id}))


def resolve_filters(
    tx: Connection, viewer: Viewer, where: tuple[tuple[str, str], ...], known_fields: frozenset[str]
) -> tuple[Condition, ...]:
    """Each filter's dimension with all the values asked for; InvalidInput names the dimension or the value."""
    wanted: dict[Dimension, list[Any]] = {}
    for name, value in where:
        dimension = find_dimension(name, known_fields, field="where")
        wanted.setdefault(dimension, []).extend(_resolve_value(tx, viewer, dimension, value))
    return tuple(Condition(dimension, tuple(dict.fromkeys(values))) for dimension, values in wanted.items())


def _resolve_value(tx: Connection, viewer: Viewer, dimension: Dimension, text: str) -> list[Any]:
    """The values meant. One of a branch that the viewer may not see is refused in the words for one that is nowhere."""
    if dimension.is_time:
        return [parse_time(dimension, text)]
    find = _find_entities if dimension.is_entity else _find_spellings
    found = find(tx, viewer, dimension, text)
    if found:
        return found
    if dimension.name == "branch" and viewer.bound_to is not None:
        raise refuse_branch()
    if dimension.name == "person" and not viewer.rule.sees_team:
        raise refuse_others()
    raise InvalidInput(f"No {dimension.label.lower()} is called “{text}”.", field=dimension.name)


def parse_time(dimension: Dimension, text: str) -> Any:
    """The value, as stored, of a dimension of time; InvalidInput names the dimension and shows one that would do."""
    try:
        return dimension.parse(text)
    except InvalidInput as error:
        name, stretch = dimension.name.replace("_", " "), STRETCHES.get(dimension.name)
        hint = stretch.write(stretch.find(clock.today("UTC"), Calendar()).start) if stretch else error.hint
        raise InvalidInput(f"“{text}” is not a {name}.", field=dimension.name, hint=hint) from error


def _find_entities(tx: Connection, viewer: Viewer, dimension: Dimension, text: str) -> list[Any]:
    """The numbers, in the line's key, of the entities named so that the viewer may know of."""
    table = dimension.path[-1].table
    named = [table.c[name] for name in (dimension.shown or "name", *dimension.also_named)]
    own_company = table.c.id if dimension.name == "company" else table.c.company_id
    matches = _matching(tx, table, [table.c.id, *named], named, own_company == viewer.company.id, text)
    numbers = [row[0] for row in matches]
    first = dimension.path[0]
    if first.table is not table and numbers:
        return _find_members(tx, viewer, dimension, numbers)
    if table is branches:
        return [number for number in numbers if viewer.may_work_on(number)]
    return (
        keep_known(tx, viewer, table, numbers) if table in (people, customers) else numbers
    )  # the catalogue is no secret


def _find_members(tx: Connection, viewer: Viewer, dimension: Dimension, team_ids: list[Any]) -> list[Any]:
    """Who is in those teams. A team is known to who forms teams, and to who may see somebody of it."""
    first, last = dimension.path[0], dimension.path[-1]
    query = select(first.table.c[first.column]).where(first.table.c[last.match].in_(team_ids))
    members = keep_known(tx, viewer, people, tx.execute(query).scalars().all())
    # One nobody is in yet sells nothing: no person has number 0.
    return members or [0] * viewer.may(Permission.MANAGE_TEAMS)


def _find_spellings(tx: Connection, viewer: Viewer, dimension: Dimension, text: str) -> list[Any]:
    """The ways a plain value is written, whatever their case, where the viewer may look."""
    if dimension.name in PLAIN:
        table, is_of_it = known_values, known_values.c.dimension == dimension.name
        column: ColumnElement[Any] = known_values.c.value
    elif dimension.path:
        table, is_of_it = dimension.path[-1].table, true()
        column = table.c[dimension.shown or dimension.name]
    else:
        table, column, is_of_it = lines, stored_column(lines, dimension), true()
    is_ours = and_(table.c.company_id == viewer.company.id, is_of_it)
    if viewer.bound_to is not None and "branch_id" in table.c:
        is_ours = and_(is_ours, table.c.branch_id.in_(sorted(viewer.bound_to)))
    return [row[0] for row in _matching(tx, table, [column], [column], is_ours, text)]


def _matching(
    tx: Connection,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    named: Sequence[ColumnElement[Any]],
    is_ours: ColumnElement[bool],
    text: str,
) -> list[Any]:
    """Rows with that name in one of `named`: as the database compares, else as people do (case, width, spacing)."""
    query = select(*columns).select_from(table).where(is_ours).distinct()
    plain = text.removeprefix("@")
    if table is customers:  # of whom there are too many to look at each
        query = query.where(or_(is_customer_called(text), is_customer_called(plain)))
    exact = or_(*(func.lower(column).in_((plain.lower(), text.lower())) for column in named))
    # What has other letters than ASCII's the databases do not lower alike.
    found = list(tx.execute(query.where(exact))) if text.isascii() else []
    if found:
        return found
    wanted = {fold(text), fold(plain)}
    return [row for row in tx.execute(query) if any(fold(str(name)) in wanted for name in row[-len(named) :] if name)]


def stored_column(table: Table, dimension: Dimension) -> ColumnElement[Any]:
    """The column of `table` a plain dimension reads: one of its own, or a field of the company's own."""
    if dimension.key == ATTRIBUTES:
        value: ColumnElement[Any] = table.c.attributes[dimension.name].as_string()
        return value
    return table.c[dimension.key]


def is_all_branches(text: str | None) -> bool:
    """Whether a requested branch means every branch."""
    return text is not None and fold(text) == ALL_BRANCHES
