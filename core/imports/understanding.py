"""What was understood of a file, before anything is written. One rule: shown or refused, never guessed in silence."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from core.errors import InvalidInput
from core.imports.columns import Layout, resolve_layout
from core.imports.dates import DateEvidence, DateFormat
from core.imports.delimited import TextFile, open_text_file
from core.imports.fields import FIELDS, Kind
from core.imports.lookups import Joined, read_lookups
from core.imports.numbers import NumberEvidence
from core.imports.presets import EVERYTHING, Preset, find_preset
from core.text import make_handle

ROWS_SHOWN = 5


@dataclass(frozen=True)
class ImportOptions:
    """How a file is to be read, as it was asked for. `mapping` is field: column; None means: find out.

    `name` tells the files of one system from another's: rows are known again by it. `branch` and `person` (handle or
    name) take what the file leaves open.
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
    batch_rows: int = 1000


@dataclass(frozen=True)
class Understanding:
    """A file as it will be read: what to show before, and what the reading needs."""

    file: TextFile
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

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Each field with the column it is read from, in the order of the file."""
        pairs = [(index, name) for name, index in self.layout.fields.items()]
        pairs += [(column.index, column.name) for column in self.layout.custom]
        return tuple((name, self.layout.header[index]) for index, name in sorted(pairs))


def understand_file(path: Path, options: ImportOptions) -> Understanding:
    """Read a whole file once to learn how it is written. Raises InvalidInput naming what stays open or cannot be."""
    preset = find_preset(options.preset) if options.preset else None
    creates = _check_creates(options.create_missing) | (preset.creates if preset else frozenset())
    source = _name_source(options, preset)
    file = open_text_file(path, options.encoding, options.delimiter)
    layout = resolve_layout(file.header, preset, options.mapping)
    known = set(layout.fields)
    lookups, notes = read_lookups(path, preset.lookups if preset else (), known)
    survey = _survey(file, layout)
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
    )


@dataclass
class _Survey:
    dates: DateEvidence = field(default_factory=DateEvidence)
    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    rows: int = 0


def _survey(file: TextFile, layout: Layout) -> _Survey:
    """Go through every row once: what the dates and numbers are like, and how many rows there are."""
    survey = _Survey()
    see_date, see_number, see_rate = survey.dates.see, survey.numbers.see, survey.numbers.see_rate
    date_at = layout.fields["date"]
    kinds = {index: FIELDS[name].kind for name, index in layout.fields.items()}
    numbers_at = [index for index, kind in kinds.items() if kind in (Kind.MONEY, Kind.QUANTITY, Kind.RATE)]
    rate_at = layout.fields.get("discount_rate")
    for _, cells in file.read_rows():
        survey.rows += 1
        if len(cells) < len(layout.header):
            continue
        see_date(cells[date_at])
        for index in numbers_at:
            see_number(cells[index])
        if rate_at is not None:
            see_rate(cells[rate_at].strip())
    return survey


def _check_creates(asked: frozenset[str]) -> frozenset[str]:
    unknown = sorted(asked - EVERYTHING)
    if unknown:
        raise InvalidInput(
            f"“{unknown[0]}” is nothing that can be made.", field="--create-missing", hint=", ".join(sorted(EVERYTHING))
        )
    return asked


def _name_source(options: ImportOptions, preset: Preset | None) -> str:
    name = make_handle(options.name) if options.name is not None else (preset.name if preset else "sales")
    if not name:
        raise InvalidInput(f"“{options.name}” cannot name an import.", field="--name", hint="etsy")
    return f"import:{name}"


def _digest(file: TextFile, lookups: list[Joined], options: ImportOptions, creates: frozenset[str]) -> str:
    said = [
        file.digest,
        *(joined.digest for joined in lookups),
        *(str(getattr(options, name)) for name in ("preset", "date_format", "decimal", "encoding", "delimiter")),
        *(str(getattr(options, name)) for name in ("name", "branch", "person")),
        *(f"{name}={column}" for name, column in sorted(options.mapping.items())),
        *sorted(creates),
    ]
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()
