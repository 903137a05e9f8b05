"""The charts. One rule: rows are those of one answer; what is not shown is one figure, so that all add up."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import Narrowing, ask_about, choose_card_period, find_seat
from core.cards.catalogue import (
    Chart,
    ChartType,
    Keep,
    MapType,
    check_chart_type,
    check_map_type,
    list_measures,
)
from core.cards.choices import MOST_ROWS, Seat
from core.errors import NotFound
from core.metrics.ask import ask
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import Measure, Value, is_additive
from core.metrics.question import Answer, AnswerRow
from core.metrics.series import list_buckets
from core.metrics.why import Coordinate, locate
from core.metrics.windows import STRETCHES
from core.periods import FIRST_DAY, Calendar, Period

OVERLAPPING = frozenset({"team"})  # dimensions in which one line may stand in several rows


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A label, its values (the first measure's is the value), and the cell `why` tells the lines of."""

    label: str
    values: dict[str, Value]
    cell: tuple[Coordinate, ...]


@dataclass(frozen=True, slots=True)
class ChartRows:
    """A chart filled in; values are in the measure's own unit.

    `others` is the value of the rows that are not shown, None where values do not add up; `total` that of all.
    """

    chart: Chart
    measures: tuple[Measure, ...]
    period: Period
    chart_type: ChartType
    map_type: MapType | None
    rows: tuple[ChartRow, ...]
    others: Value
    total: Value
    currency: str
    source: str
    is_custom: bool

    @property
    def measure(self) -> Measure:
        """What its value counts."""
        return self.measures[0]

    @property
    def follows_time(self) -> bool:
        """Whether its rows follow one another in time."""
        return _answers_by_time(self.chart)


def read_chart(tx: Connection, viewer: Viewer, name: str, narrowing: Narrowing, top: int | None = None) -> ChartRows:
    """A chart of the viewer's, filled in: the `top` rows, or as many as were chosen for it, or as it shows at first.

    Raises NotFound and NotAllowed naming `name`, and what `ask` raises.
    """
    dashboard, seat = find_seat(tx, viewer, name)
    chart = seat.card
    if not isinstance(chart, Chart):
        raise NotFound(f"{chart.title} is a figure, not a chart.", field="name", hint="/kpi")
    period = choose_card_period(dashboard, viewer, seat, narrowing)
    answer = ask(tx, viewer, ask_about(chart, dashboard, narrowing, period))
    kept = _keep(answer, chart, top or _count_rows(seat, chart))
    measures = list_measures(chart)
    value = measures[0]
    total = answer.totals[value.name]
    others = None
    if is_additive(value) and chart.by not in OVERLAPPING and total is not None:
        others = total - sum((row.values[value.name] or 0 for row in kept), start=0)
    return ChartRows(
        chart,
        measures,
        period,
        check_chart_type(chart, seat.choice.chart_type),
        check_map_type(chart, seat.choice.map_type),
        tuple(
            ChartRow(row.labels[0] or chart.unknown or "", row.values, locate(answer.dimensions, row)) for row in kept
        ),
        others,
        total,
        answer.currency,
        answer.source,
        seat.is_custom,
    )


def list_course(chart: ChartRows, calendar: Calendar, today: date) -> tuple[ChartRow, ...]:
    """The rows of a chart that follows time, up to today and without gaps.

    A day, week … on which nothing was sold is zero where values add up, else it has no value.
    """
    if chart.chart.by not in STRETCHES or not chart.rows:  # weekdays come again
        return chart.rows
    known = {row.label: row for row in chart.rows}
    by, start = chart.chart.by, chart.period.start
    if start <= FIRST_DAY or chart.others:
        start = STRETCHES[by].read(chart.rows[0].label, calendar)
    none: Value = None if chart.others is None else 0
    nothing = {one.name: none for one in chart.measures}
    buckets = list_buckets((start, min(chart.period.end, today + timedelta(days=1))), by, calendar)
    return tuple(known.get(one.label) or ChartRow(one.label, nothing, ((by, one.label),)) for one in buckets)


def _count_rows(seat: Seat, chart: Chart) -> int | None:
    return seat.choice.top or chart.top or (None if _answers_by_time(chart) else MOST_ROWS)


def _answers_by_time(chart: Chart) -> bool:
    return chart.by in DIMENSIONS and DIMENSIONS[chart.by].is_time


def _keep(answer: Answer, chart: Chart, most: int | None) -> list[AnswerRow]:
    """The rows a chart shows, at most so many, in its order: of time the latest, of losses the largest."""
    name, rows = chart.measure, [row for row in answer.rows if row.labels[0] is not None or chart.unknown]
    if chart.keep is Keep.GAINS:
        rows = [row for row in rows if (row.values[name] or 0) > 0]
    if chart.keep is Keep.LOSSES:
        rows = [row for row in reversed(rows) if (row.values[name] or 0) < 0]
    if most is None:
        return rows
    return rows[-most:] if _answers_by_time(chart) else rows[:most]
