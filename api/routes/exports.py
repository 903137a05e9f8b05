"""Lists and reports as files. One rule: core.exports makes them; here only the words of the request are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy.engine import Connection

from api.routing import Example, Outcome, RouteTable
from api.schemas.exports import ExportPath, ExportQuery
from core import clock
from core.access import Reach, Viewer
from core.errors import Conflict, InvalidInput, NotFound
from core.exports import CONTENT_TYPES, Format, Wanted, export_file
from core.metrics.wording import parse_question
from core.periods import END_OF_DAYS, FIRST_DAY, Period, span

table = RouteTable("Exports", "Any list or report as a file, filtered and scoped as the list itself.")
# What is missing, rather than unknown here, contradicts what was asked for.
_CONTRADICTIONS = ("measures", "chart", "format", "limit")


@table.declare(
    "GET",
    "/api/exports/{name}.{format}",
    answer=bytes,
    media=tuple(CONTENT_TYPES.values()),
    scope="exports:read",
    problems=(404, 409),
    example=Example(path={"name": "sales", "format": "csv"}, query={"period": "month"}),
    headers={"Content-Disposition": "the file's name"},
)
def download_export(tx: Connection, viewer: Viewer, path: ExportPath, query: ExportQuery) -> Outcome:
    """Download a list or report.

    As CSV (exact decimals with a point, ISO dates, texts that no spreadsheet calculates), as an XLSX workbook, or as
    pages of PDF. `sales` in CSV or XLSX can be imported again: nothing changes. A filter that the list does not have is
    a contradiction (409).
    """
    with _in_words_of_request():
        wanted = _read_wanted(viewer, query)
        made = export_file(tx, viewer, path.name, wanted, Format(path.format), has_mark=query.bom)
    return Outcome(None, file=made)


@contextmanager
def _in_words_of_request() -> Iterator[None]:
    """A well-formed word that nobody here ever used is not found."""
    try:
        yield
    except InvalidInput as error:
        kind = Conflict if error.field in _CONTRADICTIONS else NotFound
        raise kind.retell(error) from None


def _read_wanted(viewer: Viewer, query: ExportQuery) -> Wanted:
    said = parse_question(
        measures=query.measures or "",
        by=query.by,
        where=query.where,
        today=clock.today(viewer.time_zone),
        calendar=viewer.company.calendar,
    )
    return Wanted(
        period=_read_period(viewer, query),
        branch=query.choose_branch(),
        reach=Reach(query.view) if query.view else None,
        measures=said.measures,
        by=said.by,
        where=said.where,
        window=query.window,
        as_of=query.as_of,
        limit=query.limit,
        rank_by=query.measure,
        chart=query.chart,
        person=query.person,
        product_ids=None if query.product_id is None else (query.product_id,),
        variant_id=query.variant_id,
        sku=query.sku,
        category=query.category,
        platform=query.platform,
        coupon=query.coupon_code,
        customer=query.customer_name,
        kinds=tuple(dict.fromkeys(query.kind)),
        search=query.search,
        is_low=query.low,
    )


def _read_period(viewer: Viewer, query: ExportQuery) -> Period | None:
    """Raises Conflict where what is well formed contradicts itself."""
    first, last = _choose(query.first, query.start_date, "from"), _choose(query.last, query.end_date, "to")
    if query.period is not None:
        if first is not None or last is not None:
            raise Conflict("Say either a period or from and to.", field="period", hint="period=month")
        words, today = query.period, clock.today(viewer.time_zone)
        return parse_question(measures="", period=words, today=today, calendar=viewer.company.calendar).period
    if first is None and last is None:
        return None
    start, end = first or FIRST_DAY, last or END_OF_DAYS - timedelta(days=1)
    if end < start:
        raise Conflict(f"{end} is before {start}.", field="to", hint=f"{start} or later")
    return span(start, end)


def _choose(one: date | None, other: date | None, name: str) -> date | None:
    if one is not None and other is not None and one != other:
        raise Conflict(f"Which day: {one} or {other}?", field=name)
    return one or other
