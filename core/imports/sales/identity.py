"""What a row is called, so that it is taken in once. One rule: a whole row that repeats is a real sale each time.

A row with an id of its own is called by its order and that id. One without is called by what it says (its order, when,
what, how much; without an order also who and where) and how often that came before in the file: whatever the
dialect, the order of the columns or further ones, it is the same row.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, time
from itertools import compress
from typing import Any

from core.imports.reading.dates import Moment
from core.imports.reading.memo import Memo
from core.imports.sales.rows import SaleRows
from core.imports.sales.understanding import SalesReading
from core.text import fold

WITHOUT_ORDER = ("customer", "customer_id", "person", "branch", "platform")
ASKED_AT_ONCE = 1_000  # of the counter on disk
_WHOLE = 1 << 96


class RowNames:
    """Names the rows of one file, which have to come in the order of the file, whole orders at a time where they can.

    How often a row came is counted in memory for an order whose rows stand together, and for others on disk, in a
    temporary database, so that memory does not grow with the file.
    """

    def __init__(self, reading: SalesReading) -> None:
        self._has_row_id = "row_id" in reading.layout.fields
        self._has_order = "order_id" in reading.layout.fields
        self._codes_are_products = reading.preset is not None and reading.preset.codes_are_products
        self._scattered = reading.scattered
        self._folded: Memo[str, str] = Memo(fold)
        self._digests: dict[str, Memo[Any, int]] = {}
        self._recent: dict[int, int] = {}
        self._last_order: str | None = None
        self._counter: sqlite3.Connection | None = None

    def name(self, rows: SaleRows) -> tuple[list[str], list[str]]:
        """The order each row belongs to, and the row's own key. No text of a file has a tab, so none can pretend."""
        orders = rows.get_texts("order_id")
        if self._has_row_id:
            own = rows.get_texts("row_id")
            if not self._has_order:
                return list(own), list(own)  # type: ignore[arg-type]
            return list(orders), [f"{order}\t{row}" for order, row in zip(orders, own, strict=True)]  # type: ignore[arg-type]
        keys = self._count(rows, orders)
        return (list(orders) if self._has_order else keys), keys  # type: ignore[arg-type]

    def close(self) -> None:
        """Let go of the temporary database."""
        if self._counter is not None:
            self._counter.close()

    def _count(self, rows: SaleRows, orders: Sequence[str | None]) -> list[str]:
        digests = self._digest(rows, orders)
        if not self._has_order:
            return _number(digests, self._count_on_disk(digests))
        folded = [self._folded[order or ""] for order in orders]
        if folded and folded[0] != self._last_order:
            self._recent = {}
        is_scattered = list(map(self._scattered.__contains__, folded))
        seen = self._recent | self._count_on_disk(list(compress(digests, is_scattered)))
        keys = _number(digests, seen)
        if folded:
            self._last_order = folded[-1]
            last = (digest for digest, order in zip(digests, folded, strict=True) if order == self._last_order)
            self._recent = {digest: seen[digest] for digest in last}
        return keys

    def _digest(self, rows: SaleRows, orders: Sequence[str | None]) -> list[int]:
        """A number of 96 bits for what each row says: the sum of those of its parts."""
        products = rows.get_texts("sku") if self._codes_are_products else _pair(rows, "sku", "product")
        parts = [
            self._digest_column("moment", self._list_moments(rows), _write_moment),
            self._digest_column("product", products, repr),
            self._digest_column("amounts", [(one.kind, one.quantity_e3, one.amount_e4) for one in rows.amounts], repr),
        ]
        if self._has_order:
            parts.append(self._digest_column("order_id", orders, repr))
        else:
            parts += [self._digest_column(name, rows.texts[name], repr) for name in WITHOUT_ORDER if name in rows.texts]
        return [total % _WHOLE for total in map(sum, zip(*parts, strict=True))]

    def _list_moments(self, rows: SaleRows) -> list[Moment]:
        """When; of an order the day is enough, and repeats itself more."""
        if not self._has_order:
            return rows.moments
        return [moment.date() if isinstance(moment, datetime) else moment for moment in rows.moments]

    def _digest_column(self, name: str, values: Sequence[Any], write: Callable[[Any], str]) -> list[int]:
        memo = self._digests.get(name)
        if memo is None:
            memo = self._digests[name] = Memo(lambda value: _digest(f"{name}={write(value)}"))
        return list(map(memo.__getitem__, values))

    def _count_on_disk(self, digests: list[int]) -> dict[int, int]:
        """How often each of these came before, in this file; they are counted in."""
        if not digests:
            return {}
        counter = self._counter = self._counter or _open_counter()
        told = [digest.to_bytes(12, "big") for digest in digests]
        before: dict[int, int] = {}
        distinct = list(dict.fromkeys(told))
        for start in range(0, len(distinct), ASKED_AT_ONCE):
            asked = distinct[start : start + ASKED_AT_ONCE]
            places = ", ".join("?" * len(asked))
            found = counter.execute(f"SELECT row, times FROM seen WHERE row IN ({places})", asked)  # noqa: S608
            before |= {int.from_bytes(row, "big"): times for row, times in found}
        counter.executemany(
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1", ((row,) for row in told)
        )
        return before


def _number(digests: list[int], seen: dict[int, int]) -> list[str]:
    """A key for each, with how often it came till then; counted in `seen`."""
    keys = []
    for digest in digests:
        times = seen[digest] = seen.get(digest, 0) + 1
        keys.append(f"#{digest:024x}.{times}")
    return keys


def _pair(rows: SaleRows, *names: str) -> Sequence[Any]:
    return list(zip(*(rows.get_texts(name) for name in names), strict=True))


def _write_moment(moment: Any) -> str:
    """A day told with midnight is that day: a workbook does not tell them apart."""
    if isinstance(moment, datetime) and moment.timetz() == time():
        return repr(moment.date().isoformat())
    return repr(moment.isoformat())


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest(), "big")


def _open_counter() -> sqlite3.Connection:
    counter = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # "": temporary, on disk
    counter.execute("PRAGMA cache_size=-8192")
    counter.execute("CREATE TABLE seen (row BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
    counter.execute("BEGIN")
    return counter
