"""The file of rejected rows. One rule: it stands beside the input, whole or not at all, and can be imported again."""

import csv
import os
from pathlib import Path
from typing import Literal, TextIO

from core.errors import InvalidInput

REASON = "reason"
REASONS_SHOWN = 4


class RejectsFile:
    """Collects rejected rows in a part file; `finish` puts it in place, or takes an old one away."""

    def __init__(self, beside: Path, header: tuple[str, ...], delimiter: str) -> None:
        self._header, self._delimiter = header, delimiter
        self.path = _choose_place(beside) / f"{beside.stem}.rejected.csv"
        self._part = self.path.with_name(f"{self.path.name}.part")
        self._stream: TextIO | None = None

    def resume(self, rows: int) -> bool:
        """Go on after so many rows that a killed run had written; False if they are not there."""
        if rows == 0:
            self._part.unlink(missing_ok=True)
            return True
        try:
            with self._open(self._part, "r") as stream:
                kept = [
                    row for row, _ in zip(csv.reader(stream, delimiter=self._delimiter), range(rows + 1), strict=False)
                ]
        except (OSError, csv.Error, UnicodeError):
            return False
        if len(kept) <= rows:
            return False
        self._part.unlink()
        for row in kept[1:]:
            self._write(row)
        return True

    def add(self, reason: str, cells: list[str]) -> None:
        """Put one rejected row in."""
        self._write([reason, *cells])

    def flush(self) -> None:
        """Hand what was added to the system, so that it outlives this process."""
        if self._stream is not None:
            self._stream.flush()

    def close(self) -> None:
        """Stop writing; the part file stays for a run that goes on."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def finish(self) -> Path | None:
        """Put the file in place and give its path; None, and no file, where nothing was rejected."""
        if self._stream is None:
            if _is_ours(self.path):
                self.path.unlink()
            return None
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.close()
        self._part.replace(self.path)
        return self.path

    def _write(self, row: list[str]) -> None:
        if self._stream is None:
            self._stream = self._open(self._part, "w")
            csv.writer(self._stream, delimiter=self._delimiter, lineterminator="\n").writerow([REASON, *self._header])
        csv.writer(self._stream, delimiter=self._delimiter, lineterminator="\n").writerow(row)

    @staticmethod
    def _open(path: Path, mode: Literal["r", "w"]) -> TextIO:
        return open(path, mode, encoding="utf-8-sig", errors="surrogateescape", newline="")


def _choose_place(beside: Path) -> Path:
    """The input's folder, or the working folder where one may not write there."""
    for folder in (beside.parent, Path.cwd()):
        if os.access(folder, os.W_OK):
            return folder
    raise InvalidInput(
        f"Rejected rows can be written neither beside {beside.name} nor in the working folder.", field="file"
    )


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.readline().startswith(REASON)
    except OSError:
        return False


def read_reasons(path: Path) -> tuple[str, ...]:
    """The first reasons of a file of rejected rows, each once."""
    reasons: dict[str, None] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        delimiter = stream.readline()[len(REASON) : len(REASON) + 1]
        for cells in csv.reader(stream, delimiter=delimiter or ","):
            reasons.setdefault(cells[0] if cells else "")
            if len(reasons) == REASONS_SHOWN:
                break
    return tuple(filter(None, reasons))
