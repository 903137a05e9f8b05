"""Reading `qty_sold` counters. One rule: whatever else a browser kept is passed over, a counter never.

{"qty_sold_12": 5}; a dump of all it kept, also as [{"key": "qty_sold_12", "value": "5"}] or deeper down; a list of
products with their qty_sold; or rows with a column for the product and one called qty_sold.
"""

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InvalidInput
from core.imports.plan import ImportOptions
from core.imports.reading.opening import open_file
from core.imports.sales.columns import find_column

QTY_SOLD = "qty_sold"
PREFIX = "qty_sold_"
LARGEST_BYTES = 64 << 20
DEEPEST = 6
_QUANTITY = (QTY_SOLD, "quantity sold", "units sold")
_PRODUCT = ("product", "product id", "sku", "product code", "code", "id", "name", "product name")
_KEY = ("key", "name")
_OF_SALES = ("date", "order date", "sale date", "invoice date")  # a file with one of these is one of sales


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter: where it stands, which product it is of and how many were sold, as the file says it."""

    line: int
    product: str
    text: str
    is_row: bool = False

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"line {self.line}" if self.is_row else f"counter {self.line}"


def is_file_of_counters(path: Path) -> bool:
    """Whether a file has such counters; no for what cannot be read at all."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return False
        if _is_json(path):
            return QTY_SOLD in _read_text(path) and any(True for _ in _walk(_load(path), 0))
        file = open_file(path)
        if _is_dump(file.header):
            return any(cells[0].startswith(PREFIX) for _, cells in file.read_rows())
        return _find_places(file.header) is not None
    except (InvalidInput, OSError):
        return False


def read_counters(path: Path, options: ImportOptions) -> tuple[list[Counter], str]:
    """The counters of a file in their order, and how the file is written. InvalidInput where it cannot be read."""
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}.", field="file")
    if _is_json(path):
        found = enumerate(_walk(_load(path), 0), 1)
        return [Counter(number, product, text) for number, (product, text) in found], "JSON"
    file = open_file(path, options.encoding, options.delimiter, options.sheet)
    if _is_dump(file.header):
        kept = ((line, cells) for line, cells in file.read_rows() if cells[0].startswith(PREFIX))
        return list(_read_rows(kept, 0, 1)), file.words
    places = _find_places(file.header)
    if places is None:
        raise InvalidInput(
            f"No column for product and {QTY_SOLD}. The file has: {', '.join(file.header)}.",
            field="file",
            hint=f"product,{QTY_SOLD}",
        )
    return list(_read_rows(file.read_rows(), *places)), file.words


def _read_rows(rows: Iterator[tuple[int, list[str]]], product: int, quantity: int) -> Iterator[Counter]:
    for line, cells in rows:
        texts = [cells[at].strip() if at < len(cells) else "" for at in (product, quantity)]
        yield Counter(line, texts[0].removeprefix(PREFIX), texts[1], is_row=True)


def _is_dump(header: tuple[str, ...]) -> bool:
    """Whether rows are what a browser kept, each by its key."""
    return tuple(name.casefold() for name in header) == ("key", "value")


def _find_places(header: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the product and its counter stand in a row."""
    if find_column(header, _OF_SALES) is not None:
        return None
    quantity = find_column(header, _QUANTITY)
    product = next((at for name in _PRODUCT if (at := find_column(header, (name,))) is not None), None)
    return None if quantity is None or product is None else (product, quantity)


def _is_json(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(512)
    return _decode(start[: len(start) // 2 * 2]).lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def _decode(content: bytes) -> str:
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8-sig", "replace")


def _read_text(path: Path) -> str:
    return _decode(path.read_bytes())


def _load(path: Path) -> Any:
    """The JSON, numbers as they are written."""
    try:
        return json.loads(_read_text(path), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        where = f": {error.msg} in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidInput(f"{path.name} is no JSON{where}.", field="file", hint='{"qty_sold_12": 5}') from error


def _walk(found: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Every counter there is, as (product, quantity)."""
    if depth > DEEPEST:
        return
    if isinstance(found, str) and QTY_SOLD in found and found.lstrip()[:1] in ("{", "["):  # JSON kept as text
        try:
            found = json.loads(found, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            return
    if isinstance(found, list):
        for one in found:
            yield from _walk(one, depth + 1)
    elif isinstance(found, dict):
        yield from _walk_object(found, depth)


def _walk_object(found: dict[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    key = next((found[name] for name in _KEY if str(found.get(name, "")).startswith(PREFIX)), None)
    if key is not None and "value" in found:
        yield str(key).removeprefix(PREFIX), _write(found["value"])
        return
    product = next((found[name.replace(" ", "_")] for name in _PRODUCT if name.replace(" ", "_") in found), None)
    if product is not None and QTY_SOLD in found:
        yield _write(product), _write(found[QTY_SOLD])
        return
    for name, value in found.items():
        if name.startswith(PREFIX):
            yield name.removeprefix(PREFIX), _write(value)
        elif name == QTY_SOLD and isinstance(value, dict):
            yield from ((product, _write(count)) for product, count in value.items())
        else:
            yield from _walk(value, depth + 1)


def _write(value: Any) -> str:
    """A value as text: the browser kept numbers as texts, with quotes of their own where a program wrote JSON."""
    return value.strip().strip('"') if isinstance(value, str) else json.dumps(value)
