"""The rows of a file of our own. One rule: nothing is guessed: columns and how they are written are known."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from openpyxl.utils.escape import unescape

from core.errors import InvalidInput
from core.formulas import rearm
from core.imports.reading.delimited import TextFile, open_text_file
from core.imports.reading.splitting import Row
from core.imports.reading.workbook import SheetFile, is_workbook, open_workbook
from core.imports.sales.fields import CUSTOM_NAME
from core.money import currency_digits, parse_amount_e4, parse_quantity_e3, parse_scaled
from core.periods import parse_day
from core.text import make_storable

KINDS = ("sale", "return", "exchange", "guest")
OWN_FIELD = "Field: "
SHEETS = ("Sales", "Returns and exchanges")
NEEDED = ("Date", "Kind", "Quantity", "Unit price", "Amount", "Sold at", "Handle", "Branch", "Source", "External ID")
E9 = 10**9
OWN_SOURCE = "import:salesbell"
_TEXT_LENGTHS = {
    "Person": 200, "Handle": 65, "Branch": 200, "SKU": 100, "Product": 300, "Category": 200, "Subcategory": 200,
    "Variant": 200, "Customer": 300, "Customer ID": 300, "Platform": 50, "Coupon": 50, "Ledger group": 100,
    "Region": 100, "Country": 100, "Pincode": 20, "Note": 4000, "Source": 64, "External ID": 200, "Row key": 400,
    "Original source": 64, "Original ID": 200, "Currency": 3,
}  # fmt: skip
_AMOUNTS = ("Unit price", "Discount", "Amount", "Cost", "Tax", "Round-off")
_NUMBERS = ("Position", "Original position")
_OBJECTS = ("Taxes", "Foreign amounts")

Identity = tuple[str, str]  # source, external id


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row as it was exported: what each column says, by the column's name, in the ledger's units."""

    line: int
    cells: list[str]
    said: Mapping[str, Any]
    attributes: dict[str, str] | None

    @property
    def document(self) -> Identity:
        """What the ledger knows the row's document by."""
        return self.said["Source"], self.said["External ID"]

    @property
    def original(self) -> Identity | None:
        """The document that this one gives back, if it names one."""
        source, name = self.said["Original source"], self.said["Original ID"]
        return (source, name) if source and name else None


