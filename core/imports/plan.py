"""What was understood of files before anything is written, in one shape whatever their format is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

K = TypeVar("K")


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
class PlannedFile:
    """One file: what the list of imports calls its source, and how many units (rows, vouchers, counters) it has.

    `digest` is of the file and of everything that decides what is read from it: a run that was killed is found by it.
    """

    path: Path
    source: str
    digest: str
    units: int


@dataclass(frozen=True)
class Plan(Generic[K]):
    """Files of one format as they will be read: what to show before, and what the run goes by.

    `reading` is what the format keeps for itself. `header` and `delimiter` are those of the file of rejected units,
    `columns` each field with the column it is read from, `written` how the files are written, `words` all of it in a
    few lines, `notes` what is to be said at the end too.
    """

    format: str
    files: tuple[PlannedFile, ...]
    options: ImportOptions
    reading: K
    written: str
    header: tuple[str, ...]
    delimiter: str = ","
    columns: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def units(self) -> int:
        """How many units all files have."""
        return sum(file.units for file in self.files)
