"""What is exported, as plain values. One rule: a report is the same whichever writer takes it; writers only write.

Cells are exact: money in ten-thousandths, quantities in thousandths, per cent and derived figures as fractions. A
writer rounds what it shows; files of records are never rounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from core.numbers import HOUSE_STYLE, Style
from core.periods import Period


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    MONEY = "money"
    QUANTITY = "quantity"
    COUNT = "count"
    PERCENT = "percent"
    RATE = "rate"  # of exchange, in thousand-millionths
    NUMBER = "number"  # of a document: a name, never added up or grouped

    @property
    def is_figure(self) -> bool:
        """Whether it is written in digits to be compared, and so stands on the right."""
        return self not in (Kind.TEXT, Kind.DATE, Kind.INSTANT)


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure in a column of several kinds: its value and what it is."""

    value: "Plain"
    kind: Kind


Plain = str | int | Fraction | date | datetime | None
Cell = Plain | Typed
Row = tuple[Cell, ...]


def resolve_cell(cell: Cell, kind: Kind) -> tuple[Plain, Kind]:
    """A cell's value and what it is, in a column of that kind."""
    return (cell.value, cell.kind) if isinstance(cell, Typed) else (cell, kind)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `for_files`: a spreadsheet has it, a page has no room for it. `share` is how wide it is on a page,
    `unknown` what a page says where nobody knows.
    """

    label: str
    kind: Kind = Kind.TEXT
    for_files: bool = False
    share: float = 1.0
    unknown: str = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure to be seen first, with a few words on how it stands. `is_good` colours them; None: neither."""

    label: str
    value: Plain
    kind: Kind
    note: str = ""
    is_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A small chart: a value for each label, in one unit; `is_course` where the labels follow one another in time."""

    title: str
    points: tuple[tuple[str, int | Fraction], ...]
    kind: Kind
    is_course: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A list or report, ready to be written once: `rows` may come from an open transaction, one by one.

    `title`, `scope` and `told` say in words what it is, whose, and what it was narrowed to. `totals` are rows as wide
    as the others whose first cell names them; `are_records`: rows that can be taken back in, so that no total stands
    among them in a file. `nothing` is what to say where there are no rows. Instants are shown in `time_zone`.
    """

    name: str
    title: str
    company: str
    scope: str
    currency: str
    columns: tuple[Column, ...]
    rows: Iterator[Row]
    period: Period | None = None
    told: tuple[str, ...] = ()
    totals: tuple[Row, ...] = ()
    figures: tuple[Figure, ...] = ()
    drawing: Drawing | None = None
    are_records: bool = False
    nothing: str = "There is nothing to show."
    note: str = ""
    time_zone: str = "UTC"
    style: Style = field(default=HOUSE_STYLE)
