"""Totals for core's own use, where the scope is already decided. One rule: edges use `ask`, never this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.access import Company, Scope
from core.metrics.dimensions import DIMENSIONS, Dimension
from core.metrics.filters import Condition, list_fixed
from core.metrics.measures import Derived, Value, find_measure, list_measured
from core.metrics.plan import plan_question
from core.metrics.sql import build_select
from core.models.rollups import ROLLUPS, SUMS
from core.periods import Calendar, Period
from core.statements import Statement, join_values

_BY_PERSON = next(rollup.table for rollup in ROLLUPS if rollup.name == "person_month")
UNIT = 10_000
ONE_PRODUCT = Dimension("product_id", "Product", "product_id", is_entity=True)


def count_totals(
    tx: Connection,
    company: Company,
    scope: Scope,
    measures: tuple[str, ...],
    period: Period,
    product_id: int | None = None,
    categories: tuple[str, ...] = (),
) -> dict[str, Value]:
    """The values of measures in a scope and period, of one product or of some categories where given.

    The same figures `ask` gives; categories are named as products write them.
    """
    return count_narrowed(tx, company, scope, measures, period, _narrow(product_id, categories))


def count_own(tx: Connection, company: Company, person_id: int, branch_id: int | None, period: Period) -> int:
    """What somebody sold in a branch, or in all of them, wherever they work now; only they themselves are told."""
    own = Scope(company.id, branch_id, person_id)
    return int(count_totals(tx, company, own, ("revenue",), period)["revenue"] or 0)


def count_narrowed(
    tx: Connection,
    company: Company,
    scope: Scope,
    measures: tuple[str, ...],
    period: Period,
    conditions: tuple[Condition, ...],
) -> dict[str, Value]:
    """The values of measures in a scope and period, of what passes all conditions."""
    used = tuple(condition.dimension for condition in conditions)
    measured: dict[str, int] = {}
    parts = plan_question(
        list_measured(measures),
        (),
        scope,
        period,
        filters=used,
        fixed=list_fixed(conditions),
        in_the_past=False,
        orders_span=company.orders_span,
    )
    for part in parts:
        statement, bound = build_select(part, (), conditions, scope, company.calendar)
        row = statement.row(tx, bound)
        measured |= zip((one.name for one in part.measured), row, strict=True)
    found = (find_measure(name) for name in measures)
    return {one.name: one.formula(measured) if isinstance(one, Derived) else measured[one.name] for one in found}


def _narrow(product_id: int | None, categories: tuple[str, ...]) -> tuple[Condition, ...]:
    products = () if product_id is None else (Condition(ONE_PRODUCT, (product_id,)),)
    return (*products, Condition(DIMENSIONS["category"], categories)) if categories else products


@dataclass(frozen=True, slots=True)
class Count:
    """A measured measure in a period: of a person or (None) the whole branch, of a product, some categories, or all."""

    measure: str
    period: Period
    person_id: int | None = None
    product_id: int | None = None
    categories: tuple[str, ...] = ()


def count_each(tx: Connection, company: Company, branch_id: int, wanted: Sequence[Count]) -> list[int]:
    """The value of each in a branch, in the unit of its measure: the figures `count_totals` gives, by one statement."""
    different = tuple(dict.fromkeys(wanted))
    scope = Scope(company.id, branch_id, None)
    statement, bound = _word_together(scope, different, company.calendar, orders_span=company.orders_span)
    values = dict(zip(different, statement.row(tx, bound), strict=True))
    return [values[one] for one in wanted]


@lru_cache(maxsize=1_024)
def _word_together(
    scope: Scope, wanted: tuple[Count, ...], calendar: Calendar, *, orders_span: frozenset[str]
) -> tuple[Statement, Mapping[str, Any]]:
    """One statement for all of them and its values; a seller's sales of a day ask for the same each time."""
    questions = [_word(replace(scope, person_id=one.person_id), one, calendar, orders_span) for one in wanted]
    numbered = enumerate(bound for _, bound in questions)
    bound = {f"{name}_{number}": value for number, values in numbered for name, value in values.items()}
    return join_values(tuple(statement for statement, _ in questions)), bound


def _word(
    scope: Scope, one: Count, calendar: Calendar, orders_span: frozenset[str]
) -> tuple[Statement, dict[str, Any]]:
    measured = list_measured((one.measure,))
    conditions = _narrow(one.product_id, one.categories)
    used = tuple(condition.dimension for condition in conditions)
    (part,) = plan_question(
        measured,
        (),
        scope,
        one.period,
        filters=used,
        fixed=list_fixed(conditions),
        in_the_past=False,
        orders_span=orders_span,
    )
    return build_select(part, (), conditions, scope, calendar)


def read_largest_sum(tx: Connection, company_id: int) -> int:
    """The largest of all sums of a company: by their sizes, whatever their signs, to the unit.

    Of whole units, for what is to be known is whether the sums themselves can still be added up.
    """
    of_company = _BY_PERSON.c.company_id == company_id
    sizes = (func.coalesce(func.sum(func.abs(_BY_PERSON.c[name]) / UNIT), 0) for name in SUMS)
    return max(int(size) for size in tx.execute(select(*sizes).where(of_company)).one()) * UNIT
