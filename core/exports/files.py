"""Exports as files. One rule: rows are written while the transaction is open, pages are set after it is closed."""

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.errors import InvalidInput
from core.exports.catalogue import build_report
from core.exports.csv_file import write_csv
from core.exports.page import build_page, show_figures
from core.exports.report import Report
from core.exports.typesetting import typeset
from core.exports.wanted import Wanted
from core.exports.wording import describe_period
from core.exports.workbook import write_workbook
from core.periods import END_OF_DAYS, FIRST_DAY
from core.text import fold, make_handle


class Format(StrEnum):
    """What an export can be."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


CONTENT_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}
_WORDS = {"excel": Format.XLSX, "xls": Format.XLSX, **{one.value: one for one in Format}}
_PAGE = "page.json"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Exported:
    """A file in a folder of its own, which is whoever's asked for it to let go of.

    `rows` are without header and totals; `nothing` says what to tell where there are none. A PDF is there only after
    `finish`.
    """

    folder: Path
    name: str
    format: Format
    title: str
    scope: str
    days: str
    told: tuple[str, ...]
    rows: int
    nothing: str
    figures: tuple[tuple[str, str], ...]  # the first to be seen, as a page shows them

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / self.name

    async def finish(self) -> None:
        """Set the page, where it is one. Raises Unavailable."""
        if self.format is Format.PDF and not self.path.exists():
            self.path.write_bytes(await typeset((self.folder / _PAGE).read_bytes()))

    def discard(self) -> None:
        """Let go of the file and its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def find_format(word: str) -> Format:
    """The format a word means: csv, xlsx, excel, pdf; InvalidInput lists them."""
    found = _WORDS.get(fold(word).removeprefix("."))
    if found is None:
        raise InvalidInput(f"“{word}” is not a format.", field="format", hint=", ".join(Format))
    return found


def export_file(
    tx: Connection, viewer: Viewer, name: str, wanted: Wanted, file_format: Format, *, has_mark: bool = False
) -> Exported:
    """An export written to a new temporary folder. Raises what its list raises, and then leaves nothing behind.

    `has_mark`: a CSV begins with the mark by which spreadsheets know UTF-8.
    """
    report = build_report(tx, viewer, name, wanted)
    folder = Path(tempfile.mkdtemp(prefix="salesbell-"))
    try:
        file_name = name_file(viewer.company.handle, report, file_format)
        rows = _write(report, folder, file_name, file_format, has_mark=has_mark)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    days = describe_period(report.period) if report.period else ""
    made = Exported(
        folder,
        file_name,
        file_format,
        report.title,
        report.scope,
        days,
        report.told,
        rows,
        report.nothing,
        show_figures(report),
    )
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)  # where nobody is left who could let go of it
    return made


def _write(report: Report, folder: Path, file_name: str, file_format: Format, *, has_mark: bool) -> int:
    if file_format is Format.CSV:
        return write_csv(report, folder / file_name, has_mark=has_mark)
    if file_format is Format.XLSX:
        return write_workbook(report, folder / file_name)
    page = build_page(report)
    (folder / _PAGE).write_bytes(orjson.dumps(page.content))
    return page.rows


def name_file(company_handle: str, report: Report, file_format: Format) -> str:
    """A name that any system takes: "lumina-sales-2026-10-01-2026-10-31.xlsx"; only letters, digits and hyphens."""
    parts = [company_handle, report.name]
    if report.name == "chart":
        parts.append(make_handle(report.title))
    if report.period is not None:
        days = (report.period.start, report.period.last_day)
        is_open = days[0] <= FIRST_DAY, report.period.end >= END_OF_DAYS
        parts += [day.isoformat() for day, open_end in zip(dict.fromkeys(days), is_open, strict=False) if not open_end]
    return "-".join(part.replace("_", "-") for part in parts if part) + f".{file_format}"
