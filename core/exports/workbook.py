"""Reports as XLSX. One rule: written row by row in little memory; a text is written as one, a figure as a number."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core import clock
from core.exports.report import Cell, Column, Kind, Report, Row, resolve_cell
from core.exports.wording import describe_period
from core.money import E3, E4, currency_digits

MOST_ROWS = 1_048_576  # of a sheet, the header included
NARROWEST, WIDEST = 8, 48
ROWS_MEASURED = 2000  # how wide a column is shows early
LONGEST_TEXT = 32_767
SCALES = {Kind.MONEY: E4, Kind.QUANTITY: E3, Kind.PERCENT: 100, Kind.RATE: 10**9}
_PAPER = {"font_name": "Calibri", "font_size": 11}
_INK, _PANEL, _ACCENT = "#10151C", "#F3F6FC", "#3A6FE0"


def write_workbook(report: Report, path: Path) -> int:
    """Write a report with a sheet of its rows and one that says what it is; how many rows it had."""
    import xlsxwriter  # takes as long as answering a short message

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": report.title, "company": report.company, "subject": report.scope})
        return _Writer(book, report).write()


def number_format(kind: Kind, currency: str, *, is_indian: bool, has_parts: bool = False) -> str:
    """How a spreadsheet shows figures of a kind; `has_parts`: a quantity that is not whole."""
    if kind is Kind.PERCENT:
        return "0.0%"
    if kind is Kind.NUMBER:
        return "0"
    if kind is Kind.RATE:
        return "0.000000000"
    digits = currency_digits(currency) if kind is Kind.MONEY else 3 if has_parts else 0
    behind = "." + ("0" * digits if kind is Kind.MONEY else "0##") if digits else ""
    if is_indian:
        return f"[>=10000000]##\\,##\\,##\\,##0{behind};[>=100000]##\\,##\\,##0{behind};##,##0{behind}"
    return f"#,##0{behind}"


class _Writer:
    """One report into one workbook."""

    def __init__(self, book: Any, report: Report) -> None:
        self._book, self._report = book, report
        self._zone: ZoneInfo = clock.find_zone(report.time_zone)
        self._formats = {weight: self._make_formats(weight) for weight in (False, True)}
        self._head = book.add_format({**_PAPER, "bold": True, "bg_color": _PANEL, "bottom": 1, "valign": "vcenter"})
        self._head_right = book.add_format(
            {**_PAPER, "bold": True, "bg_color": _PANEL, "bottom": 1, "valign": "vcenter", "align": "right"}
        )
        self._widths = [len(column.label) + 2 for column in report.columns]

    def _make_formats(self, is_total: bool) -> Mapping[tuple[Kind, bool], Any]:
        base = {**_PAPER, **({"bold": True, "top": 1} if is_total else {})}
        is_indian = self._report.style.number_format == "indian"
        made = {}
        for kind in Kind:
            for has_parts in (False, True):
                extra: dict[str, Any] = {}
                if kind is Kind.DATE:
                    extra = {"num_format": "yyyy-mm-dd", "align": "left"}
                elif kind.is_figure:
                    shown = number_format(kind, self._report.currency, is_indian=is_indian, has_parts=has_parts)
                    extra = {"num_format": shown, "align": "right"}
                made[kind, has_parts] = self._book.add_format({**base, **extra})
        return made

    def write(self) -> int:
        """Everything; how many rows there were."""
        count, name = 0, self._report.title[:25].translate(str.maketrans("", "", "[]:*?/\\'"))
        sheet, at = self._open_sheet(name), 1
        for row in self._report.rows:
            if at == MOST_ROWS:
                self._close_sheet(sheet, at)
                sheet, at = self._open_sheet(f"{name} {count // (MOST_ROWS - 1) + 1}"), 1
            self._write_row(sheet, at, row, is_total=False)
            if count < ROWS_MEASURED:
                self._measure(row)
            count, at = count + 1, at + 1
        last = at
        if count == 0:
            sheet.write_string(1, 0, self._report.nothing, self._formats[False][Kind.TEXT, False])
        elif not self._report.are_records:
            for total in self._report.totals:
                self._write_row(sheet, at, total, is_total=True)
                self._measure(total)
                at += 1
        self._close_sheet(sheet, last)
        _write_about(self._book, self._report, self._formats, self._head, count, self._write_cell)
        return count

    def _open_sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.hide_gridlines(0)
        for index, column in enumerate(self._report.columns):
            sheet.write_string(0, index, column.label, self._head_right if column.kind.is_figure else self._head)
        return sheet

    def _close_sheet(self, sheet: Any, after: int) -> None:
        """Widths, and a filter over the rows; the totals below are not filtered away."""
        for index, width in enumerate(self._widths):
            sheet.set_column(index, index, min(max(width, NARROWEST), WIDEST))
        if after > 1 and self._report.columns:
            sheet.autofilter(0, 0, after - 1, len(self._report.columns) - 1)

    def _write_row(self, sheet: Any, at: int, row: Row, *, is_total: bool) -> None:
        for index, (cell, column) in enumerate(zip(row, self._report.columns, strict=True)):
            if cell is not None or is_total:
                self._write_cell(sheet, at, index, cell, column.kind, is_total=is_total)

    def _write_cell(self, sheet: Any, at: int, index: int, cell: Cell, kind: Kind, *, is_total: bool = False) -> None:
        value, kind = resolve_cell(cell, kind)
        formats = self._formats[is_total]
        if value is None:
            if is_total:
                sheet.write_blank(at, index, None, formats[Kind.TEXT, False])
        elif isinstance(value, str):
            sheet.write_string(at, index, value[:LONGEST_TEXT], formats[Kind.TEXT, False])
        elif isinstance(value, datetime):
            sheet.write_string(at, index, value.astimezone(self._zone).isoformat(), formats[Kind.TEXT, False])
        elif isinstance(value, date):
            sheet.write_datetime(at, index, value, formats[Kind.DATE, False])
        else:
            scale = SCALES.get(kind, 1)
            has_parts = kind is Kind.QUANTITY and value % scale != 0
            sheet.write_number(at, index, float(value / scale), formats[kind, has_parts])

    def _measure(self, row: Row) -> None:
        for index, (cell, column) in enumerate(zip(row, self._report.columns, strict=True)):
            self._widths[index] = max(self._widths[index], _guess_width(cell, column))


def _guess_width(cell: Cell, column: Column) -> int:
    value, kind = resolve_cell(cell, column.kind)
    if value is None:
        return 0
    if isinstance(value, str):
        return max((len(line) for line in value.splitlines()), default=0) + 1
    if isinstance(value, date):
        return 27 if isinstance(value, datetime) else 12
    digits = len(str(abs(int(value)) // SCALES.get(kind, 1)))
    return digits + digits // 3 + 6


def _write_about(book: Any, report: Report, formats: Any, head: Any, count: int, write_cell: Any) -> None:
    """The sheet that says what the rows are, with the key figures, what they come to, and the chart."""
    sheet = book.add_worksheet("About")
    title = book.add_format({**_PAPER, "bold": True, "font_size": 16, "font_color": _INK})
    muted = book.add_format({**_PAPER, "font_color": "#5A6572"})
    plain = formats[False][Kind.TEXT, False]
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 12, 16)
    sheet.write_string(0, 0, report.title, title)
    at = 2
    for label, words in describe_report(report, count):
        sheet.write_string(at, 0, label, muted)
        sheet.write_string(at, 1, words, plain)
        at += 1
    if report.figures:
        at += 1
        for figure in report.figures:
            sheet.write_string(at, 0, figure.label, muted)
            write_cell(sheet, at, 1, figure.value, figure.kind, is_total=False)
            at += 1
    if report.are_records and report.totals:
        at = _write_totals(sheet, report, head, at + 1, write_cell)
    _write_chart(book, sheet, report, at + 1, write_cell, plain)


def describe_report(report: Report, count: int) -> list[tuple[str, str]]:
    """What a report is, in pairs of words."""
    said = [("Company", report.company), ("Whose", report.scope)]
    if report.period is not None:
        said.append(("Days", describe_period(report.period)))
    if report.told:
        said.append(("Only", ", ".join(report.told)))
    made = f"{clock.now().astimezone(clock.find_zone(report.time_zone)):%Y-%m-%d %H:%M} {report.time_zone}"
    return [*said, ("Amounts in", report.currency), ("Rows", f"{count:,}"), ("Exported", made)]


def _write_totals(sheet: Any, report: Report, head: Any, at: int, write_cell: Any) -> int:
    """Totals of records, which do not stand among them: only the columns that have any."""
    used = [index for index in range(len(report.columns)) if any(row[index] is not None for row in report.totals)]
    for place, index in enumerate(used):
        sheet.write_string(at, place, "Totals" if place == 0 else report.columns[index].label, head)
    for number, row in enumerate(report.totals, 1):
        for place, index in enumerate(used):
            write_cell(sheet, at + number, place, row[index], report.columns[index].kind, is_total=False)
    return at + len(report.totals) + 1


def _write_chart(book: Any, sheet: Any, report: Report, at: int, write_cell: Any, plain: Any) -> None:
    drawing = report.drawing
    if drawing is None:
        return
    for number, (label, value) in enumerate(drawing.points):
        sheet.write_string(at + number, 0, label, plain)
        write_cell(sheet, at + number, 1, value, drawing.kind, is_total=False)
    chart = book.add_chart({"type": "column" if drawing.is_course else "bar"})
    last = at + len(drawing.points) - 1
    chart.add_series(
        {
            "name": drawing.title,
            "categories": ["About", at, 0, last, 0],
            "values": ["About", at, 1, last, 1],
            "fill": {"color": _ACCENT},
            "gap": 40,
        }
    )
    chart.set_legend({"none": True})
    chart.set_title({"name": drawing.title, "name_font": {"size": 12}})
    if not drawing.is_course:
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 760, "height": 320})
    sheet.insert_chart(2, 3, chart)
