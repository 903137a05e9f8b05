"""What was understood of a file of sales, before anything is written. One rule: shown or refused, never guessed."""

import hashlib
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from core.errors import InvalidInput
from core.imports.plan import ImportOptions, Plan, PlannedFile
from core.imports.reading.dates import DateFormat
from core.imports.reading.opening import RowsFile, open_file
from core.imports.sales.columns import Layout, resolve_layout
from core.imports.sales.lookups import Joined, read_lookups
from core.imports.sales.preset import EVERYTHING, Preset
from core.imports.sales.presets import find_preset
from core.imports.sales.shaping import ShapedFile, shape_file
from core.imports.sales.survey import survey_rows
from core.text import make_handle

ROWS_SHOWN = 5


@dataclass(frozen=True)
class SalesReading:
    """How the rows of a file of sales are read, and what of them is to be shown before."""

    file: RowsFile
    preset: Preset | None
    layout: Layout
    dates: DateFormat
    decimal: str
    rates_are_percent: bool
    lookups: tuple[Joined, ...]
    first_rows: tuple[dict[str, str], ...]
    creates: frozenset[str]
    scattered: frozenset[str]  # orders whose rows may not stand together

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Each field with the column it is read from, in the order of the file."""
        pairs = [(index, name) for name, index in self.layout.fields.items()]
        pairs += [(column.index, column.name) for column in self.layout.custom]
        return tuple((name, self.layout.header[index]) for index, name in sorted(pairs))

    @property
    def has_credits(self) -> bool:
        """Whether a negative quantity or amount is a return."""
        return self.preset.has_credits if self.preset else "returned" not in self.layout.fields

    def describe_lookups(self) -> list[str]:
        """What each file beside it gives."""
        told, start = [], len(self.file.header)
        by_index = {index: name for name, index in self.layout.fields.items()}
        by_index |= {column.index: column.name for column in self.layout.custom}
        for joined in self.lookups:
            end = start + len(joined.columns)
            fields = [by_index[index] for index in range(start, end) if index in by_index]
            if fields:
                told.append(joined.describe(fields, by_index.get(joined.key_index, joined.key)))
            start = end
        return told


def understand_file(path: Path, options: ImportOptions) -> Plan[SalesReading]:
    """Read a whole file once to learn how it is written. Raises InvalidInput naming what stays open or cannot be."""
    preset = find_preset(options.preset) if options.preset else None
    return understand_rows(open_file(path, options.encoding, options.delimiter, options.sheet), preset, options)


def understand_rows(
    file: RowsFile, preset: Preset | None, options: ImportOptions, format_: str = "sales"
) -> Plan[SalesReading]:
    """The same of a file that is opened already, whose rows are sales: of this format, with the columns of a preset."""
    creates = _check_creates(options.create_missing) | (preset.creates if preset else frozenset())
    source = name_source(options.name, preset.name if preset else None)
    file = shape_file(file, preset.shape if preset else None)
    lookups, notes = read_lookups(file.path, file.header, preset.lookups if preset else (), options.beside)
    header = (*file.header, *(name for joined in lookups for name in joined.columns))
    layout = resolve_layout(header, preset, options.mapping)
    survey = survey_rows(file, layout, tuple(lookups))
    left_out = file.describe_left_out() if isinstance(file, ShapedFile) else ""
    if not survey.rows:
        why = f"no sale in it: {left_out}" if left_out else "a header and no rows"
        raise InvalidInput(f"{file.path.name} has {why}.", field="file")
    if left_out:
        notes.append(f"Left out, as no sale: {left_out}.")
    date_format = options.date_format or (preset.date_format if preset else None)
    reading = SalesReading(
        file,
        preset,
        layout,
        survey.dates.settle(date_format, layout.name_column("date")),
        survey.numbers.settle(options.decimal),
        survey.numbers.rates_are_percent,
        tuple(lookups),
        tuple(dict(zip(file.header, cells, strict=False)) for _, cells in islice(file.read_rows(), ROWS_SHOWN)),
        creates,
        survey.scattered,
    )
    return Plan(
        format_,
        (PlannedFile(file.path, source, _digest(file, lookups, options, creates), survey.rows),),
        options,
        reading,
        file.words,
        file.header,
        file.delimiter,
        reading.columns,
        _write_words(reading, survey.rows, notes),
        tuple(notes),
    )


def _write_words(reading: SalesReading, rows: int, notes: list[str]) -> tuple[str, ...]:
    """All of it in a few lines."""
    mark = {".": "point", ",": "comma"}[reading.decimal]
    fields = ", ".join(f"{name} ← {column}" for name, column in reading.columns)
    unused = f"not read: {', '.join(reading.layout.unused)}" if reading.layout.unused else ""
    return (
        f"{reading.file.path.name}: {rows:,} rows, {reading.file.words}",
        f"dates: {reading.dates.words}; decimals after a {mark}",
        fields,
        *filter(None, (unused, *reading.describe_lookups(), *notes)),
    )


def name_source(name: str | None, preset: str | None) -> str:
    """What the ledger calls where rows came from. InvalidInput names --name where it can be no name."""
    handle = make_handle(name) if name is not None else (preset or "sales")
    if not handle:
        raise InvalidInput(f"“{name}” cannot name an import.", field="--name", hint="etsy")
    return f"import:{handle}"


def _check_creates(asked: frozenset[str]) -> frozenset[str]:
    unknown = sorted(asked - EVERYTHING)
    if unknown:
        raise InvalidInput(
            f"“{unknown[0]}” is nothing that can be made.", field="--create-missing", hint=", ".join(sorted(EVERYTHING))
        )
    return asked


def _digest(file: RowsFile, lookups: list[Joined], options: ImportOptions, creates: frozenset[str]) -> str:
    how = asdict(options) | {"create_missing": sorted(creates), "beside": None, "batch_rows": None}
    how["mapping"] = sorted(options.mapping.items())
    said = [file.digest, *(joined.digest for joined in lookups), *(f"{name}={how[name]}" for name in sorted(how))]
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()
