"""Which table answers. One rule: the smallest rollup that covers the question, else the lines."""

from dataclasses import dataclass

from core.access import Scope
from core.metrics.dimensions import Dimension
from core.metrics.measures import Measured
from core.models.rollups import ORDERS, ROLLUPS, Rollup
from core.periods import Period

LINES = "lines"
FITS_A_MONTH = frozenset({"month", "quarter", "year", "financial_year"})


@dataclass(frozen=True)
class Part:
    """Some of the measures, and the rollup that answers them (None: the lines)."""

    rollup: Rollup | None
    measured: tuple[Measured, ...]


def plan_question(
    measured: tuple[Measured, ...],
    dimensions: tuple[Dimension, ...],
    scope: Scope,
    period: Period,
    *,
    in_the_past: bool,
    orders_span: bool,
) -> tuple[Part, ...]:
    """The parts that together answer; `dimensions` are those split by and those filtered by.

    `orders_span`: the company has orders of several days, people or branches, which only the lines count once.
    One measure that needs the lines takes the others along: the lines are read anyway.
    """
    chosen: dict[str, list[Measured]] = {}
    for measure in measured:
        needs_lines = in_the_past or (orders_span and measure.kept_as == ORDERS)
        rollup = None if needs_lines else _find_rollup(measure, dimensions, scope, period)
        if rollup is None:
            return (Part(None, measured),)
        chosen.setdefault(rollup.name, []).append(measure)
    by_name = {rollup.name: rollup for rollup in ROLLUPS}
    return tuple(Part(by_name[name], tuple(measures)) for name, measures in chosen.items())


def name_source(parts: tuple[Part, ...]) -> str:
    """Where an answer came from, in words: "lines", or the rollups."""
    return "+".join(part.rollup.name if part.rollup else LINES for part in parts)


def _find_rollup(measure: Measured, dimensions: tuple[Dimension, ...], scope: Scope, period: Period) -> Rollup | None:
    return next(
        (
            rollup
            for rollup in ROLLUPS  # declared smallest first
            if _keeps(rollup, measure)
            and (scope.person_id is None or "person_id" in rollup.keys)
            and all(_splits(rollup, dimension) for dimension in dimensions)
            and (rollup.grain == "day" or period.start.day == period.end.day == 1)
        ),
        None,
    )


def _keeps(rollup: Rollup, measure: Measured) -> bool:
    if measure.distinct_key:
        return measure.distinct_key in rollup.keys
    return measure.kept_as in rollup.sums and (measure.kept_as != ORDERS or rollup.counts_orders)


def _splits(rollup: Rollup, dimension: Dimension) -> bool:
    if dimension.is_time:
        return rollup.grain == "day" or dimension.name in FITS_A_MONTH
    return dimension.key == "company_id" or dimension.key in rollup.keys
