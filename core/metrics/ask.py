"""The one way to ask for a figure. One rule: it takes a Viewer, so that nobody can forget the scope."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from core.access import Reach, Scope, Viewer, find_branch, resolve_scope
from core.errors import InvalidInput, NotAllowed
from core.metrics.dimensions import DIMENSIONS, Dimension, find_dimension
from core.metrics.filters import Condition, is_all_branches, list_custom_fields, resolve_filters
from core.metrics.measures import Derived, Measure, Measured, Value, find_measure, list_measured
from core.metrics.plan import Part, name_source, plan_question
from core.metrics.question import Answer, AnswerRow, Question
from core.metrics.sql import build_select

# What the ranking of a branch may show to everybody in it.
BOARD_MEASURES = frozenset({"revenue", "orders", "units"})
NOBODY = 0
Group = tuple[tuple[Any, ...], tuple[Any, ...]]  # labels and keys


@dataclass(frozen=True)
class Case:
    """A question with every word in it resolved for one viewer."""

    measures: tuple[Measure, ...]
    scope: Scope
    by: tuple[Dimension, ...]
    conditions: tuple[Condition, ...]
    parts: tuple[Part, ...]
    total_parts: tuple[Part, ...]  # of the same question without dimensions, which smaller tables may answer


def ask(tx: Connection, viewer: Viewer, question: Question) -> Answer:
    """The answer to a question, for the eyes of a viewer.

    Raises InvalidInput for a word that is unknown, naming it and what would work, and NotAllowed where the viewer's
    role or scope (contract, part 3) does not reach.
    """
    case = resolve_question(tx, viewer, question)
    measures = case.measures
    totals = _read(tx, viewer, question, case, case.total_parts, ())
    empty = dict.fromkeys((one.name for part in case.parts for one in part.measured), 0)
    total_values = _derive(measures, totals.get(((), ()), empty))
    groups = _read(tx, viewer, question, case, case.parts, case.by) if case.by else {}
    rows = [_make_row(case.by, group, _derive(measures, {**empty, **values})) for group, values in groups.items()]
    if not case.by:
        rows = [AnswerRow((), total_values)]
    return Answer(
        case.by,
        measures,
        _arrange(rows, case.by, measures, question.limit),
        total_values,
        name_source(case.parts),
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
    measures = tuple(find_measure(name) for name in question.measures)
    if not measures:
        raise InvalidInput("A question needs a measure.", field="measures", hint="revenue,orders")
    _require_measures(viewer, question.reach, measures)
    company_id = viewer.company.id
    names = (*question.by, *(name for name, _ in (*question.where, *question.within)))
    has_other = any(name not in DIMENSIONS for name in names)
    known_fields = list_custom_fields(tx, company_id) if has_other else frozenset()
    by = tuple(dict.fromkeys(find_dimension(name, known_fields) for name in question.by))
    conditions = resolve_filters(tx, company_id, question.where, known_fields)
    if question.within:
        conditions = _keep_both(conditions, resolve_filters(tx, company_id, question.within, known_fields))
    if question.people is not None:
        conditions = _keep_people(conditions, question.people)
    scope = _resolve_scope(tx, viewer, question, conditions)
    filtered = tuple(condition.dimension for condition in conditions)
    plan = partial(
        plan_question,
        list_measured(question.measures),
        scope=scope,
        period=question.period,
        in_the_past=question.as_of is not None,
        orders_span=viewer.company.has_spanning_orders,
    )
    total_parts = plan(filtered)
    return Case(measures, scope, by, conditions, plan((*by, *filtered)) if by else total_parts, total_parts)


def _keep_both(some: tuple[Condition, ...], others: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """What passes all of them: of a dimension that is in both, the values that are."""
    by_dimension = {condition.dimension: condition for condition in others}
    for condition in some:
        other = by_dimension.get(condition.dimension)
        kept = tuple(value for value in condition.values if other is None or value in other.values)
        by_dimension[condition.dimension] = Condition(condition.dimension, kept)
    return tuple(by_dimension.values())


def _keep_people(conditions: tuple[Condition, ...], chosen: tuple[int, ...]) -> tuple[Condition, ...]:
    """The conditions, with only those people left that are chosen; nobody has number 0."""
    person = DIMENSIONS["person"]
    asked = next((condition.values for condition in conditions if condition.dimension is person), chosen)
    both = tuple(value for value in chosen if value in asked) or (NOBODY,)
    return *(condition for condition in conditions if condition.dimension is not person), Condition(person, both)


def _resolve_scope(tx: Connection, viewer: Viewer, question: Question, conditions: tuple[Condition, ...]) -> Scope:
    """The scope, given that a filter by branch or person is a request to see that branch or person."""
    wanted = {condition.dimension.name: condition.values for condition in conditions}
    branches = wanted.get("branch", ())
    every_branch = is_all_branches(question.branch) or len(branches) > 1
    asked = branches[0] if len(branches) == 1 else None
    if question.branch is not None and not every_branch:
        asked = find_branch(tx, viewer.company.id, question.branch)
    if viewer.person_id is None and asked is None:
        every_branch = True
    people = tuple(value for value in wanted.get("person", ()) if value != NOBODY)
    if len(people) == 1:
        return resolve_scope(viewer, question.reach, asked, every_branch=every_branch, person_id=people[0])
    scope = resolve_scope(viewer, question.reach, asked, every_branch=every_branch)
    if scope.person_id is not None and people:
        raise NotAllowed("You may ask for your own numbers only.", field="person")
    return scope


def _read(
    tx: Connection,
    viewer: Viewer,
    question: Question,
    case: Case,
    parts: tuple[Part, ...],
    by: tuple[Dimension, ...],
) -> dict[Group, dict[str, int]]:
    """The measured values of every group, merged from the parts of the plan."""
    groups: dict[Group, dict[str, int]] = {}
    best = _find_best(question, case, by)
    for part in parts:
        statement, bound = build_select(
            part, by, case.conditions, case.scope, viewer.company.calendar, question.as_of, best
        )
        names = [measure.name for measure in part.measured]
        keys_from, values_from = len(by), -len(names)
        for row in statement.rows(tx, bound):
            group = row[:keys_from], row[keys_from:values_from]
            groups.setdefault(group, {}).update(zip(names, row[values_from:], strict=True))
    return groups


def _find_best(question: Question, case: Case, by: tuple[Dimension, ...]) -> tuple[str, int] | None:
    """The measure that groups are put in order by and how many are wanted, where one statement can know them all."""
    first = case.measures[0]
    if question.limit is None or not by or by[0].is_time or len(case.parts) > 1 or not isinstance(first, Measured):
        return None
    return first.name, question.limit


def _derive(measures: tuple[Measure, ...], measured: dict[str, int]) -> dict[str, Value]:
    return {
        measure.name: measure.formula(measured) if isinstance(measure, Derived) else measured[measure.name]
        for measure in measures
    }


def _make_row(by: tuple[Dimension, ...], group: Group, values: dict[str, Value]) -> AnswerRow:
    labels, keys = group
    written = tuple(
        None if raw in (None, "") else dimension.write(raw) for dimension, raw in zip(by, labels, strict=True)
    )
    return AnswerRow(written, values, keys)


def _arrange(
    rows: list[AnswerRow], by: tuple[Dimension, ...], measures: tuple[Measure, ...], limit: int | None
) -> tuple[AnswerRow, ...]:
    """By time where the first dimension is one, else the largest first; equal ones by name, the unknown last."""

    def by_label(row: AnswerRow) -> list[tuple[bool, str]]:
        return [(label is None, label or "") for label in row.labels]

    def by_value(row: AnswerRow) -> tuple[bool, Value, list[tuple[bool, str]]]:
        value = row.values[first]
        return value is None, -(value or 0), by_label(row)

    first = measures[0].name
    rows.sort(key=by_value if by and not by[0].is_time else by_label)
    return tuple(rows[:limit])
