"""From cells to sale lines. One rule: a row that cannot be exact is refused by itself, naming column and value.

Rows are read many at a time, column by column: what a cell means is found out once, and looked up after that.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import compress, repeat
from operator import itemgetter
from typing import Any

from core.errors import InvalidInput
from core.imports.reading.dates import Moment
from core.imports.reading.memo import Memo, find_flaw, has_flaw
from core.imports.reading.numbers import DASHES, read_scaled, unwrap
from core.imports.reading.splitting import Row
from core.imports.result import Rejected
from core.imports.sales.amounts import NUMBERS, RATE_DIGITS, WHOLE_RATE, Amounts, Given, Settler
from core.imports.sales.currencies import CurrencyReader
from core.imports.sales.fields import CUSTOM_LONGEST, FIELDS, Kind
from core.imports.sales.lookups import Joiner
from core.imports.sales.understanding import SalesReading
from core.text import clean_name, clean_note, fold

LONG_TEXT = 1000  # longer ones keep their line breaks
EARLIEST = date(1900, 1, 1)
_DIGITS = {Kind.QUANTITY: 3, Kind.MONEY: 4}
YES = frozenset({"yes", "y", "true", "1", "returned", "x"})
NOTHING = DASHES | {"N/A", "n/a", "#N/A"}  # how files write that a cell says nothing
AS_WRITTEN = ("product", "note")
NO = frozenset({"", "no", "n", "false", "0", "not returned", "not", "none"})

Columns = list[Sequence[Any]]


@dataclass(slots=True)
class SaleRows:
    """Rows of a sales file, read: a list for each thing a row says, all of one length and in one order.

    `texts` are by field, those the file has no column for left out; `attributes` the company's own fields as JSON.
    """

    lines: list[int]
    cells: list[list[str]]
    texts: dict[str, list[str | None]]
    attributes: list[str | None]
    moments: list[Moment]
    amounts: list[Amounts]
    is_returned: list[bool]
    currencies: list[tuple[str, ...] | None] = field(default_factory=list)  # what each may be in; None: the company's
    rounded: int = 0  # how many of them had a number that had to be rounded

    def __len__(self) -> int:
        return len(self.lines)

    def get_texts(self, field: str) -> list[str | None]:
        """A field's texts; as many None where the file has no such column."""
        return self.texts.get(field) or [None] * len(self.lines)

    def keep(self, wanted: Sequence[bool]) -> "SaleRows":
        """The rows for which `wanted` says so."""
        return SaleRows(
            list(compress(self.lines, wanted)),
            list(compress(self.cells, wanted)),
            {name: list(compress(texts, wanted)) for name, texts in self.texts.items()},
            list(compress(self.attributes, wanted)),
            list(compress(self.moments, wanted)),
            list(compress(self.amounts, wanted)),
            list(compress(self.is_returned, wanted)),
            list(compress(self.currencies, wanted)),
            self.rounded,
        )


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, reading: SalesReading, currency: str) -> None:
        self._reading, self._layout, self._width = reading, reading.layout, len(reading.file.header)
        self._names = names = {name: reading.layout.name_column(name) for name in FIELDS}
        self._joiner = Joiner(reading.lookups)
        self._has_rounded = False
        self._currencies = CurrencyReader(reading.layout, currency)
        self._texts = {
            name: Memo(partial(_read_text, name=name, column=names[name])) for name in self._list_fields(Kind.TEXT)
        }
        self._numbers = {
            name: Memo(partial(self._read_number, name)) for name in NUMBERS if name in reading.layout.fields
        }
        self._roundings = {
            name: Memo(partial(self._must_round, name)) for name in NUMBERS if name in reading.layout.fields
        }
        self._rate_field = "discount_percent" if "discount_percent" in reading.layout.fields else "discount_rate"
        if self._rate_field in reading.layout.fields:
            self._numbers["rate"] = Memo(self._read_rate)
        self._moment, self._flag = Memo(self._read_moment), Memo(self._read_flag)
        self._custom = [
            (one.index, Memo(partial(_clean, column=one.label, longest=CUSTOM_LONGEST)))
            for one in reading.layout.custom
        ]
        self._attributes = Memo(self._write_attributes)
        settler = Settler(
            names,
            has_amount="amount" in reading.layout.fields,
            has_credits=reading.has_credits,
            has_signed_prices=reading.preset is not None,
        )
        self._settle: Memo[Given, Amounts] = Memo(settler.settle)

    def read(self, batch: Sequence[Row]) -> tuple[SaleRows, list[Rejected]]:
        """The rows that could be read, and those that are refused, each naming the column and the value at fault."""
        whole, rejected = self._fit(batch)
        cells = self._joiner.extend([cells for _, cells in whole], self._width)
        columns: Columns = list(zip(*cells, strict=True)) or [()] * len(self._layout.header)
        read = self._read_columns(columns)
        whole, read = _reject_flawed(whole, read, rejected)
        given: Iterable[Given] = zip(*(read.get(f"number {name}", repeat(None)) for name in NUMBERS), strict=False)
        amounts = list(map(self._settle.__getitem__, given)) if whole else []
        read["amounts"] = amounts
        whole, read = _reject_flawed(whole, read, rejected, ("amounts",))
        return self._assemble(whole, read), rejected

    def _list_fields(self, kind: Kind) -> list[str]:
        return [name for name in self._layout.fields if FIELDS[name].kind is kind]

    def _fit(self, batch: Sequence[Row]) -> tuple[list[Row], list[Rejected]]:
        """Rows of the right length; empty cells too many do not count."""
        width = self._width
        if set(map(len, map(itemgetter(1), batch))) <= {width}:
            return list(batch), []
        whole: list[Row] = []
        rejected: list[Rejected] = []
        for line, cells in batch:
            if len(cells) == width or (len(cells) > width and not any(cells[width:])):
                whole.append((line, cells[:width]))
                continue
            reason = InvalidInput(f"The row has {len(cells)} cells, the header {width}.", field="row")
            rejected.append(Rejected(line, cells, reason))
        return whole, rejected

    def _read_columns(self, columns: Columns) -> dict[str, list[Any]]:
        """What each column says, flaws among it, in the order in which they are told."""
        at = self._layout.fields
        read: dict[str, list[Any]] = {}
        for name, memo in self._numbers.items():
            index = at[self._rate_field if name == "rate" else name]
            read[f"number {name}"] = list(map(memo.__getitem__, columns[index]))
        if self._has_rounded:
            read["rounded"] = self._find_rounded(columns)
        for name, text in self._texts.items():
            read[f"text {name}"] = list(map(text.__getitem__, columns[at[name]]))
        if named := [read[f"text {name}"] for name in ("sku", "product") if f"text {name}" in read]:
            read["product"] = self._require_product(named)
        if "returned" in at:
            read["flag"] = list(map(self._flag.__getitem__, columns[at["returned"]]))
        read["currencies"] = self._currencies.read(columns, read.get("text currency"))
        custom = [list(map(memo.__getitem__, columns[index])) for index, memo in self._custom]
        read |= {f"custom {number}": values for number, values in enumerate(custom)}
        read["moment"] = list(map(self._moment.__getitem__, columns[at["date"]]))
        return read

    def _find_rounded(self, columns: Columns) -> list[bool]:
        at = [(memo, columns[self._layout.fields[name]]) for name, memo in self._roundings.items()]
        return [any(flags) for flags in zip(*(map(memo.__getitem__, column) for memo, column in at), strict=True)]

    def _require_product(self, named: list[list[Any]]) -> list[Any]:
        field = "sku" if "sku" in self._texts else "product"
        refusal = InvalidInput(f"{self._names[field]} is empty.", field=self._names[field])
        return [None if any(names) else refusal for names in zip(*named, strict=True)]

    def _assemble(self, whole: list[Row], read: dict[str, list[Any]]) -> SaleRows:
        count = len(whole)
        custom = [read[f"custom {number}"] for number in range(len(self._custom))]
        attributes: list[str | None] = [None] * count
        if custom:
            attributes = list(map(self._attributes.__getitem__, zip(*custom, strict=True)))
        return SaleRows(
            [line for line, _ in whole],
            [cells for _, cells in whole],
            {name: read[f"text {name}"] for name in self._texts},
            attributes,
            read["moment"],
            read["amounts"],
            read.get("flag") or [False] * count,
            read["currencies"],
            sum(read.get("rounded", ())),
        )

    def _read_number(self, name: str, cell: str) -> int | None:
        """A number in the ledger's units; None where the cell is empty."""
        column, text = self._names[name], cell.strip()
        if text in DASHES and name == "amount":
            return 0
        if not text or text in DASHES:
            if FIELDS[name].is_needed:
                raise InvalidInput(f"{column} is empty.", field=column)
            return None
        number, was_rounded = read_scaled(text, _DIGITS[FIELDS[name].kind], self._reading.decimal, column)
        self._has_rounded |= was_rounded
        return number

    def _must_round(self, name: str, cell: str) -> bool:
        """Whether a number is finer than the ledger keeps."""
        try:
            return read_scaled(cell, _DIGITS[FIELDS[name].kind], self._reading.decimal, name)[1]
        except InvalidInput:
            return False

    def _read_rate(self, cell: str) -> int | None:
        """The discount rate in millionths, or None."""
        column, text = self._names[self._rate_field], cell.strip()
        if not text or text in DASHES:
            return None
        is_percent = text.endswith("%") or self._rate_field == "discount_percent" or self._reading.rates_are_percent
        number = text.removesuffix("%").strip()
        rate, _ = read_scaled(number, RATE_DIGITS - 2 if is_percent else RATE_DIGITS, self._reading.decimal, column)
        if not 0 <= rate <= WHOLE_RATE:
            raise InvalidInput(
                f"{column} is “{text[:60]}”; a discount is between nothing and all.",
                field=column,
                hint=f"0.2, or --map discount_percent={column}",
            )
        return rate

    def _read_moment(self, cell: str) -> Moment:
        column = self._names["date"]
        if not cell.strip():
            raise InvalidInput(f"{column} is empty.", field=column)
        try:
            moment = self._reading.dates.read(cell)
        except ValueError as error:
            raise InvalidInput(
                f"{column} is “{cell[:60]}”, no date read as {self._reading.dates.words}.", field=column
            ) from error
        day = moment.date() if isinstance(moment, datetime) else moment
        if day < EARLIEST:
            raise InvalidInput(f"{column} is {day}, which is too long ago.", field=column)
        return moment

    def _read_flag(self, cell: str) -> bool:
        column, word = self._names["returned"], fold(cell)
        if word not in YES and word not in NO:
            raise InvalidInput(f"{column} is “{cell[:60]}”, neither yes nor no.", field=column, hint="Yes or No")
        return word in YES

    def _write_attributes(self, values: tuple[str | None, ...]) -> str | None:
        named = zip((one.name for one in self._layout.custom), values, strict=True)
        told = {name: value for name, value in named if value is not None}
        return json.dumps(told) if told else None


