"""The dashboard's cards and charts as reports. One rule: what one sees on one's dashboard, and no more."""

from dataclasses import replace
from fractions import Fraction

from sqlalchemy.engine import Connection

from core.access import Reach, Viewer
from core.cards.asking import Narrowing
from core.cards.charts import ChartRows, read_chart
from core.cards.figures import CardFigure, read_cards
from core.errors import InvalidInput
from core.exports.answers import KINDS, MOST_BARS, OTHERS, TOTAL, begin_report, find_period, name_course
from core.exports.report import Column, Drawing, Figure, Kind, Report, Row, Typed
from core.exports.wanted import Wanted
from core.exports.wording import describe_period


def report_cards(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """The cards of one's dashboard."""
    cards = read_cards(tx, viewer, _narrow(wanted))
    period = wanted.period or (cards[0].period if cards else find_period(viewer, wanted))
    rows: list[Row] = [_show_card(one) for one in cards]
    figures = [
        Figure(one.card.title, one.value, KINDS[one.measure.unit], _show_change(one), _judge_change(one))
        for one in cards[:6]
    ]
    courses = [one for one in cards if len(one.trend) > 1 and one.measure.name == "revenue"]
    points = name_course([(point.label, point.value or 0) for point in courses[0].trend]) if courses else []
    return replace(
        begin_report(tx, viewer, wanted, "cards", "Key figures", period),
        columns=(
            Column("Figure", share=1.8),
            Column("Days", share=2),
            Column("Value", Kind.COUNT, share=1.3),
            Column("Before", Kind.COUNT, share=1.3),
            Column("Change", Kind.PERCENT, share=0.9),
            Column("Target", Kind.COUNT, share=1.3),
            Column("Standing", share=0.9, unknown=""),
        ),
        rows=iter(rows),
        figures=tuple(figures),
        drawing=Drawing(courses[0].card.title, tuple(points), Kind.MONEY, is_course=True) if points else None,
    )


def _show_card(one: CardFigure) -> Row:
    kind = KINDS[one.measure.unit]
    return (
        one.card.title,
        describe_period(one.period),
        Typed(one.value, kind),
        Typed(one.before, kind),
        one.change_percent,
        Typed(one.target, kind),
        one.status.value if one.target is not None else None,
    )


def _show_change(one: CardFigure) -> str:
    if one.change_percent is None:
        return ""
    shown = round(Fraction(one.change_percent), 1)
    return f"{'+' if shown > 0 else ''}{float(shown):g}% on before"


def _judge_change(one: CardFigure) -> bool | None:
    return None if not one.change_percent else one.change_percent > 0


def report_chart(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """One chart of the dashboard: its rows, what they leave out, and all together."""
    if wanted.chart is None:
        raise InvalidInput("Which chart?", field="chart", hint="country")
    chart = read_chart(tx, viewer, wanted.chart, _narrow(wanted), wanted.limit)
    rows: list[Row] = [(row.label, *(row.values[one.name] for one in chart.measures)) for row in chart.rows]
    blank = (None,) * (len(chart.measures) - 1)
    others: list[Row] = [(OTHERS, chart.others, *blank)] if chart.others else []
    return replace(
        begin_report(tx, viewer, wanted, "chart", chart.chart.title, chart.period),
        columns=(
            Column(chart.chart.by.replace("_", " ").capitalize(), share=2.4),
            *(Column(one.label, KINDS[one.unit], share=1.3) for one in chart.measures),
        ),
        rows=iter([*rows, *others]),
        totals=((TOTAL, chart.total, *blank),) if rows else (),
        figures=(Figure(chart.measure.label, chart.total, KINDS[chart.measure.unit]),),
        drawing=_draw_chart(chart),
    )


def _draw_chart(chart: ChartRows) -> Drawing | None:
    known = [(row.label, value) for row in chart.rows if (value := row.values[chart.measure.name]) is not None]
    points = name_course(known) if chart.follows_time else known[:MOST_BARS]
    if len(points) < 2 or not any(value for _, value in points):
        return None
    return Drawing(chart.chart.title, tuple(points), KINDS[chart.measure.unit], is_course=chart.follows_time)


def _narrow(wanted: Wanted) -> Narrowing:
    return Narrowing(
        wanted.period, wanted.where, wanted.branch, wanted.reach or Reach.TEAM, insists=wanted.period is not None
    )