@dataclass(frozen=True)
class OwnFile:
    """A file of our own, CSV or workbook: its header, and its rows from however many sheets."""

    path: Path
    parts: tuple[TextFile | SheetFile, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """What its columns are called."""
        return self.parts[0].header

    @property
    def digest(self) -> str:
        """SHA-256 of what it holds."""
        return self.parts[0].digest

    def read_rows(self) -> Iterator[Row]:
        """The rows as cells of text, as they were before they were disarmed, or escaped as workbooks have it."""
        for part in self.parts:
            restore: Callable[[str], str] = rearm if isinstance(part, TextFile) else unescape
            for number, cells in part.read_rows():
                yield number, list(map(restore, cells))


def is_own_file(path: Path) -> bool:
    """Whether `export sales` wrote it: it has the columns by which the ledger knows its lines."""
    try:
        return find_own_file(path) is not None
    except InvalidInput:
        return False


def find_own_file(path: Path) -> OwnFile | None:
    """The file, ready to be read; None where it is none of ours. Raises InvalidInput where it cannot be read at all."""
    parts = tuple(_open_sheets(path)) if is_workbook(path) else (open_text_file(path),)
    return OwnFile(path, parts) if parts and _is_ours(parts[0].header) else None


def _open_sheets(path: Path) -> Iterator[SheetFile]:
    """The sheets of rows: the first, and those that go on where it was full."""
    for title in SHEETS:
        for number in count(1):
            try:
                yield open_workbook(path, title if number == 1 else f"{title} {number}")
            except InvalidInput:
                break


def _is_ours(header: Sequence[str]) -> bool:
    return {*NEEDED, "Position"} <= set(header)


class OwnReader:
    """Reads the rows of one file."""

    def __init__(self, header: tuple[str, ...]) -> None:
        readers: dict[str, Callable[[str, str], Any]] = {
            "Date": lambda cell, name: parse_day(cell[:10], name),
            "Sold at": _read_instant,
            "Kind": _read_kind,
            "Quantity": parse_quantity_e3,
            "Rate": lambda cell, name: parse_scaled(cell, E9, name),
            "Written off": lambda cell, _name: cell == "yes",
            **dict.fromkeys(_AMOUNTS, parse_amount_e4),
            **dict.fromkeys(_NUMBERS, _read_number),
            **dict.fromkeys(_OBJECTS, _read_object),
            **dict.fromkeys(_TEXT_LENGTHS, _read_text),
            "Currency": _read_currency,
        }
        self._width = len(header)
        self._columns = [(index, name, readers[name]) for index, name in enumerate(header) if name in readers]
        self._own = [
            (index, name.removeprefix(OWN_FIELD)) for index, name in enumerate(header) if name.startswith(OWN_FIELD)
        ]
        self._nothing: dict[str, Any] = dict.fromkeys(readers)
        for _, name in self._own:
            if not CUSTOM_NAME.fullmatch(name):
                raise InvalidInput(f"“{name}” cannot name a field of your own.", field=OWN_FIELD + name)

    @property
    def custom_fields(self) -> tuple[str, ...]:
        """The company's own fields that the file has."""
        return tuple(name for _, name in self._own)

    def read(self, line: int, cells: list[str]) -> OwnRow:
        """One row. Raises InvalidInput naming the column and the value at fault."""
        if len(cells) != self._width:
            raise InvalidInput(f"The row has {len(cells)} cells, the header {self._width}.", field="row")
        said = self._nothing | {name: read(cells[at], name) for at, name, read in self._columns if cells[at] != ""}
        for name in (*NEEDED, "Position"):
            if said[name] is None:
                raise InvalidInput(f"{name} is empty.", field=name)
        if said["Quantity"] <= 0 or (said["Discount"] or 0) < 0:
            name = "Quantity" if said["Quantity"] <= 0 else "Discount"
            raise InvalidInput(f"{name} is below what the ledger holds.", field=name)
        own = {name: _require_storable(cells[at], name) for at, name in self._own if cells[at]}
        return OwnRow(line, cells, said, own or None)


def _read_text(cell: str, name: str) -> str:
    if len(cell) > _TEXT_LENGTHS[name]:
        raise InvalidInput(f"{name} is longer than {_TEXT_LENGTHS[name]} characters.", field=name)
    return _require_storable(cell, name)


def _require_storable(cell: str, name: str) -> str:
    if not cell.isprintable() and make_storable(cell, keep="\n\t") != cell:
        raise InvalidInput(f"{name} holds a character that cannot be kept.", field=name)
    return cell


def _read_currency(cell: str, name: str) -> str:
    currency_digits(cell)
    return _read_text(cell, name)


def _read_kind(cell: str, name: str) -> str:
    if cell not in KINDS:
        raise InvalidInput(f"“{cell[:40]}” is no kind of document.", field=name, hint=", ".join(KINDS))
    return cell


def _read_number(cell: str, name: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) <= 9):
        raise InvalidInput(f"“{cell[:40]}” is not a number.", field=name, hint="1")
    return int(cell)


def _read_instant(cell: str, name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(cell)
    except ValueError:
        instant = datetime.min
    if instant.tzinfo is None:
        raise InvalidInput(f"“{cell[:40]}” is not an instant.", field=name, hint="2026-07-18T10:30:00+03:00")
    return instant


def _read_object(cell: str, name: str) -> dict[str, int]:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, int) for value in found.values()):
        raise InvalidInput(f"“{cell[:40]}” is not what was exported.", field=name, hint='{"VAT": 37500}')
    return found


def restore_tabs(text: str | None) -> str | None:
    """A row's own name as the ledger has it: \\t is a tab again, and two backslashes are one."""
    if text is None or "\\" not in text:
        return text
    return "\\".join(part.replace("\\t", "\t") for part in text.split("\\\\"))


def check_day(day: date, today: date, *, ahead: bool) -> None:
    """Raise InvalidInput for a day to come, unless the company takes orders ahead."""
    if day > today and not ahead:
        raise InvalidInput(f"The date is {day}, which is in the future.", field="Date")
