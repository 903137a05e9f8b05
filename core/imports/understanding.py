"""What was understood of a file, before anything is written. One rule: shown or refused, never guessed in silence."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from core.errors import InvalidInput
from core.imports.columns import Layout, resolve_layout
from core.imports.dates import DateFormat
from core.imports.lookups import Joined, read_lookups
from core.imports.opening import RowsFile, open_file
from core.imports.presets import EVERYTHING, Preset, find_preset
from core.imports.survey import survey_rows
from core.text import make_handle

ROWS_SHOWN = 5


@dataclass(frozen=True)
class ImportOptions:
    """How a file is to be read, as it was asked for. `mapping` is field: column; None means: find out.

    `name` tells the files of one system from another's: rows are known again by it. `branch` and `person` (handle or
    name) take what the file leaves open. `beside` are files to join, `sheet` is the one of a workbook.
    """

    preset: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    create_missing: frozenset[str] = frozenset()
    name: str | None = None
    branch: str | None = None
    person: str | None = None
    sheet: str | None = None
    beside: tuple[Path, ...] = ()
    batch_rows: int = 10_000

    @property
    def is_open(self) -> bool:
        """Whether nothing was said of how its columns are read, so that the file itself may say it."""
        return self.preset is None and not self.mapping


@dataclass(frozen=True)
class Understanding:
    """A file as it will be read: what to show before, and what the reading needs."""

    file: RowsFile
    preset: Preset | None
    layout: Layout
    dates: DateFormat
    decimal: str
    rates_are_percent: bool
    rows: int
    lookups: tuple[Joined, ...]
    notes: tuple[str, ...]
    first_rows: tuple[dict[str, str], ...]
    creates: frozenset[str]
    source: str
    digest: str  # of the file, the files beside it and how they are read
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

    @property
    def words(self) -> tuple[str, ...]:
        """All of it in a few lines, to show before anything is written."""
        mark = {".": "point", ",": "comma"}[self.decimal]
        fields = ", ".join(f"{name} ← {column}" for name, column in self.columns)
        unused = f"not read: {', '.join(self.layout.unused)}" if self.layout.unused else ""
        return (
            f"{self.file.path.name}: {self.rows:,} rows, {self.file.words}",
            f"dates: {self.dates.words}; decimals after a {mark}",
            fields,
            *filter(None, (unused, *self.describe_lookups(), *self.notes)),
        )

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


def understand_file(path: Path, options: ImportOptions) -> Understanding:
    """Read a whole file once to learn how it is written. Raises InvalidInput naming what stays open or cannot be."""
    preset = find_preset(options.preset) if options.preset else None
    creates = _check_creates(options.create_missing) | (preset.creates if preset else frozenset())
    source = name_source(options.name, preset.name if preset else None)
    file = open_file(path, options.encoding, options.delimiter, options.sheet)
    lookups, notes = read_lookups(path, file.header, preset.lookups if preset else (), options.beside)
    header = (*file.header, *(name for joined in lookups for name in joined.columns))
    layout = resolve_layout(header, preset, options.mapping)
    survey = survey_rows(file, layout, tuple(lookups))
    if not survey.rows:
        raise InvalidInput(f"{path.name} has a header and no rows.", field="file")
    return Understanding(
        file,
        preset,
        layout,
        survey.dates.settle(options.date_format, layout.name_column("date")),
        survey.numbers.settle(options.decimal),
        survey.numbers.rates_are_percent,
        survey.rows,
        tuple(lookups),
        tuple(notes),
        tuple(dict(zip(file.header, cells, strict=False)) for _, cells in islice(file.read_rows(), ROWS_SHOWN)),
        creates,
        source,
        _digest(file, lookups, options, creates),
        survey.scattered,
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
