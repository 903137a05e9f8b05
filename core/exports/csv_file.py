"""Reports as CSV. One rule: what stands in it is exact, a text is never a formula, and a number never a text."""

import csv
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core import clock
from core.exports.report import Cell, Kind, Report, resolve_cell
from core.formulas import disarm
from core.money import currency_digits, divide_half_even, write_decimal, write_quantity

MARK = "\ufeff"  # by which spreadsheets know UTF-8
PERCENT_DIGITS, RATE_DIGITS = 2, 9


def write_csv(report: Report, path: Path, *, has_mark: bool = False) -> int:
    """Write a report as RFC 4180 has it, in UTF-8; how many rows it had. Totals come last, but not among records."""
    write = CellWriter(report.currency, clock.find_zone(report.time_zone))
    columns: list[Callable[[Any], str]] = [partial(write, kind=column.kind) for column in report.columns]
    writers = [write.choose(column.kind) for column in report.columns] if report.are_records else columns
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(MARK if has_mark else "")
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow([disarm(column.label) for column in report.columns])
        for row in report.rows:
            out.writerow([None if cell is None else put(cell) for cell, put in zip(row, writers, strict=True)])
            count += 1
        if not report.are_records:
            out.writerows([put(cell) for cell, put in zip(row, columns, strict=True)] for row in report.totals)
    return count


class CellWriter:
    """Writes the cells of one report: plain decimals with a point, ISO dates, texts that calculate nothing."""

    def __init__(self, currency: str, zone: ZoneInfo) -> None:
        self._zone = zone
        self._coin_digits = min(currency_digits(currency), 4)
        self._coin_e4 = 10 ** (4 - self._coin_digits)
        remember = lru_cache(maxsize=65_536)
        self._writers: dict[Kind, Callable[[Any], str]] = {
            Kind.TEXT: disarm,
            Kind.DATE: remember(date.isoformat),
            Kind.INSTANT: lambda value: value.astimezone(self._zone).isoformat(),
            Kind.MONEY: remember(self._write_money),
            Kind.QUANTITY: remember(lambda value: write_quantity(round(value))),
            Kind.PERCENT: lambda value: write_fraction(value, PERCENT_DIGITS),
            Kind.RATE: remember(lambda value: _trim(write_decimal(int(value), RATE_DIGITS, RATE_DIGITS))),
        }

    def choose(self, kind: Kind) -> Callable[[Any], str]:
        """What writes the cells of a column that all are of its kind, and known."""
        return self._writers.get(kind, str)

    def __call__(self, cell: Cell, kind: Kind) -> str:
        """A cell as text; nothing where nobody knows. A word among figures is a text."""
        value, kind = resolve_cell(cell, kind)
        if value is None:
            return ""
        return disarm(value) if isinstance(value, str) else self.choose(kind)(value)

    def _write_money(self, value: int | Fraction) -> str:
        """With the coin's decimals, or all four where an amount is finer; what was divided is rounded to the coin."""
        if isinstance(value, Fraction) and value.denominator != 1:
            return write_fraction(value / 10_000, self._coin_digits)
        whole = int(value)
        return write_decimal(whole, 4, 4 if whole % self._coin_e4 else self._coin_digits)


def write_fraction(value: int | Fraction, digits: int) -> str:
    """A value as a decimal with so many decimals, rounded half to even once."""
    exact = Fraction(value)
    return write_decimal(divide_half_even(exact.numerator * 10**digits, exact.denominator), digits, digits)


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".")
