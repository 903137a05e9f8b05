"""Charts as pictures. One rule: the figures are those of the words; a kind that cannot show them gives way."""

from bot.pictures.charts import Chart, Headline, Point, Status
from bot.turn import Picture
from bot.views.cards import count_others, list_told_rows, show_days
from bot.views.numbers import current_style
from core.cards.catalogue import ChartType
from core.cards.charts import ChartRows
from core.cards.figures import CardFigure
from core.metrics.measures import Measure

MAPS = {"country": "world", "region": "india"}
KINDS = {
    ChartType.BAR: "bars",
    ChartType.PIE: "pie",
    ChartType.LINE: "line",
    ChartType.MULTI_AXIS: "revenue_profit",
}
FEW_ROWS = ("bars", "pie", "revenue_profit")  # of which no more are legible than are told in words
FEWEST_FOR_A_LINE = 2


def draw_chart(chart: ChartRows, title: str) -> Picture | None:
    """The picture of a chart with any rows."""
    if not chart.rows:
        return None
    kind, extra = choose_kind(chart), _find_extra(chart)
    rows = list_told_rows(chart) if kind in FEW_ROWS else chart.rows
    points = [
        Point(row.label, row.values[chart.measure.name], row.values[extra.name] if extra else None) for row in rows
    ]
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
        ),
    )


def draw_card(figure: CardFigure, title: str, currency: str) -> Picture:
    """The picture of a card: the figure, how it stands, its course."""
    headline = Headline(
        figure.value,
        figure.target,
        None if figure.target is None else Status(figure.status.value),
        figure.change_percent,
        "" if figure.period_before is None else f"on {show_days(figure.period_before)}",
    )
    chart = Chart(
        figure.card.title,
        f"{title} · {show_days(figure.period)}",
        tuple(Point(point.label, point.value) for point in figure.trend),
        figure.measure.unit,
        currency,
        style=current_style(),
        headline=headline,
        value_label=figure.measure.label,
    )
    return Picture("card", chart)


def choose_kind(chart: ChartRows) -> str:
    """The kind of picture: as chosen, but bars where there is nothing to connect, or less than nothing to share out."""
    values = [row.values[chart.measure.name] or 0 for row in chart.rows]
    if chart.chart_type is ChartType.MAP:
        return MAPS.get(chart.chart.by, "bars")
    is_impossible = {
        ChartType.PIE: min(values, default=0) < 0 or not any(values),
        ChartType.LINE: len(values) < FEWEST_FOR_A_LINE,
        ChartType.MULTI_AXIS: len(values) < FEWEST_FOR_A_LINE,
    }
    return "bars" if is_impossible.get(chart.chart_type) else KINDS[chart.chart_type]


def _find_extra(chart: ChartRows) -> Measure | None:
    """The second series, where the chart is of two."""
    return chart.measures[1] if chart.chart_type is ChartType.MULTI_AXIS and len(chart.measures) > 1 else None
