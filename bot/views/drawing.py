"""Charts as pictures. One rule: the figures are those of the words; a kind that cannot show them gives way."""

from functools import partial

from bot.pictures import can_place
from bot.pictures.charts import REST, Chart, Headline, Point
from bot.turn import Picture
from bot.views.cards import (
    DRAWING_WORDS,
    Way,
    count_others,
    list_told_rows,
    show_days,
    show_label,
    show_note,
)
from bot.views.figures import show_period, show_stretch
from bot.views.numbers import current_style
from bot.views.standing import list_shown_ranks, show_rank_figures
from core import clock
from core.access import Viewer
from core.cards.catalogue import ChartType, MapType
from core.cards.charts import ChartRow, ChartRows, list_course
from core.cards.figures import LONGEST_BY_DAY, CardFigure
from core.leaderboard.ranking import Ranking
from core.metrics.measures import Measure, find_measure

MAPS = {"country": "world", "region": "india"}
KINDS = {
    ChartType.BAR: "bars",
    ChartType.PIE: "pie",
    ChartType.LINE: "line",
    ChartType.MULTI_AXIS: "columns",
    ChartType.CALENDAR: "calendar",
}
FEW_ROWS = ("bars", "leaderboard", "pie")  # of which no more are legible than are told in words
SHARED_OUT = ("bars", "pie")  # which show what the others come to
FEWEST_FOR_A_LINE = 2
MOST_COLUMNS = 100
MOST_TILES = 12  # of which a caption still holds all the figures


def draw_chart(chart: ChartRows, title: str, viewer: Viewer) -> Picture | None:
    """The picture of a chart with any rows; the viewer's own row stands out on a leaderboard."""
    if not chart.rows:
        return None
    kind, extra = choose_kind(chart), _find_extra(chart)
    rows = _list_drawn(chart, kind, viewer)
    points = [_make_point(chart, row, kind, viewer) for row in rows]
    if kind in SHARED_OUT and (others := count_others(chart, rows)):
        points.append(Point(REST, others, is_rest=True))
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


def _list_drawn(chart: ChartRows, kind: str, viewer: Viewer) -> tuple[ChartRow, ...]:
    """The rows on the picture; time goes on where nothing was sold too, but on a calendar that shows anyway."""
    if kind in FEW_ROWS:
        return list_told_rows(chart)
    if chart.follows_time and kind != "calendar":
        return list_course(chart, viewer.company.calendar, clock.today(viewer.time_zone))
    return chart.rows


def _make_point(chart: ChartRows, row: ChartRow, kind: str, viewer: Viewer) -> Point:
    extra = _find_extra(chart)
    return Point(
        row.label if kind == "calendar" else show_label(chart, row, is_short=True),
        row.values[chart.measure.name],
        row.values[extra.name] if extra else None,
        "" if extra else show_note(chart, row),
        ("person", str(viewer.person_id)) in row.cell,
    )


def draw_ranking(ranking: Ranking, branch: str | None, *, in_group: bool) -> Picture | None:
    """The leaderboard as a picture; None where nobody sold anything."""
    if not ranking.ranks:
        return None
    measure, further = find_measure(ranking.measure), "revenue" if ranking.measure == "orders" else "orders"
    points = [
        Point(
            rank.name,
            {"revenue": rank.revenue_e4, "orders": rank.orders, "units": rank.units_e3}[ranking.measure],
            note=show_rank_figures(rank, ranking.currency)[further],
            is_own=rank.is_viewer and not in_group,
            place=rank.place,
        )
        for rank in list_shown_ranks(ranking)
    ]
    subtitle = " · ".join(name for name in (branch, show_period(ranking.period)) if name)
    title = "Leaderboard" if ranking.measure == "revenue" else f"Leaderboard by {measure.label.lower()}"
    chart = Chart(title, subtitle, tuple(points), measure.unit, ranking.currency, style=current_style())
    return Picture("leaderboard", chart)


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


def _make_card(figure: CardFigure, subtitle: str, currency: str, viewer: Viewer, *, is_by_date: bool = False) -> Chart:
    write = str if is_by_date else partial(show_stretch, is_short=True)
    headline = Headline(
        figure.value,
        figure.target,
        figure.pace,
        figure.change_percent,
        "" if figure.period_before is None else f"on {show_days(figure.period_before)}",
    )
    return Chart(
        figure.card.title,
        subtitle,
        tuple(Point(write(point.label), point.value) for point in figure.trend),
        figure.measure.unit,
        currency,
        style=current_style(),
        headline=headline,
        value_label=figure.measure.label,
        first_weekday=viewer.company.calendar.week_start,
    )


def choose_kind(chart: ChartRows) -> str:
    """The kind of picture: as chosen, but bars where there is nothing to connect, place or share out."""
    if chart.chart_type is ChartType.BAR or not _can_draw(chart, chart.chart_type):
        if chart.follows_time:
            return "columns" if len(chart.rows) <= MOST_COLUMNS else "line"
        return "leaderboard" if chart.chart.by == "person" else "bars"
    if chart.chart_type is ChartType.MAP:
        return f"{MAPS[chart.chart.by]}{'_bubbles' if chart.map_type is MapType.BUBBLE else ''}"
    return KINDS[chart.chart_type]


def _can_draw(chart: ChartRows, chart_type: ChartType) -> bool:
    values = [row.values[chart.measure.name] or 0 for row in chart.rows]
    match chart_type:
        case ChartType.PIE:
            return min(values, default=0) >= 0 and any(values)
        case ChartType.LINE | ChartType.MULTI_AXIS:
            return len(values) >= FEWEST_FOR_A_LINE
        case ChartType.MAP:
            return can_place(MAPS.get(chart.chart.by, ""), [row.label for row in chart.rows])
        case _:
            return True


def list_ways(chart: ChartRows) -> list[Way]:
    """The ways to draw a chart that make sense: only time has a course, only parts of a whole have shares."""
    has_shares = chart.others is not None and not chart.follows_time
    makes_sense = {ChartType.LINE: chart.follows_time, ChartType.PIE: has_shares}
    return [
        way
        for way in DRAWING_WORDS
        if way[0] in chart.chart.types and makes_sense.get(way[0], True) and _can_draw(chart, way[0])
    ]


def _find_extra(chart: ChartRows) -> Measure | None:
    """The second series, where the chart is of two."""
    return chart.measures[1] if chart.chart_type is ChartType.MULTI_AXIS and len(chart.measures) > 1 else None
