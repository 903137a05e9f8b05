"""Charts as pictures. One rule: the figures are those of the words; a kind that cannot show them gives way."""

from datetime import date

from bot.pictures import can_place
from bot.pictures.charts import Chart, Headline, Point, Status
from bot.turn import Picture
from bot.views.cards import count_others, list_told_rows, show_days, show_note
from bot.views.figures import show_month
from bot.views.numbers import current_style
from core.access import Viewer
from core.cards.catalogue import ChartType, MapType
from core.cards.charts import ChartRow, ChartRows
from core.cards.figures import LONGEST_BY_DAY, CardFigure
from core.metrics.measures import Measure

MAPS = {"country": "world", "region": "india"}
KINDS = {
    ChartType.BAR: "bars",
    ChartType.PIE: "pie",
    ChartType.LINE: "line",
    ChartType.MULTI_AXIS: "revenue_profit",
    ChartType.CALENDAR: "calendar",
}
FEW_ROWS = ("bars", "leaderboard", "pie", "revenue_profit")  # of which no more are legible than are told in words
FEWEST_FOR_A_LINE = 2
MOST_TILES = 12  # of which a caption still holds all the figures


def draw_chart(chart: ChartRows, title: str, viewer: Viewer) -> Picture | None:
    """The picture of a chart with any rows; the viewer's own row stands out on a leaderboard."""
    if not chart.rows:
        return None
    kind, extra = choose_kind(chart), _find_extra(chart)
    rows = list_told_rows(chart) if kind in FEW_ROWS else chart.rows
    points = [_make_point(chart, row, extra, viewer) for row in rows]
    if kind == "pie" and (others := count_others(chart, rows)):
        points.append(Point("Others", others))
    return Picture(
        kind,
        Chart(
            chart.chart.title,
            f"{title} · {show_days(chart.period)}",
            tuple(points),
            chart.measure.unit,
            chart.currency,
            style=current_style(),
            headline=Headline(chart.total),
            value_label=chart.measure.label,
            extra_label=extra.label if extra else "",
            extra_unit=extra.unit if extra else None,
            first_weekday=viewer.company.calendar.week_start,
        ),
    )


def _make_point(chart: ChartRows, row: ChartRow, extra: Measure | None, viewer: Viewer) -> Point:
    return Point(
        row.label,
        row.values[chart.measure.name],
        row.values[extra.name] if extra else None,
        "" if extra else show_note(chart, row),
        ("person", str(viewer.person_id)) in row.cell,
    )


def draw_card(figure: CardFigure, title: str, currency: str, viewer: Viewer) -> Picture:
    """The picture of a card: the figure, how it stands, its course; or the days of its course as a calendar."""
    is_by_day = figure.period.days <= LONGEST_BY_DAY and bool(figure.trend)
    kind = "calendar" if figure.chart_type is ChartType.CALENDAR and is_by_day else "card"
    subtitle = f"{title} · {show_days(figure.period)}"
    return Picture(kind, _make_card(figure, subtitle, currency, viewer, is_by_date=kind == "calendar"))


def draw_cards(figures: tuple[CardFigure, ...], title: str, currency: str, viewer: Viewer) -> Picture | None:
    """All the cards on one picture; None where there are too many for one, or none."""
    if not 0 < len(figures) <= MOST_TILES:
        return None
    shared = figures[0].period
    before = figures[0].period_before
    compared = "" if before is None else f" · against {show_days(before)}"
    tiles = tuple(
        _make_card(figure, "" if figure.period == shared else show_days(figure.period), currency, viewer)
        for figure in figures
    )
    return Picture("cards", Chart(title, f"{show_days(shared)}{compared}", style=current_style(), parts=tiles))


def _show_label(label: str) -> str:
    """A day ("2026-07-18") or month ("2026-07") of a course in words."""
    if len(label) == len("2026-07"):
        return show_month(date.fromisoformat(f"{label}-01"))
    day = date.fromisoformat(label)
    return f"{day.day} {day:%b %Y}"


def _make_card(figure: CardFigure, subtitle: str, currency: str, viewer: Viewer, *, is_by_date: bool = False) -> Chart:
    headline = Headline(
        figure.value,
        figure.target,
        None if figure.target is None else Status(figure.status.value),
        figure.change_percent,
        "" if figure.period_before is None else f"on {show_days(figure.period_before)}",
    )
    return Chart(
        figure.card.title,
        subtitle,
        tuple(Point(point.label if is_by_date else _show_label(point.label), point.value) for point in figure.trend),
        figure.measure.unit,
        currency,
        style=current_style(),
        headline=headline,
        value_label=figure.measure.label,
        first_weekday=viewer.company.calendar.week_start,
    )


def choose_kind(chart: ChartRows) -> str:
    """The kind of picture: as chosen, but bars where there is nothing to connect, place or share out."""
    values = [row.values[chart.measure.name] or 0 for row in chart.rows]
    is_impossible = {
        ChartType.PIE: min(values, default=0) < 0 or not any(values),
        ChartType.LINE: len(values) < FEWEST_FOR_A_LINE,
        ChartType.MULTI_AXIS: len(values) < FEWEST_FOR_A_LINE,
        ChartType.MAP: not can_place(MAPS.get(chart.chart.by, ""), [row.label for row in chart.rows]),
    }
    if chart.chart_type is ChartType.BAR or is_impossible.get(chart.chart_type):
        return "leaderboard" if chart.chart.by == "person" else "bars"
    if chart.chart_type is ChartType.MAP:
        return f"{MAPS[chart.chart.by]}{'_bubbles' if chart.map_type is MapType.BUBBLE else ''}"
    return KINDS[chart.chart_type]


def _find_extra(chart: ChartRows) -> Measure | None:
    """The second series, where the chart is of two."""
    return chart.measures[1] if chart.chart_type is ChartType.MULTI_AXIS and len(chart.measures) > 1 else None
