"""Tables in HTML or XML, which some systems call .xls, as rows of text."""

import csv
from html.parser import HTMLParser
from pathlib import Path
from tempfile import mkstemp

_ROWS, _CELLS = ("tr", "row"), ("td", "th", "cell")
MOST_SPANNED = 100


def is_markup(start: bytes) -> bool:
    """Whether a file's first bytes say it is a page, or a workbook as XML."""
    text = start.decode("utf-8-sig", "replace").lstrip().lower()
    is_page = text.startswith(("<html", "<!doctype html", "<table", "<meta"))
    return is_page or (text.startswith("<?xml") and ("<workbook" in text or "<html" in text))


def write_table(text: str) -> Path | None:
    """The largest table of a page as a CSV file of its own; None where there is none."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    table = max(parser.tables, key=len, default=[])
    if not table:
        return None
    width = max(map(len, table))
    handle, name = mkstemp(prefix="salesbell-table-", suffix=".csv")
    with open(handle, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([*cells, *[""] * (width - len(cells))] for cells in table)
    return Path(name)


class _Tables(HTMLParser):
    """Collects the rows of every table, or of every sheet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = [[]]
        self._cell: list[str] | None = None
        self._blank_after = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, row or cell begins; what was left open before it ends."""
        told = dict(attrs)
        if tag in ("table", "worksheet"):
            self._end_cell()
            self.tables.append([])
        elif tag in _ROWS:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in _CELLS and self.tables[-1]:
            self._end_cell()
            self._skip_to(told.get("ss:index"))
            self._cell = []
            self._blank_after = min(_read_count(told.get("colspan")), MOST_SPANNED) - 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """A cell or row ends."""
        if tag in _CELLS or tag in _ROWS:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Text in a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        """All of it was read."""
        super().close()
        self._end_cell()
        self.tables = [[row for row in table if any(row)] for table in self.tables]

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1] += [" ".join("".join(self._cell).split()), *[""] * self._blank_after]
        self._cell, self._blank_after = None, 0

    def _skip_to(self, index: str | None) -> None:
        """A workbook as XML leaves out blank cells and says which one comes next."""
        row = self.tables[-1][-1]
        if index is not None:
            row += [""] * min(_read_count(index) - 1 - len(row), MOST_SPANNED)


def _read_count(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else 1
