"""Any file somebody sends, looked at before anything is written. One rule: what stays open is a question, not a guess.

What is found out is plain JSON-like values, for whoever shows it and for the row the file waits in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.access import Viewer
from core.db import Database
from core.errors import InvalidInput
from core.imports.formats import SALES, Format, find_format
from core.imports.plan import ImportOptions, Plan
from core.imports.reading.dates import Moment, parse_date_format
from core.imports.reading.numbers import COMMA, POINT, read_number
from core.imports.reading.opening import open_file
from core.imports.reading.workbook import is_workbook, list_sheets
from core.imports.sales.columns import find_column, resolve_layout
from core.imports.sales.fields import FIELDS, Kind
from core.imports.sales.guessing import guess_options
from core.imports.sales.presets import find_preset
from core.imports.sales.understanding import SalesReading, understand_file
from core.imports.saved import SavedPreset
from core.imports.tally import TallyReading
from core.imports.tally.files.fields import get_field
from core.imports.tally.files.values import read_day
from core.imports.targets import TARGETS, understand_targets

DAY_FIRST, MONTH_FIRST = "D/M/Y", "M/D/Y"
LEFT_OUT = "-"
MOST_SELLERS, MOST_COLUMNS = 50, 500
MONEY_SIGNS = "$€£¥₹﷼"


@dataclass(frozen=True)
class Question:
    """What has to be said before a file can be read: `about` which choice, with the answers there are.

    An answer is what is chosen and how it looks: for the order of dates a cell's day, for a decimal mark a number.
    """

    about: str
    subject: str  # the cell, column or field in question
    answers: tuple[tuple[str, Any], ...]
    why: str = ""  # what was wrong with the answer before


@dataclass(frozen=True)
class Look:
    """What was seen of a file. `plan` is what its import needs; there is none while a question is open."""

    format: Format
    options: ImportOptions
    plan: Plan[Any] | None = None
    question: Question | None = None
    known_as: str | None = None
    header: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    days: tuple[date, date] | None = None
    example: tuple[str, date] | None = None  # a cell of the date's column, and the day it is read as
    sellers: Mapping[str, int] = field(default_factory=dict)  # by name, with their rows
    signs: str = ""  # of money, found among the amounts


Choices = Mapping[str, Any]


def look_at(database: Database, viewer: Viewer, path: Path, choices: Choices, saved: Sequence[SavedPreset]) -> Look:
    """See what a file is and how it is read, as far as somebody said. InvalidInput for what no choice can mend."""
    said = ImportOptions(sheet=choices.get("sheet"), branch=choices.get("branch"), person=choices.get("person"))
    format_ = find_format(path, said)
    sheets = list_sheets(path) if "sheet" in format_.choices and is_workbook(path) else ()
    if len(sheets) > 1 and said.sheet is None:
        return Look(format_, said, question=ask_sheet(sheets), sheets=sheets)
    look = Look(format_, said, sheets=sheets)
    if format_ is SALES:
        return _look_at_sales(look, path, choices, saved)
    if format_.name == "targets":
        return _look_at_targets(look, path, choices)
    plan = format_.understand(database, viewer, path, said)
    if isinstance(plan.reading, TallyReading):
        return _describe_tally(look, plan)
    return _describe_sales(look, plan) if isinstance(plan.reading, SalesReading) else replace(look, plan=plan)


def ask_sheet(sheets: Sequence[str]) -> Question:
    """Which sheet?"""
    return Question("sheet", "", tuple((name, name) for name in sheets))


def _look_at_targets(look: Look, path: Path, choices: Choices) -> Look:
    options = replace(look.options, decimal=choices.get("decimal"))
    look = replace(look, options=options, header=open_file(path, sheet=options.sheet).header)
    try:
        return replace(look, plan=understand_targets(path, options))
    except InvalidInput as error:
        if error.field != "--decimal":
            raise
        column = find_column(look.header, TARGETS.columns["target"])
        return replace(look, question=_ask_decimal(path, options, [column or 0]))


def _describe_tally(look: Look, plan: Plan[TallyReading]) -> Look:
    days, sellers = list[date](), Counter[str]()
    formula = plan.reading.options.formula
    for export in plan.reading.exports:
        for found in export.read_vouchers():
            try:
                days.append(read_day(get_field(found.fields, "date")))
            except InvalidInput:
                continue  # the import refuses that voucher by name
            sellers[formula.read(found.fields) or ""] += 1
    span = (min(days), max(days)) if days else None
    return replace(look, plan=plan, days=span, sellers=dict(sellers.most_common(MOST_SELLERS)))


def _look_at_sales(look: Look, path: Path, choices: Choices, saved: Sequence[SavedPreset]) -> Look:
    said = look.options
    header = open_file(path, sheet=said.sheet).header
    if len(header) > MOST_COLUMNS:
        words = f"{path.name} has {len(header):,} columns in its first line: that is no table of sales."
        raise InvalidInput(words, field="file", hint="a CSV with one line for each sale")
    options, known_as = guess_options(header, saved)
    options = _add_choices(replace(options, sheet=said.sheet, branch=said.branch, person=said.person), choices)
    look = replace(look, options=options, header=header, known_as=known_as)
    question = _ask_for_columns(header, options, choices)
    if question is not None:
        return replace(look, question=question)
    try:
        plan = understand_file(path, options)
    except InvalidInput as error:
        return replace(look, question=_turn_into_question(path, header, options, error))
    return _describe_sales(look, plan)


def _add_choices(options: ImportOptions, choices: Choices) -> ImportOptions:
    """What was said goes before what was guessed; a column that was given to a field is no other field's."""
    told = {name: choices[name] for name in ("date_format", "decimal") if choices.get(name)}
    given = dict(choices.get("mapping", {}))
    guessed = {name: column for name, column in options.mapping.items() if column not in given.values()}
    mapping = {name: column for name, column in {**guessed, **given}.items() if column != LEFT_OUT}
    makes = frozenset(choices["makes"]) if "makes" in choices else options.create_missing
    return replace(options, **told, mapping=mapping, create_missing=makes)


