"""Going through a file once before it is read. One rule: every row is looked at, none is kept."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.imports.reading.dates import DateEvidence
from core.imports.reading.memo import Memo
from core.imports.reading.numbers import NumberEvidence
from core.imports.reading.opening import RowsFile
from core.imports.reading.splitting import Row
from core.imports.reading.workbook import SheetFile
from core.imports.running.collector import rest_collector
from core.imports.sales.columns import Layout
from core.imports.sales.fields import FIELDS, Kind
from core.imports.sales.lookups import Joined, Joiner
from core.text import fold

ROWS_AT_A_TIME = 10_000
BITS = 1 << 26  # of the sieve that finds orders met before: 8 MB, however long the file is


@dataclass
class Survey:
    """What the dates and numbers are like, how many rows there are, and which orders may be scattered."""

    dates: DateEvidence = field(default_factory=DateEvidence)
    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    rows: int = 0
    scattered: frozenset[str] = frozenset()


class OrderSieve:
    """Finds the orders whose rows may not stand together, in memory that does not grow.

    An order that begins where its bit is set already may have been met before; few that it names are not.
    """

    def __init__(self) -> None:
        self._bits = bytearray(BITS // 8)
        self._last = ""
        self.scattered: set[str] = set()

    def see(self, orders: list[str]) -> None:
        """Take the orders of the next rows into account."""
        for order in orders:
            if order == self._last:
                continue
            place, bit = divmod(hash(order) % BITS, 8)
            if self._bits[place] >> bit & 1:
                self.scattered.add(order)
            else:
                self._bits[place] |= 1 << bit
            self._last = order


def survey_rows(file: RowsFile, layout: Layout, lookups: tuple[Joined, ...]) -> Survey:
    """Go through every row of a file."""
    survey, sieve, joiner = Survey(), OrderSieve(), Joiner(lookups)
    survey.numbers.is_exact = isinstance(file, SheetFile)
    observers = list(_list_observers(survey, layout))
    order_at = layout.fields.get("order_id") if "row_id" not in layout.fields else None
    folded, width = Memo(fold), len(file.header)
    rows = file.read_rows()
    while batch := _read_batch(rows):
        survey.rows += len(batch)
        whole = joiner.extend([cells for _, cells in batch if len(cells) >= width], width)
        columns = list(zip(*whole, strict=True))
        for index, see in observers if columns else ():
            for cell, times in Counter(columns[index]).items():
                see(cell, times)
        if order_at is not None and columns:
            sieve.see(list(map(folded.__getitem__, columns[order_at])))
    survey.scattered = frozenset(sieve.scattered)
    return survey


def _read_batch(rows: Iterator[Row]) -> list[Row]:
    with rest_collector():
        return list(islice(rows, ROWS_AT_A_TIME))


def _list_observers(survey: Survey, layout: Layout) -> Iterator[tuple[int, Callable[[str, int], None]]]:
    """What looks at which column; a cell comes with how often it was met."""
    yield layout.fields["date"], survey.dates.see
    for name, index in layout.fields.items():
        if FIELDS[name].kind in (Kind.MONEY, Kind.QUANTITY, Kind.RATE):
            yield index, lambda cell, _: survey.numbers.see(cell)
        if name == "discount_rate":
            yield index, lambda cell, _: survey.numbers.see_rate(cell.strip())
