"""Reports as what a page shows: words and places, all worked out. One rule: figures are rounded and grouped here, once.

The page itself is drawn by `page.typ` from the JSON made here; nothing of it is ever read as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

from core import clock
from core.errors import InvalidInput
from core.exports.report import Cell, Column, Drawing, Figure, Kind, Plain, Report, Row, resolve_cell
from core.exports.wording import describe_period
from core.lettering import prepare
from core.money import currency_digits, divide_half_even
from core.numbers import Style, write_compact, write_currency, write_number, write_percent

MOST_ROWS = 20_000  # more is no page to read; a workbook takes them
ROWS_IN_FULL = 400  # up to as many rows long names are wrapped; more go one line each, which is much less work
WIDE_FROM = 10.5  # shares in all, from which the paper lies
LONGEST_WORDS = 300
LONGEST_LABEL = 36  # of a bar
SCALES = {Kind.MONEY: 10_000, Kind.QUANTITY: 1000, Kind.RATE: 10**9}
MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Page:
    """What `page.typ` draws, and how many rows it has."""

    content: dict[str, Any]
    rows: int


def build_page(report: Report) -> Page:
    """The page of a report. Raises InvalidInput where it has more rows than anybody would turn over."""
    rows = list(islice(report.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise InvalidInput(
            f"That is more than {MOST_ROWS:,} rows, too many for pages.", field="format", hint="xlsx, or fewer days"
        )
    places = [index for index, column in enumerate(report.columns) if _is_shown(index, column, rows)]
    columns = [report.columns[index] for index in places]
    writer = FigureWriter(report.style, report.currency)
    made = clock.now().astimezone(clock.find_zone(report.time_zone))
    content = {
        "title": _write_words(report.title),
        "company": _write_words(report.company),
        "scope": _write_words(report.scope),
        "period": describe_period(report.period) if report.period else "",
        "told": [_write_words(words) for words in report.told],
        "made": f"{made.day} {made:%B %Y, %H:%M}",
        "amounts": f"Amounts in {report.currency}" if _has_money(report, columns) else "",
        "note": report.note,
        "figures": [_show_figure(figure, writer) for figure in report.figures],
        "drawing": _show_drawing(report.drawing, writer) if report.drawing and rows else None,
        "columns": [_show_column(column) for column in columns],
        "rows": [_show_row(row, places, report.columns, writer) for row in rows],
        "totals": [_show_row(row, places, report.columns, writer, is_total=True) for row in report.totals],
        "nothing": report.nothing,
        "wide": sum(column.share for column in columns) > WIDE_FROM,
        "brief": len(rows) > ROWS_IN_FULL,
    }
    return Page(content, len(rows))


def show_figures(report: Report) -> tuple[tuple[str, str], ...]:
    """The key figures in words, as the page shows them."""
    writer = FigureWriter(report.style, report.currency)
    return tuple((figure.label, writer.write_large(figure.value, figure.kind)) for figure in report.figures)


def _has_money(report: Report, columns: Sequence[Column]) -> bool:
    kinds = [column.kind for column in columns] + [figure.kind for figure in report.figures]
    return Kind.MONEY in kinds


def _is_shown(index: int, column: Column, rows: Sequence[Row]) -> bool:
    """Whether a column has a place: not one for files, nor one that says nothing in any row."""
    return not column.for_files and (not rows or any(row[index] not in (None, 0) for row in rows))


def _show_column(column: Column) -> dict[str, Any]:
    return {"label": column.label, "right": column.kind.is_figure, "share": column.share}


def _show_row(
    row: Row, places: list[int], columns: tuple[Column, ...], writer: "FigureWriter", *, is_total: bool = False
) -> list[str]:
    cells = ((row[index], columns[index]) for index in places)
    return [writer.write(cell, column.kind) or ("" if is_total else column.unknown) for cell, column in cells]


def _show_figure(figure: Figure, writer: "FigureWriter") -> dict[str, str]:
    tone = {True: "good", False: "bad", None: ""}[figure.is_good]
    shown = writer.write_large(figure.value, figure.kind)
    return {"label": _write_words(figure.label), "value": shown, "note": _write_words(figure.note), "tone": tone}


def _write_words(text: str, longest: int = LONGEST_WORDS) -> str:
    """One line of words, as our fonts draw them, without marks that turn the direction of what stands beside them."""
    line = prepare(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


class FigureWriter:
    """Writes cells as a page shows them, in the company's style."""

    def __init__(self, style: Style, currency: str) -> None:
        self._style, self._currency = style, currency
        self._digits = min(currency_digits(currency), 4)
        self._number = lru_cache(maxsize=65_536)(self._write_number)

    def write(self, cell: Cell, kind: Kind) -> str:
        """A cell in few words; empty where nobody knows."""
        value, kind = resolve_cell(cell, kind)
        if value is None:
            return ""
        if isinstance(value, str):
            return _write_words(value)
        if not isinstance(value, int | Fraction):
            return f"{value:%Y-%m-%d}"
        if kind is Kind.NUMBER:
            return str(value)
        return self._number(value, kind)

    def _write_number(self, value: int | Fraction, kind: Kind) -> str:
        if kind is Kind.PERCENT:
            return write_percent(_round(value, 1), self._style)
        digits = self._digits if kind is Kind.MONEY else {Kind.QUANTITY: 3, Kind.RATE: 9}.get(kind, 0)
        rounded = _round(Fraction(value) / SCALES.get(kind, 1), digits)
        shown = rounded if kind is Kind.MONEY else _trim(rounded)
        if self._style.is_plain_english and self._style.number_format == "international":
            return f"{shown:,}"
        return write_number(shown, self._style)

    def write_large(self, value: Plain, kind: Kind) -> str:
        """A figure to be seen first: money with its currency, without coins where it is large."""
        if kind is not Kind.MONEY or value is None or not isinstance(value, int | Fraction):
            return self.write(value, kind) or "–"
        amount = Fraction(value) / SCALES[kind]
        rounded = _round(amount, self._digits if abs(amount) < 10_000 else 0)
        if self._style.is_plain_english:
            return f"{self._currency} {write_number(rounded, self._style)}"
        return write_currency(rounded, self._currency, self._style, digits=max(0, -int(rounded.as_tuple().exponent)))

    def write_short(self, value: Fraction, kind: Kind) -> str:
        """A figure in the least room, beside a bar or an axis."""
        if kind is Kind.PERCENT:
            return write_percent(_trim(_round(value, 1)), self._style)
        return write_compact(_trim(_round(value / SCALES.get(kind, 1), 2)), self._style)


