"""A sheet of an Excel workbook as rows of text. One rule: one row at a time, and cells say what they hold, not show."""

import csv
import hashlib
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from weakref import finalize
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import InvalidInput
from core.imports.reading.splitting import Row, find_header

MOST_BLANK_ROWS = 1_048_576  # as many as a sheet can have
LARGEST_STRINGS = 256 << 20  # bytes of XML: all texts of a workbook are in memory at once
CHUNK = 1 << 20
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError,
    EOFError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class SheetFile:
    """One sheet of a workbook as it was understood."""

    path: Path
    sheet: str
    header: tuple[str, ...]
    digest: str  # SHA-256 of the workbook's bytes and the sheet's name
    header_line: int = 1
    delimiter: str = ","
    copies: list[str] = field(default_factory=list, compare=False)  # where its rows are kept as text, once read

    @property
    def words(self) -> str:
        """How it is written, to show."""
        return f"Excel workbook, sheet “{self.sheet}”"

    def read_rows(self) -> Iterator[Row]:
        """The rows after the header, blank ones left out. Raises InvalidInput where the workbook is broken.

        Taking a workbook apart is slow: whoever reads it to the end leaves a copy for those who read it after.
        """
        if self.copies:
            with open(self.copies[0], encoding="utf-8", newline="") as stream:
                yield from ((int(number), cells) for number, *cells in csv.reader(stream))
            return
        handle, name = mkstemp(prefix="salesbell-sheet-")
        finalize(self, Path(name).unlink, missing_ok=True)
        with open(handle, "w", encoding="utf-8", newline="") as copy:
            writer = csv.writer(copy)
            for number, cells in self._read_workbook():
                writer.writerow([number, *cells])
                yield number, cells
        self.copies.append(name)

    def _read_workbook(self) -> Iterator[Row]:
        width = len(self.header)
        with _open(self.path) as book:
            for number, cells in _read_sheet(book, self.sheet, self.path.name):
                if number <= self.header_line:
                    continue
                yield number, [*cells, *[""] * (width - len(cells))] if len(cells) < width else cells


def is_workbook(path: Path) -> bool:
    """Whether a file is an Excel workbook of today's kind, by what it holds."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return False
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def open_workbook(path: Path, sheet: str | None = None) -> SheetFile:
    """Find the sheet to read. InvalidInput names --sheet where several have rows and none was said."""
    with _open(path) as book:
        found = {name: _read_header(book, name, path.name) for name in book.sheetnames}
    headers = {name: row for name, row in found.items() if row[1]}
    if not headers:
        raise InvalidInput(f"{path.name} is empty.", field="file")
    named = {name.casefold().strip(): name for name in headers}
    if sheet is None and len(headers) > 1:
        raise InvalidInput(
            f"{path.name} has {len(headers)} sheets: {', '.join(headers)}. Say which one.",
            field="--sheet",
            hint=f"--sheet “{next(iter(headers))}”",
        )
    wanted = next(iter(headers)) if sheet is None else named.get(sheet.casefold().strip())
    if wanted is None:
        raise InvalidInput(f"{path.name} has no sheet “{sheet}”.", field="--sheet", hint=", ".join(headers))
    line, header = headers[wanted]
    return SheetFile(path, wanted, header, _digest(path, wanted), line)


def list_sheets(path: Path) -> tuple[str, ...]:
    """The sheets that have rows, in their order. InvalidInput where the workbook cannot be read."""
    with _open(path) as book:
        return tuple(name for name in book.sheetnames if _read_header(book, name, path.name)[1])


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and pictures, which nobody asks for here
        try:
            _require_bounded(path)
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
        except _UNREADABLE as error:
            raise InvalidInput(
                f"{path.name} is an Excel workbook that cannot be read; save it anew, or as CSV.",
                field="file",
                hint="sales.csv",
            ) from error


def _require_bounded(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        strings = sum(entry.file_size for entry in archive.infolist() if "sharedstrings" in entry.filename.lower())
    if strings > LARGEST_STRINGS:
        words = f"{path.name} holds more text than a workbook may have here; save it as CSV."
        raise InvalidInput(words, field="file", hint="sales.csv")


def _read_header(book: Any, sheet: str, name: str) -> tuple[int, tuple[str, ...]]:
    """The line of a sheet's header, and its cells; none where it has no rows."""
    if not hasattr(book[sheet], "iter_rows"):  # a sheet that is a chart
        return 0, ()
    line, header = find_header(_read_sheet(book, sheet, name)) or (0, [])
    while header and not header[-1]:
        header.pop()
    return line, tuple(cell.strip() for cell in header)


def _read_sheet(book: Any, sheet: str, name: str) -> Iterator[Row]:
    """Every row that is not blank, the header first, by its number in the sheet."""
    found = book[sheet]
    found.reset_dimensions()  # what a sheet says of its size is not always true
    blank = 0
    for number, values in enumerate(found.iter_rows(values_only=True), 1):
        if any(value is not None and value != "" for value in values):
            blank = 0
            yield number, [write_cell(value) for value in values]
        elif (blank := blank + 1) > MOST_BLANK_ROWS:
            raise InvalidInput(f"Sheet {sheet} of {name} has no end.", field="file")


def write_cell(value: Any) -> str:
    """What a cell holds as text: a date as ISO says it, a number with a point and no thousands, 5.0 as 5."""
    if value.__class__ is str:
        return str(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _write_moment(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _write_moment(value: datetime) -> str:
    """Excel keeps a moment as a fraction of a day: what is off by less than half a second is not meant."""
    rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat(sep=" ")


def _digest(path: Path, sheet: str) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    digest.update(sheet.encode())
    return digest.hexdigest()
