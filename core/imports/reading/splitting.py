"""Lines of text as rows of cells. A quote that nobody closes is a sign like any other, and takes no row with it."""

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

Row = tuple[int, list[str]]  # the line it ends on, its cells
MOST_LINES = 500  # of one row: what goes on longer is no cell but a quote left open
ROWS_BEFORE = 40  # among which the header is looked for


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are divided. `width`: how many a row has, where that is known."""

    delimiter: str
    is_spaced: bool = False  # a, "b, c"
    width: int | None = None

    def read(self, lines: Iterable[str], *, is_strict: bool = False) -> Iterator[list[str]]:
        """Rows of lines, as CSV has it."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.is_spaced, strict=is_strict)

    def read_plainly(self, line: str) -> list[str]:
        """The cells of one line in which quotes are signs like any other."""
        return next(csv.reader([line], delimiter=self.delimiter, quoting=csv.QUOTE_NONE), [])

    def is_legal(self, lines: Sequence[str]) -> bool:
        """Whether lines are one row in which every quote is closed before a delimiter."""
        try:
            return len(list(self.read(lines, is_strict=True))) == 1
        except csv.Error:
            return False

    def read_open(self, line: str) -> list[str]:
        """The cells of a line with a quote that stays open: from there on quotes mean nothing."""
        *whole, rest = next(self.read([line]), [""])
        if not rest.endswith(("\n", "\r")):  # nothing stays open in it
            return [*whole, rest]
        first, *others = self.read_plainly(rest.rstrip("\r\n")) or [""]
        return [*whole, f'"{first}', *others]


class _Lines:
    """The lines of a text, some of which can be put back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._back = stream, deque[str]()
        self.taken: list[str] = []  # since it was last cleared
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error("too many lines")
        line = self._back.popleft() if self._back else next(self._stream)
        self.taken.append(line)
        self.number += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def split_rows(stream: TextIO, dialect: Dialect) -> Iterator[Row]:
    """The rows of a text that are not blank. Raises csv.Error for a line that cannot be taken apart at all."""
    lines = _Lines(stream)
    reader = dialect.read(lines)
    while True:
        lines.taken.clear()
        try:
            cells = next(reader)
            is_whole = len(lines.taken) == 1 or _is_one_row(lines.taken, cells, dialect)
        except StopIteration:
            return
        except csv.Error:
            if len(lines.taken) < 2:
                raise
            is_whole = False
        if not is_whole:
            cells = dialect.read_open(lines.taken[0])
            lines.put_back(lines.taken[1:])
            reader = dialect.read(lines)
        elif dialect.delimiter == "\t" and '"' in lines.taken[0] and not dialect.is_legal(lines.taken):
            cells = dialect.read_plainly(lines.taken[0].rstrip("\r\n"))  # "Speckled" Mug: no quotes around a cell
        if cells and (cells[0] or any(cells)):
            yield lines.number, cells


def _is_one_row(lines: list[str], cells: list[str], dialect: Dialect) -> bool:
    """Whether lines that a quote holds together belong together."""
    if not dialect.is_legal(lines):
        return False
    if dialect.width is None:
        return True
    widths = [len(dialect.read_open(line)) for line in lines]
    are_rows = set(widths) == {dialect.width}
    return not are_rows and (len(cells) == dialect.width or widths[0] != dialect.width)


def find_header(rows: Iterable[Row]) -> Row | None:
    """The first row in which most cells are filled that a row usually has: titles above it have few."""
    first = list(islice(rows, ROWS_BEFORE))
    filled = [sum(map(bool, map(str.strip, cells))) for _, cells in first]
    widths = Counter(len(cells) for (_, cells), count in zip(first, filled, strict=True) if count > 1)
    usual = widths.most_common(1)[0][0] if widths else 0
    return next(
        (row for row, count in zip(first, filled, strict=True) if count * 2 > usual), first[0] if first else None
    )