def _round(value: int | Fraction, digits: int) -> Decimal:
    exact = Fraction(value)
    return Decimal(divide_half_even(exact.numerator * 10**digits, exact.denominator)).scaleb(-digits)


def _trim(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


# ---- the chart ------------------------------------------------------------------------------------------------------


def _show_drawing(drawing: Drawing, writer: FigureWriter) -> dict[str, Any]:
    """Points and ticks as parts of the axis, 0 its lower end and 1 its upper."""
    values = [Fraction(value) for _, value in drawing.points]
    ticks = _choose_ticks(min(Fraction(0), *values), max(Fraction(0), *values), SCALES.get(drawing.kind, 1))
    low, high = ticks[0], ticks[-1]
    every = -(-len(values) // MOST_LABELS)
    return {
        "title": _write_words(drawing.title),
        "course": drawing.is_course,
        "zero": _place(Fraction(0), low, high),
        "ticks": [{"at": _place(tick, low, high), "label": writer.write_short(tick, drawing.kind)} for tick in ticks],
        "points": [
            {
                "label": _write_words(label, LONGEST_LABEL),
                "named": index % every == 0,
                "at": _place(value, low, high),
                "shown": writer.write_short(value, drawing.kind),
            }
            for index, ((label, _), value) in enumerate(zip(drawing.points, values, strict=True))
        ],
    }


def _place(value: Fraction, low: Fraction, high: Fraction) -> float:
    return float((value - low) / (high - low)) if high > low else 0.0


def _choose_ticks(low: Fraction, high: Fraction, scale: int) -> list[Fraction]:
    """Round values from below the least to above the largest, three to six of them."""
    spread = (high - low) / scale or Fraction(1)
    power = Fraction(10) ** (len(str(int(spread))) - 1 if spread >= 1 else -3)
    while spread / power > 10:
        power *= 10
    step = next(power * part for part in (Fraction(1, 5), Fraction(1, 2), 1, 2, 5, 10) if spread / (power * part) <= 4)
    first, last = low / scale // step, -(-high / scale // step)
    return [step * scale * number for number in range(int(first), int(last) + 1)] or [Fraction(0), step * scale]
