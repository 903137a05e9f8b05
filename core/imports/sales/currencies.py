"""Which currency a row of a file is in, and what it comes to in the company's own."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.currencies import find_currencies
from core.errors import InvalidInput
from core.imports.reading.memo import Memo
from core.imports.reading.numbers import spell_out
from core.imports.sales.columns import Layout
from core.sales.rates import convert, find_rate

PRICED = ("amount", "unit_price", "gross")
MONEY = ("unit_price_e4", "discount_e4", "amount_e4")
Candidates = tuple[str, ...] | None  # what a row may be in; None: the company's own currency


class CurrencyReader:
    """Finds what rows are in: as a column says, a mark beside the amount, or the name of the amount's column."""

    def __init__(self, layout: Layout, own: str) -> None:
        self._own = own
        self._places = [at for name, at in layout.fields.items() if name in PRICED]
        titles = (_find_title_mark(layout.header[at]) for at in self._places)
        self._default = next(filter(None, titles), "")
        self._marks: Memo[str, str] = Memo(_find_mark)
        self._found: Memo[tuple[str, ...], Candidates] = Memo(self._find)

    def read(self, columns: Sequence[Sequence[str]], told: Sequence[str | None] | None) -> list[Any]:
        """What each row may be in, or a refusal; `told` is what the column of currencies says."""
        marks: list[list[str]] = [list(map(self._marks.__getitem__, columns[at])) for at in self._places]
        if told is not None:
            marks.append([text if isinstance(text, str) else "" for text in told])
        return list(map(self._found.__getitem__, zip(*marks, strict=True)))

    def _find(self, marks: tuple[str, ...]) -> Candidates:
        told = list(dict.fromkeys(filter(None, marks))) or [self._default]
        if told == [""]:
            return None
        candidates = [find_currencies(mark) for mark in told]
        common = tuple(one for one in candidates[0] if all(one in others for others in candidates))
        if not common:
            words = " and ".join(f"“{mark[:20]}”" for mark in told)
            raise InvalidInput(f"The amount is in {words}, which is no currency.", field="currency", hint="USD")
        return None if self._own in common else common


def find_rates(
    tx: Connection, viewer: Viewer, currencies: Sequence[Candidates], days: Sequence[date]
) -> list[tuple[str, int] | InvalidInput | None]:
    """The currency and rate of each row: the one of its candidates there is a rate for that day, else a refusal."""
    rates: Memo[Any, Any] = Memo(lambda told: _choose_rate(tx, viewer, *told))
    return [rates[pair] if pair[0] else None for pair in zip(currencies, days, strict=True)]


def convert_columns(columns: dict[str, list[Any]], rates: Sequence[tuple[str, int] | None]) -> None:
    """Lines in the company's currency, which keep what they were in their own."""
    columns["currency"] = [rate and rate[0] for rate in rates]
    columns["rate_e9"] = [rate and rate[1] for rate in rates]
    columns["foreign_amounts"] = [None] * len(rates)
    for place, rate in enumerate(rates):
        if rate is None:
            continue
        columns["foreign_amounts"][place] = json.dumps({name: columns[name][place] for name in MONEY})
        for name in (*MONEY, "cost_e4"):
            if columns[name][place] is not None:
                columns[name][place] = convert(columns[name][place], rate[1])


def _choose_rate(tx: Connection, viewer: Viewer, candidates: tuple[str, ...], day: date) -> tuple[str, int]:
    found, flaws = list[tuple[str, int]](), list[InvalidInput]()
    for currency in candidates:
        try:
            found.append((currency, find_rate(tx, viewer, currency, day)))
        except InvalidInput as error:
            flaws.append(error)
    if len(found) > 1:
        names = " or ".join(name for name, _ in found)
        raise InvalidInput(f"The amount could be in {names}.", field="currency", hint="a column of currencies")
    if not found:
        raise flaws[0]
    return found[0]


def _find_mark(cell: str) -> str:
    """The mark of money in a cell, if it has one."""
    if not cell or (cell[0].isdigit() and cell[-1].isdigit()):
        return ""
    spelled = spell_out(cell)
    return spelled.mark if spelled is not None else ""


def _find_title_mark(title: str) -> str:
    """The mark of money in a column's name: Sale Price ($), Amount (EUR)."""
    _, opened, rest = title.rpartition("(")
    mark = rest.partition(")")[0].strip() if opened else ""
    return mark if find_currencies(mark) else ""
