"""The one way to ask for a figure. One rule: it takes a Viewer, so that nobody can forget the scope."""

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

from sqlalchemy.engine import Connection

from core.access import Reach, Scope, Viewer, find_seen_branch, resolve_scope
from core.errors import InvalidInput, NotAllowed
from core.metrics.dimensions import DIMENSIONS, Dimension, find_dimension
from core.metrics.filters import Condition, is_all_branches, list_custom_fields, list_fixed, resolve_filters
from core.metrics.measures import Derived, Measure, Measured, Value, find_measure, list_measured
from core.metrics.plan import Part, name_source, plan_question
from core.metrics.question import Answer, AnswerRow, Question
from core.metrics.sql import build_select
from core.periods import Calendar
from core.statements import Statement

# What the ranking of a branch may show to everybody in it.
BOARD_MEASURES = frozenset({"revenue", "orders", "units"})
NOBODY = 0
Group = tuple[Any, ...]  # labels, then keys
NameOrder = tuple[list[tuple[bool, str]], list[tuple[bool, int]]]
Reading = tuple[Statement, dict[str, Any], tuple[str, ...]]  # with what is bound, and the measures it ends in


@dataclass(frozen=True)
class Case:
    """A question with every word in it resolved for one viewer, and the statements that answer it."""

    question: Question
    calendar: Calendar
    measures: tuple[Measure, ...]
    scope: Scope
    by: tuple[Dimension, ...]
    conditions: tuple[Condition, ...]
    parts: tuple[Part, ...]
    total_parts: tuple[Part, ...]  # of the same question without dimensions, which smaller tables may answer

    @cached_property
    def source(self) -> str:
        """The tables it is counted from."""
        return name_source(self.parts)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """What yields the values of every row."""
        return tuple(self._word(part, self.by, self._find_best()) for part in self.parts)

    @cached_property
    def total_readings(self) -> tuple[Reading, ...]:
        """What yields the totals; nothing where they are the sums of the rows."""
        return () if self._adds_up() else tuple(self._word(part, (), None) for part in self.total_parts)

    @cached_property
    def nothing(self) -> dict[str, int]:
        """The values of a group there is nothing of."""
        return {one.name: 0 for part in self.parts for one in part.measured}

    @cached_property
    def is_plain(self) -> bool:
        """Whether what one statement yields is the answer, without a formula."""
        return len(self.parts) == 1 and all(isinstance(measure, Measured) for measure in self.measures)

    def derive(self, measured: dict[str, Any]) -> dict[str, Value]:
        """The values of the measures asked for."""
        return {
            measure.name: measure.formula(measured) if isinstance(measure, Derived) else measured[measure.name]
            for measure in self.measures
        }

    def _word(self, part: Part, by: tuple[Dimension, ...], best: tuple[str, int] | None) -> Reading:
        statement, bound = build_select(part, by, self.conditions, self.scope, self.calendar, self.question.as_of, best)
        return statement, bound, tuple(measure.name for measure in part.measured)

    def _find_best(self) -> tuple[str, int] | None:
        """The measure that groups are put in order by and how many are wanted, where one statement can know it all."""
        first, limit = self.measures[0], self.question.limit
        if limit is None or not self.by or self.by[0].is_time or len(self.parts) > 1 or not isinstance(first, Measured):
            return None
        return first.name, limit

    def _adds_up(self) -> bool:
        """Whether every line is in exactly one row, all rows are read, and each value is a sum over lines."""
        return (
            bool(self.by)
            and self._find_best() is None
            and all(len(dimension.path) < 2 for dimension in self.by)
            and all(one.is_additive for part in self.parts for one in part.measured)
        )


def ask(tx: Connection, viewer: Viewer, question: Question) -> Answer:
    """The answer to a question, for the eyes of a viewer.

    Raises InvalidInput for a word that is unknown, naming it and what would work, and NotAllowed where the viewer's
    role or scope (contract, part 3) does not reach.
    """
    case = resolve_question(tx, viewer, question)
    groups = _read(tx, case.readings, case.nothing) if case.by else {}
    if case.total_readings:
        totals = _read(tx, case.total_readings, case.nothing).get((), case.nothing)
    else:
        totals = {name: sum(values[name] for values in groups.values()) for name in case.nothing}
    total_values = case.derive(totals)
    return Answer(
        case.by,
        case.measures,
        _arrange(_make_rows(case, groups), case) if case.by else (AnswerRow((), total_values),),
        total_values,
        case.source,
        viewer.company.currency,
        question.period,
    )


def _require_measures(viewer: Viewer, reach: Reach, measures: tuple[Measure, ...]) -> None:
    for measure in measures:
        if measure.permission is not None and not viewer.may(measure.permission):
            raise NotAllowed(f"Your role may not {measure.permission.value}.", field=measure.name)
        if reach is Reach.BOARD and measure.name not in BOARD_MEASURES:
            raise NotAllowed(f"The leaderboard does not show {measure.label.lower()}.", field=measure.name)


def resolve_question(tx: Connection, viewer: Viewer, question: Question) -> Case:
    """What a question means for a viewer. Raises what `ask` raises."""
    company_id = viewer.company.id
    names = (*question.by, *(name for name, _ in (*question.where, *question.within)))
    has_other = any(name not in DIMENSIONS for name in names)
    known_fields = list_custom_fields(tx, company_id) if has_other else frozenset()
    by = tuple(dict.fromkeys(find_dimension(name, known_fields) for name in question.by))
    is_one_branch = question.branch is not None and not is_all_branches(question.branch)
    branch_id = find_seen_branch(tx, viewer, question.branch or "") if is_one_branch else None
    conditions = resolve_filters(tx, viewer, question.where, known_fields)
    if question.within:
        conditions = _keep_both(conditions, resolve_filters(tx, viewer, question.within, known_fields))
    if question.people is not None:
        conditions = _keep_people(conditions, question.people)
    return _make_case(viewer, question, by, conditions, branch_id)