def _ask_for_columns(header: tuple[str, ...], options: ImportOptions, choices: Choices) -> Question | None:
    """Which column is the date, which the amount; and what a discount is that may be an amount or a rate."""
    preset = find_preset(options.preset) if options.preset else None
    there = set(options.mapping) | {name for name in FIELDS if _has(header, name)}
    there |= (
        {name for name, names in preset.columns.items() if find_column(header, names) is not None} if preset else set()
    )
    missing = next((name for name in ("date",) if name not in there), None)
    if missing is None and not {"amount", "unit_price", "gross"} & there:
        missing = "amount"
    if missing is not None:
        return _ask_column(missing, header)
    discounts = {"discount_amount", "discount_rate", "discount_percent"}
    if preset is None and not discounts & there and "discount" not in choices and _has(header, "discount"):
        return Question("discount", "Discount", tuple((name, name) for name in (*sorted(discounts), LEFT_OUT)))
    return None


def _ask_column(name: str, header: Sequence[str], why: str = "") -> Question:
    return Question("column", name, tuple((str(at), column) for at, column in enumerate(header)), why)


def _has(header: Sequence[str], name: str) -> bool:
    return find_column(header, (name.replace("_", " "),)) is not None


def _turn_into_question(path: Path, header: tuple[str, ...], options: ImportOptions, error: InvalidInput) -> Question:
    """What is to be asked where a file could not be understood; the error itself where no answer helps."""
    layout = resolve_layout(header, find_preset(options.preset) if options.preset else None, options.mapping)
    if error.field == "--decimal":
        places = [at for name, at in layout.fields.items() if FIELDS[name].kind in (Kind.MONEY, Kind.QUANTITY)]
        return _ask_decimal(path, options, places)
    if error.field == "--date-format":
        return _ask_date(path, options, layout.fields["date"], header)
    raise error


def _read_cells(path: Path, options: ImportOptions, places: Sequence[int]) -> Iterator[str]:
    for _, cells in open_file(path, options.encoding, options.delimiter, options.sheet).read_rows():
        yield from (cells[at].strip() for at in places if at < len(cells))


def _ask_decimal(path: Path, options: ImportOptions, places: Sequence[int]) -> Question:
    """Which mark comes before the decimals, shown by the first number it makes a difference to."""
    for cell in _read_cells(path, options, places):
        read = {mark: _try_number(cell, mark) for mark in (POINT, COMMA)}
        if (POINT in cell or COMMA in cell) and read[POINT] != read[COMMA]:
            return Question("decimal", cell, tuple((mark, number) for mark, number in read.items() if number))
    return Question("decimal", "", ((POINT, "1234.56"), (COMMA, "1234,56")))


def _try_number(cell: str, mark: str) -> str | None:
    try:
        return f"{read_number(cell, mark, ''):f}"
    except InvalidInput:
        return None


def _ask_date(path: Path, options: ImportOptions, place: int, header: tuple[str, ...]) -> Question:
    """Whether the day comes first, shown by the first date it makes a difference to; else which column the date is."""
    orders = {order: parse_date_format(order).read for order in (DAY_FIRST, MONTH_FIRST)}
    for cell in _read_cells(path, options, [place]):
        read = {order: day for order, reader in orders.items() if (day := _try_day(cell, reader)) is not None}
        if len(set(read.values())) == len(orders):
            return Question("date", cell, tuple((order, day) for order, day in read.items()))
    return _ask_column("date", header, f"{header[place]} holds no dates.")


def _try_day(cell: str, read: Any) -> date | None:
    try:
        moment: Moment = read(cell)
    except ValueError:
        return None
    return moment.date() if isinstance(moment, datetime) else moment


def _describe_sales(look: Look, plan: Plan[SalesReading]) -> Look:
    """The days and sellers of a file, in one more pass."""
    reading, fields = plan.reading, plan.reading.layout.fields
    days: dict[str, date | None] = {}
    sellers: Counter[str] = Counter()
    person, width = fields.get("person"), len(reading.file.header)
    example: tuple[str, date] | None = None
    for _, cells in reading.file.read_rows():
        cell = cells[fields["date"]] if fields["date"] < len(cells) else ""
        if cell not in days:
            days[cell] = _try_day(cell, reading.dates.read)
            if example is None and (day := days[cell]) is not None:
                example = cell, day
        if person is not None and person < min(width, len(cells)):
            sellers[cells[person].strip()] += 1
    known = [day for day in days.values() if day is not None]
    return replace(
        look,
        plan=plan,
        days=(min(known), max(known)) if known else None,
        example=example,
        sellers=dict(sellers.most_common(MOST_SELLERS)),
        signs="".join(sign for sign in MONEY_SIGNS if any(sign in cell for cell in _list_amounts(reading))),
    )


def _list_amounts(reading: SalesReading) -> list[str]:
    """The amounts of the first rows, as they are written."""
    names = [name for name, column in reading.columns if name in FIELDS and FIELDS[name].kind is Kind.MONEY]
    columns = [reading.layout.name_column(name) for name in names]
    return [row.get(column, "") for row in reading.first_rows for column in columns]
