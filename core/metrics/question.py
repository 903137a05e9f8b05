"""Questions and answers. One rule: both are plain values; whoever shows them turns integers into words."""

from dataclasses import dataclass, field
from datetime import datetime

from core.access import Reach
from core.metrics.dimensions import Dimension
from core.metrics.measures import Measure, Value
from core.periods import Period

Label = str | None


@dataclass(frozen=True)
class Question:
    """What is asked: measures, split by dimensions, of the lines that pass every filter, in a period.

    `where` pairs a dimension with a value; several values of one dimension mean any of them. What passes `where` has to
    pass `within` too. `branch` is a branch's handle or name, or "all". `people` are the numbers of the only ones whose
    lines count: none is nobody (None: all). `as_of` asks what the ledger said at that instant. `limit` keeps the first
    rows: by time where the first dimension is one, else by the first measure, largest first.
    """

    measures: tuple[str, ...]
    period: Period
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    branch: str | None = None
    reach: Reach = Reach.TEAM
    people: tuple[int, ...] | None = None
    as_of: datetime | None = None
    limit: int | None = None
    within: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AnswerRow:
    """One row: a label for each dimension asked by (None: unknown), a value for each measure."""

    labels: tuple[Label, ...]
    values: dict[str, Value]
    keys: tuple[object, ...] = field(default=(), compare=False)  # what tells entities of one name apart


@dataclass(frozen=True)
class Answer:
    """The answer: its columns, rows and totals, and the table it was counted from.

    Values are in the measure's own unit: money e4, quantities e3, counts plain, per cent as exact fractions.
    """

    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    rows: tuple[AnswerRow, ...]
    totals: dict[str, Value]
    source: str
    currency: str
    period: Period
