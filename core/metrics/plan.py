"""Which tables answer. One rule: those with the fewest rows to read among the rollups that cover, else the lines.

A long period is cut up: whole years and months from the tables of that grain, the odd days at its ends from a table of
days, or from the lines themselves. Sums of the pieces are added; distinct counts are taken over the union of their
keys, so that both are exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

from core.access import Scope
from core.metrics.dimensions import Dimension
from core.metrics.measures import Measured
from core.models.rollups import DAYS_IN, GRAINS, LINES_A_DAY, ORDERS, ROLLUPS, WORDS, Rollup
from core.periods import Period

LINES = "lines"
FITS = {
    "day": None,  # every dimension of time
    "month": frozenset({"month", "quarter", "year", "financial_year"}),
    "year": frozenset({"year"}),
}
# A line is found through an index and lies among others; a rollup's rows lie together. As measured.
LINE_COST = 4


@dataclass(frozen=True)
class Piece:
    """A stretch of days, start in and end out, and the rollup that answers for it (None: the lines)."""

    rollup: Rollup | None
    start: date
    end: date


@dataclass(frozen=True)
class Part:
    """Some of the measures, and the pieces that together answer them: sums, or one distinct count."""

    pieces: tuple[Piece, ...]
    measured: tuple[Measured, ...]

    @property
    def rollup(self) -> Rollup | None:
        """The one rollup that answers it all; None where the lines do, or several."""
        return self.pieces[0].rollup if len(self.pieces) == 1 else None


def plan_question(
    measured: tuple[Measured, ...],
    by: tuple[Dimension, ...],
    scope: Scope,
    period: Period,
    *,
    filters: tuple[Dimension, ...] = (),
    fixed: frozenset[str] = frozenset(),
    in_the_past: bool,
    orders_span: frozenset[str] = frozenset(),
) -> tuple[Part, ...]:
    """The parts that together answer a question split by some dimensions and filtered by some.

    `fixed`: the columns that filters leave one value of. `orders_span`: the columns in which the company has orders
    with several values, over which no counts of orders add up.
    One measure that needs the lines for the whole period takes the others along: the lines are read anyway.
    """
    lines_only = (Piece(None, period.start, period.end),)
    parts: dict[tuple[tuple[Piece, ...], str | None], list[Measured]] = {}
    for measure in measured:
        spanned = (orders_span - _tell_apart(by, scope, fixed)) if measure.kept_as == ORDERS else frozenset()
        needs_lines = in_the_past or "day" in spanned
        rollups = tuple(one for one in ROLLUPS if spanned.isdisjoint(one.keys)) if spanned else ROLLUPS
        pieces = lines_only if needs_lines else _choose_pieces(measure, by, filters, scope, period, rollups)
        if pieces == lines_only:
            return (Part(lines_only, measured),)
        key = None if is_kept(measure, pieces) else measure.distinct_key
        parts.setdefault((pieces, key), []).append(measure)
    return tuple(Part(pieces, tuple(measures)) for (pieces, _), measures in parts.items())


def _tell_apart(by: tuple[Dimension, ...], scope: Scope, fixed: frozenset[str]) -> set[str]:
    """The columns of which each row of the answer has one value, by rollups too.

    Not the days, of which they may add up several, nor the words: sales without one are what the others leave.
    """
    told = {dimension.key for dimension in by if is_exact(dimension)} - {"day", *WORDS} | fixed
    told |= {"branch_id"} if scope.branch_id is not None else set()
    return told | ({"person_id"} if scope.person_id is not None else set())


def name_source(parts: tuple[Part, ...]) -> str:
    """Where an answer came from, in words: "lines", or the rollups."""
    pieces = (piece for part in parts for piece in part.pieces)
    return "+".join(dict.fromkeys(piece.rollup.name if piece.rollup else LINES for piece in pieces))


@lru_cache(maxsize=4096)
def _choose_pieces(
    measure: Measured,
    by: tuple[Dimension, ...],
    filters: tuple[Dimension, ...],
    scope: Scope,
    period: Period,
    rollups: tuple[Rollup, ...],
) -> tuple[Piece, ...]:
    """The pieces with the fewest rows to read, of every way to have at most one table of each grain."""
    covering: list[list[Rollup | None]] = [[None] for _ in GRAINS]
    for rollup in rollups:
        if rollup.is_rest or not (_keeps(rollup, measure, (*by, *filters)) and _reaches(rollup, scope)):
            continue
        if rollup.counts is None:
            covering[GRAINS.index(rollup.grain)].append(rollup)
        elif _is_told_apart(rollup, by, scope, period):
            return (Piece(rollup, period.start, period.end),)
    ways = (tuple(_cut(period.start, period.end, tables)) for tables in product(*covering))
    return min(ways, key=lambda pieces: (sum(map(_estimate_rows, pieces)), len(pieces)))


def _cut(start: date, end: date, tables: tuple[Rollup | None, ...]) -> Iterator[Piece]:
    """From the coarsest table as many whole stretches as fit, and what is left at both ends from the finer ones."""
    grain, table, finer = GRAINS[-len(tables)], tables[0], tables[1:]
    if not finer:
        yield Piece(table, start, end)
        return
    first, last = _round_up(start, grain), _round_down(end, grain)
    if table is None or last <= first:
        yield from _cut(start, end, finer)
        return
    if start < first:
        yield from _cut(start, first, finer)
    yield Piece(table, first, last)
    if last < end:
        yield from _cut(last, end, finer)


def _round_down(day: date, grain: str) -> date:
    return day.replace(day=1) if grain == "month" else day.replace(month=1, day=1)


def _round_up(day: date, grain: str) -> date:
    down = _round_down(day, grain)
    if down == day:
        return day
    if grain == "year" or down.month == 12:
        return date(down.year + 1, 1, 1)
    return down.replace(month=down.month + 1)


def is_one_stretch(piece: Piece) -> bool:
    """Whether a piece is one day, month or year of its rollup."""
    return piece.rollup is not None and _estimate_rows(piece) < 1.5 * piece.rollup.rows


def _estimate_rows(piece: Piece) -> float:
    days = (piece.end - piece.start).days
    if piece.rollup is None:
        return days * LINES_A_DAY * LINE_COST
    return days / DAYS_IN[piece.rollup.grain] * piece.rollup.rows


def _reaches(rollup: Rollup, scope: Scope) -> bool:
    return (scope.branch_id is None or "branch_id" in rollup.keys) and (
        scope.person_id is None or "person_id" in rollup.keys
    )


def _keeps(rollup: Rollup, measure: Measured, dimensions: tuple[Dimension, ...]) -> bool:
    if not all(_splits(rollup, dimension) for dimension in dimensions):
        return False
    if rollup.word is not None and all(dimension.key != rollup.word for dimension in dimensions):
        return False  # it is not all that was sold
    if measure.distinct_key and measure.distinct_key in rollup.keys:
        # Keys of several entities under one name would be counted once each: only the lines count those.
        return all(map(is_exact, dimensions))
    return measure.kept_as in rollup.sums


def _is_told_apart(rollup: Rollup, by: tuple[Dimension, ...], scope: Scope, period: Period) -> bool:
    """Whether each row of the answer is one row of a rollup whose counts do not add up."""
    first, last = _round_up(period.start, rollup.grain), _round_down(period.end, rollup.grain)
    if (first, last) != (period.start, period.end):
        return False
    told = {dimension.key for dimension in by if is_exact(dimension)}
    told |= {"branch_id"} if scope.branch_id is not None else set()
    is_one = is_one_stretch(Piece(rollup, first, last))
    return set(rollup.keys) <= told and (is_one or any(dimension.name == rollup.grain for dimension in by))


def is_kept(measure: Measured, pieces: tuple[Piece, ...]) -> bool:
    """Whether a rollup has the measure as a value; else it is counted from keys."""
    return all(piece.rollup is not None and measure.kept_as in piece.rollup.sums for piece in pieces)


def is_exact(dimension: Dimension) -> bool:
    """Whether each value of the line's own column is one row of the answer: not two products of one category."""
    return dimension.is_time or not dimension.path or (dimension.is_entity and len(dimension.path) == 1)


def _splits(rollup: Rollup, dimension: Dimension) -> bool:
    if dimension.is_time:
        fitting = FITS[rollup.grain]
        return fitting is None or dimension.name in fitting
    return dimension.key == "company_id" or dimension.key in rollup.keys
