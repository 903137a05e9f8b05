"""Figures. One rule: question and answer are worded by core.metrics.wording, as on the command line."""

from sqlalchemy.engine import Connection

from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Success
from api.schemas.metrics import MetricsAnswer, MetricsQuery
from core import clock
from core.access import Viewer
from core.errors import Conflict, InvalidInput, NotFound
from core.metrics.question import Question
from core.metrics.series import ask_window
from core.metrics.windows import parse_window
from core.metrics.wording import parse_question, write_answer

table = RouteTable("Metrics", "The one aggregator behind every figure, in chat as here.")


@table.declare(
    "GET",
    "/api/metrics/query",
    answer=Success[MetricsAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"measures": "revenue,orders", "by": "month", "period": "year"}),
)
def query_metrics(tx: Connection, viewer: Viewer, query: MetricsQuery) -> Outcome:
    """Ask for figures.

    Any measures, split by any dimensions, of what passes every filter, in a stretch of days; the same words and the
    same values as `salesbell ask`. A dimension, or a value in `where`, that nobody here ever used is not found (404).
    """
    question = _read_question(viewer, query)
    window = parse_window(query.window) if query.window else None
    try:
        answer = ask_window(tx, viewer, question, window)
    except InvalidInput as error:
        if error.field == "measures":
            raise
        raise NotFound.retell(error) from None
    return Outcome(write_answer(answer))


def _read_question(viewer: Viewer, query: MetricsQuery) -> Question:
    """Raises Conflict where what is well formed contradicts itself, InvalidInput for an unknown word."""
    if query.period is not None and (query.first is not None or query.last is not None):
        raise Conflict("Say either a period or from and to.", field="period", hint="period=month")
    if query.first is not None and query.last is not None and query.last < query.first:
        raise Conflict(f"{query.last} is before {query.first}.", field="to", hint=f"{query.first} or later")
    try:
        return _parse(viewer, query)
    except InvalidInput as error:
        if error.field != "to":
            raise
        raise Conflict.retell(error) from None


def _parse(viewer: Viewer, query: MetricsQuery) -> Question:
    return parse_question(
        measures=query.measures,
        by=query.by,
        where=query.where,
        first=query.first.isoformat() if query.first else None,
        last=query.last.isoformat() if query.last else None,
        period=query.period,
        branch=query.choose_branch(),
        reach=query.view,
        as_of=query.as_of.isoformat() if query.as_of else None,
        limit=query.limit,
        today=clock.today(viewer.time_zone),
        calendar=viewer.company.calendar,
    )
