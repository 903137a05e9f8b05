"""What a row is called, so that it is taken in once. One rule: a whole row that repeats is a real sale each time."""

import hashlib
import sqlite3
from collections.abc import Sequence

from core.imports.columns import Layout


class RowNames:
    """Names the rows of one file: by their order and row id; without a row id by content and how often it came.

    How often is counted on disk, in a temporary database, so that memory does not grow with the file. Every row of the
    file has to be named in turn, also those that are skipped or refused.
    """

    def __init__(self, layout: Layout) -> None:
        self._has_row_id = "row_id" in layout.fields
        self._labels = sorted((name.casefold(), index) for index, name in enumerate(layout.header))
        self._seen = None if self._has_row_id else _open_counter()

    def count(self, cells: Sequence[str]) -> str:
        """The row's name by content where it needs one, counting it; empty where it has a row id."""
        if self._seen is None:
            return ""
        told = (f"{label}={cells[i].strip()}" for label, i in self._labels if i < len(cells) and cells[i].strip())
        digest = hashlib.sha256("\x1f".join(told).encode("utf-8", "surrogateescape")).digest()[:16]
        (times,) = self._seen.execute(
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times", (digest,)
        ).fetchone()
        return f"#{digest.hex()}.{times}"

    def close(self) -> None:
        """Let go of the temporary database."""
        if self._seen is not None:
            self._seen.close()


def _open_counter() -> sqlite3.Connection:
    counter = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # "": temporary, on disk
    counter.execute("PRAGMA cache_size=-8192")
    counter.execute("CREATE TABLE seen (row BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
    counter.execute("BEGIN")
    return counter


def name_row(order_id: str | None, row_id: str | None, by_content: str) -> tuple[str, str]:
    """The document a row belongs to and the row's own key. No text of a file has a tab, so none can pretend."""
    own = row_id or by_content
    return (order_id, f"{order_id}\t{own}") if order_id else (own, own)