def _reject_flawed(
    whole: list[Row], read: dict[str, list[Any]], rejected: list[Rejected], among: Iterable[str] = ()
) -> tuple[list[Row], dict[str, list[Any]]]:
    """Without the rows that have a flaw, which are put among the rejected ones."""
    looked_at = [read[name] for name in among or read]
    flawed = list(filter(has_flaw, looked_at))
    if not flawed:
        return whole, read
    flaws = [find_flaw(values) for values in zip(*flawed, strict=True)]
    rejected += [
        Rejected(line, cells, flaw) for (line, cells), flaw in zip(whole, flaws, strict=True) if flaw is not None
    ]
    wanted = [flaw is None for flaw in flaws]
    return list(compress(whole, wanted)), {name: list(compress(values, wanted)) for name, values in read.items()}


def _read_text(cell: str, name: str, column: str) -> str | None:
    text = _clean(unwrap(cell), column, FIELDS[name].longest)
    if text in NOTHING and name not in AS_WRITTEN:
        text = None
    if text is None and FIELDS[name].is_needed:
        raise InvalidInput(f"{column} is empty.", field=column)
    return text


def _clean(text: str, column: str, longest: int) -> str | None:
    """A cell's text without controls and double spaces; None if empty."""
    if not text.isprintable():
        if any("\udc80" <= character <= "\udcff" for character in text):
            raise InvalidInput(f"{column} holds bytes that are not UTF-8.", field=column, hint="--encoding cp1252")
        if not text.strip():
            return None
        clean: Callable[[str, str, int], str] = clean_note if longest >= LONG_TEXT else clean_name
        text = clean(text, column, len(text))
    text = " ".join(text.split()) if "  " in text and longest < LONG_TEXT else text.strip()
    if len(text) > longest:
        raise InvalidInput(f"{column} is longer than {longest} characters: “{text[:40]}…”.", field=column)
    return text or None
