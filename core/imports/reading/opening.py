"""Any file of rows, whatever its format. One rule: by what it holds, not by what it is called."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from core.imports.reading.delimited import open_text_file
from core.imports.reading.splitting import Row
from core.imports.reading.workbook import is_workbook, open_workbook


class RowsFile(Protocol):
    """A file as it was understood, ready to give its rows again and again."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def header(self) -> tuple[str, ...]:
        """What its columns are called."""

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""

    @property
    def delimiter(self) -> str:
        """What stands between the cells of its rejected rows."""

    @property
    def words(self) -> str:
        """How it is written, to show."""

    def read_rows(self) -> Iterator[Row]:
        """The rows after the header, blank ones left out."""


def open_file(
    path: Path, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> RowsFile:
    """Find out how a file is written. InvalidInput says what is wrong with one that cannot be read."""
    if is_workbook(path):
        return open_workbook(path, sheet)
    return open_text_file(path, encoding, delimiter)