@lru_cache(maxsize=1024)
def _make_case(
    viewer: Viewer,
    question: Question,
    by: tuple[Dimension, ...],
    conditions: tuple[Condition, ...],
    branch_id: int | None,
) -> Case:
    """All that follows from a question once its words are found: nothing here reads the database."""
    measures = tuple(find_measure(name) for name in question.measures)
    if not measures:
        raise InvalidInput("A question needs a measure.", field="measures", hint="revenue,orders")
    _require_measures(viewer, question.reach, measures)
    scope = _resolve_scope(viewer, question, conditions, branch_id)
    plan = partial(
        plan_question,
        list_measured(question.measures),
        scope=scope,
        period=question.period,
        filters=tuple(condition.dimension for condition in conditions),
        fixed=list_fixed(conditions),
        in_the_past=question.as_of is not None,
        orders_span=viewer.company.orders_span,
    )
    parts, total_parts = plan(by), plan(())
    return Case(question, viewer.company.calendar, measures, scope, by, conditions, parts, total_parts)


def _keep_both(some: tuple[Condition, ...], others: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """What passes all of them: of a dimension that is in both, the values that are; where none is, nobody's lines."""
    by_dimension = {condition.dimension: condition for condition in others}
    for condition in some:
        other = by_dimension.get(condition.dimension)
        kept = tuple(value for value in condition.values if other is None or value in other.values)
        if not kept:
            return (Condition(DIMENSIONS["person"], (NOBODY,)),)
        by_dimension[condition.dimension] = Condition(condition.dimension, kept)
    return tuple(by_dimension.values())


def _keep_people(conditions: tuple[Condition, ...], chosen: tuple[int, ...]) -> tuple[Condition, ...]:
    """The conditions, with only those people left that are chosen; nobody has number 0."""
    person = DIMENSIONS["person"]
    asked = next((condition.values for condition in conditions if condition.dimension is person), chosen)
    both = tuple(value for value in chosen if value in asked) or (NOBODY,)
    return *(condition for condition in conditions if condition.dimension is not person), Condition(person, both)


def _resolve_scope(
    viewer: Viewer, question: Question, conditions: tuple[Condition, ...], branch_id: int | None
) -> Scope:
    """The scope, given that a filter by branch or person is a request to see that branch or person."""
    wanted = {condition.dimension.name: condition.values for condition in conditions}
    branches = wanted.get("branch", ())
    every_branch = is_all_branches(question.branch) or len(branches) > 1
    asked = branches[0] if len(branches) == 1 else None
    if branch_id is not None and not every_branch:
        asked = branch_id
    if viewer.person_id is None and asked is None:
        every_branch = True
    people = tuple(value for value in wanted.get("person", ()) if value != NOBODY)
    if len(people) == 1:
        return resolve_scope(viewer, question.reach, asked, every_branch=every_branch, person_id=people[0])
    scope = resolve_scope(viewer, question.reach, asked, every_branch=every_branch)
    if scope.person_id is not None and people:
        raise NotAllowed("You may ask for your own numbers only.", field="person")
    return scope


def _read(tx: Connection, readings: tuple[Reading, ...], nothing: dict[str, int]) -> dict[Group, dict[str, Any]]:
    """The measured values of every group, merged from the parts of the plan."""
    groups: dict[Group, dict[str, Any]] = {}
    for statement, bound, names in readings:
        width = len(names)
        for row in statement.rows(tx, bound):
            values = dict(zip(names, row[-width:], strict=True))
            group = row[:-width]
            if len(readings) > 1:
                values = {**groups.get(group, nothing), **values}
            groups[group] = values
    return groups


def _make_rows(case: Case, groups: dict[Group, dict[str, Any]]) -> list[AnswerRow]:
    """A row for each group. By the column: two hundred people are a leaderboard."""
    columns = zip(case.by, zip(*groups, strict=True), strict=False)
    written = ([None if raw in (None, "") else one.write(raw) for raw in column] for one, column in columns)
    labels = zip(*written, strict=True)
    values = groups.values() if case.is_plain else map(case.derive, groups.values())
    width = len(case.by)
    return list(map(AnswerRow, labels, values, (group[width:] for group in groups)))


def _arrange(rows: list[AnswerRow], case: Case) -> tuple[AnswerRow, ...]:
    """By time where the first dimension is one, else the largest first; equal ones by name, the unknown last."""

    def by_name(row: AnswerRow) -> NameOrder:
        return order_by_name(row.labels, row.keys)

    def by_value(row: AnswerRow) -> tuple[bool, Value, NameOrder]:
        value = row.values[first]
        return value is None, -(value or 0), by_name(row)

    first = case.measures[0].name
    rows.sort(key=by_name if case.by[0].is_time else by_value)
    return tuple(rows[: case.question.limit])


def order_by_name(labels: tuple[str | None, ...], keys: tuple[Any, ...]) -> NameOrder:
    """What sorts groups by their names, the unknown last, those of one name by their numbers."""
    return [(label is None, label or "") for label in labels], [(key is None, int(str(key or 0))) for key in keys]
