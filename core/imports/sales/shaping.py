"""Exports whose rows are not plain lines of sale, made such: what a row's kind means, and what stands above it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from core.errors import InvalidInput
from core.imports.reading.numbers import POINT, read_number, spell_out
from core.imports.reading.opening import RowsFile
from core.imports.reading.splitting import Row
from core.imports.sales.columns import find_column
from core.imports.sales.preset import BOTH, CAME_BACK, LINE_DISCOUNT, NOTHING, RETURN, SALE, Names, Shape
from core.money import E4, share_out
from core.text import fold

# Zones as Rails, and so Square and others, call them.
ZONES = {
    "eastern time (us & canada)": "America/New_York", "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver", "pacific time (us & canada)": "America/Los_Angeles",
    "arizona": "America/Phoenix", "alaska": "America/Anchorage", "hawaii": "Pacific/Honolulu",
    "atlantic time (canada)": "America/Halifax", "london": "Europe/London", "dublin": "Europe/Dublin",
    "paris": "Europe/Paris", "madrid": "Europe/Madrid", "tokyo": "Asia/Tokyo", "sydney": "Australia/Sydney",
    "melbourne": "Australia/Melbourne", "brisbane": "Australia/Brisbane", "perth": "Australia/Perth",
}  # fmt: skip


@dataclass(frozen=True)
class ShapedFile:
    """A file whose rows are read as its shape says; with two columns more. `left_out` counts what is none, by why."""

    file: RowsFile
    shape: Shape
    left_out: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.file.path

    @property
    def header(self) -> tuple[str, ...]:
        """What its columns are called."""
        return (*self.file.header, CAME_BACK, LINE_DISCOUNT)

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return self.file.digest

    @property
    def delimiter(self) -> str:
        """What stands between the cells of its rejected rows."""
        return self.file.delimiter

    @property
    def words(self) -> str:
        """How it is written, to show."""
        return self.file.words

    def describe_left_out(self) -> str:
        """How many rows were no sale, and why; nothing before its rows were read."""
        return ", ".join(f"{count:,} {words}" for words, count in self.left_out.items())

    def read_rows(self) -> Iterator[Row]:
        """The rows that are sales or returns."""
        self.left_out.clear()
        shaper = _Shaper(self.shape, self.file.header, self.left_out)
        width = len(self.file.header)
        whole = ((line, [*cells, *[""] * (width - len(cells))][:width]) for line, cells in self.file.read_rows())
        for _, rows in groupby(whole, shaper.name_order):
            yield from shaper.shape_order(list(rows))


class _Shaper:
    def __init__(self, shape: Shape, header: tuple[str, ...], left_out: dict[str, int]) -> None:
        self._shape, self._header, self._left_out = shape, header, left_out

        def find(names: Names) -> int | None:
            return find_column(header, names) if names else None

        self._order, self._kind, self._needed = find(shape.order), find(shape.kind), find(shape.needed)
        self._date, self._time, self._zone = find(shape.date), find(shape.time), find(shape.zone)
        self._price, self._quantity, self._discount = find(shape.price), find(shape.quantity), find(shape.discount)
        self._order_discount, self._cancelled = find(shape.order_discount), find(shape.cancelled)
        self._order_total = find(shape.order_total)
        self._carried = [at for names in shape.carried if (at := find(names)) is not None]
        self._joined = [at for name in shape.joined if (at := find((name,))) is not None]
        self._amounts = [at for names in shape.amounts if (at := find(names)) is not None]

    def name_order(self, row: Row) -> str:
        """Which order a row belongs to; its line where it says none."""
        return (row[1][self._order].strip() if self._order is not None else "") or f"\t{row[0]}"

    def shape_order(self, rows: list[Row]) -> Iterator[Row]:
        """The lines of one order."""
        above: list[str] = []
        kept: list[tuple[int, list[str], str]] = []
        for line, cells in rows:
            for at in self._carried if above else ():
                cells[at] = cells[at] or above[at]
            above = cells
            meaning = self._find_meaning(cells)
            if meaning != NOTHING:
                kept.append((line, self._shape_cells(cells, meaning), meaning))
        discounts = self._share_discount([cells for _, cells, _ in kept])
        for (line, cells, meaning), discount in zip(kept, discounts, strict=True):
            yield line, [*cells, "yes" if meaning == BOTH else "", discount]

    def _find_meaning(self, cells: Sequence[str]) -> str:
        if self._needed is not None and not cells[self._needed].strip():  # a group's own row, a payment, a footer
            return self._leave_out(f"without “{self._header[self._needed]}”")
        word = cells[self._kind].strip() if self._kind is not None else ""
        meaning = self._shape.meanings.get(fold(word), NOTHING if self._shape.only and fold(word) else SALE)
        meaning = SALE if fold(word) in self._shape.only else meaning
        if meaning == SALE and self._cancelled is not None and cells[self._cancelled].strip():
            return self._leave_out("cancelled")
        return self._leave_out(word) if meaning == NOTHING else meaning

    def _leave_out(self, words: str) -> str:
        self._left_out[words] = self._left_out.get(words, 0) + 1
        return NOTHING

    def _shape_cells(self, cells: list[str], meaning: str) -> list[str]:
        cells = list(cells)
        if meaning == RETURN:
            for at in self._amounts:
                spelled = spell_out(cells[at])
                if spelled is not None and not spelled.is_negative and spelled.digits.strip("0.,"):
                    cells[at] = f"-{spelled.mark}{spelled.digits}"
        if self._quantity is not None and not cells[self._quantity].strip():
            cells[self._quantity] = "1"
        if meaning == BOTH and self._quantity is not None and _read(cells[self._quantity]) == 0:
            cells[self._quantity] = self._find_quantity(cells)
        if self._joined:
            cells[self._joined[-1]] = " ".join(filter(None, (cells[at].strip() for at in self._joined)))
        if self._date is not None:
            cells[self._date] = self._write_date(cells, self._date)
        return cells

    def _find_quantity(self, cells: Sequence[str]) -> str:
        """How many were sold before all came back: what the order came to by the price of one."""
        total = _read(cells[self._order_total]) if self._order_total is not None else Decimal(0)
        price = _read(cells[self._price]) if self._price is not None else Decimal(0)
        return f"{total / price:f}" if price and total and total % price == 0 else "1"

    def _write_date(self, cells: Sequence[str], at: int) -> str:
        day = cells[at].strip()
        if self._time is not None and cells[self._time].strip():
            day = f"{day} {cells[self._time].strip()}"
        zone = ZONES.get(fold(cells[self._zone]), cells[self._zone].strip()) if self._zone is not None else ""
        zone = zone or ("UTC" if self._shape.is_utc else "")
        return f"{day} [{zone}]" if zone and ":" in day else day

    def _share_discount(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """Each line's own discount, and its part of what the order's has besides."""
        own = [_read(cells[self._discount]) if self._discount is not None else Decimal(0) for cells in rows]
        if self._order_discount is not None and rows:
            rest = max((_read(cells[self._order_discount]) for cells in rows), default=Decimal(0)) - sum(own)
            if rest > 0 and self._price is not None and self._quantity is not None:
                gross = [_read(cells[self._price]) * _read(cells[self._quantity]) for cells in rows]
                weights = [max(0, int((one - off) * E4)) for one, off in zip(gross, own, strict=True)]
                parts = share_out(int(rest * 100), weights)
                own = [off + Decimal(part) / 100 for off, part in zip(own, parts, strict=True)]
        return [f"{off:f}" if off else "" for off in own]


def _read(cell: str) -> Decimal:
    """A number as such exports write it; 0 where there is none."""
    try:
        return read_number(cell, POINT, "")
    except InvalidInput:
        return Decimal(0)


def shape_file(file: RowsFile, shape: Shape | None) -> RowsFile:
    """The file as its shape says."""
    if shape is None:
        return file
    title = next((name for name in file.header if shape.date and name == _first(file, shape.date)), "")
    is_utc = shape.is_utc or "(utc)" in title.casefold()
    return ShapedFile(file, replace(shape, is_utc=is_utc))


def _first(file: RowsFile, names: Names) -> str:
    at = find_column(file.header, names)
    return file.header[at] if at is not None else ""
