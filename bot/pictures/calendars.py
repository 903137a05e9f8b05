"""Months as calendars, each day as dark as it was busy. One rule: a day without a value is empty, not zero."""

from calendar import monthrange
from datetime import date

from bot.pictures.canvas import (
    BODY,
    INNER,
    SMALL,
    Mark,
    Spec,
    draw_group,
    draw_nothing,
    draw_rect,
    draw_sheet,
    draw_text,
    palette_of,
)
from bot.pictures.charts import Chart, Point
from bot.pictures.measuring import fit_size
from bot.pictures.numbers import show_number, show_short, show_tiny, to_float
from bot.pictures.themes import choose_ink, mix
from core.metrics.measures import Unit

GAP = 6
CELL = (INNER - 6 * GAP) / 7
HEADS = 34
NAME, MONTH_GAP = 34, 18
MOST_MONTHS = 6
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def draw_calendar(chart: Chart) -> Spec:
    """The months of the points, one below the other; the latest six. Labels are ISO dates.

    The week starts on the chart's `first_weekday`. Raises ValueError for a label that is no date.
    """
    if not chart.points:
        return draw_nothing(chart)
    days = {date.fromisoformat(point.label): point for point in chart.points}
    months = sorted({day.replace(day=1) for day in days})[-MOST_MONTHS:]
    shown = {day: point for day, point in days.items() if day >= months[0]}
    strongest = max((abs(to_float(point.value, chart.unit) or 0) for point in shown.values()), default=0) or 1
    marks, y = [], 0.0
    for month in months:
        drawn, height = _draw_month(chart, month, shown, strongest, is_named=len(months) > 1)
        marks.append(draw_group(0, y, drawn))
        y += height
    return draw_sheet(chart, [*marks, draw_group(0, y, _draw_key(chart, shown))], y + 48)


def _draw_month(
    chart: Chart, month: date, days: dict[date, Point], strongest: float, *, is_named: bool
) -> tuple[list[Mark], float]:
    """The weeks of one month under the names of the weekdays, and the height they take."""
    colours, top = palette_of(chart), NAME if is_named else 0
    names = [WEEKDAYS[(chart.first_weekday + column) % 7] for column in range(7)]
    marks = [
        draw_text(_left(column) + CELL / 2, top + 18, name, colours.muted, SMALL - 1, align="center")
        for column, name in enumerate(names)
    ]
    if is_named:
        marks.append(draw_text(0, 22, f"{month:%B} {month.year}", colours.text, BODY, bold=True))
    offset, count = (month.weekday() - chart.first_weekday) % 7, monthrange(month.year, month.month)[1]
    for number in range(count):
        row, column = divmod(offset + number, 7)
        cell = _draw_day(chart, number + 1, days.get(month.replace(day=number + 1)), strongest)
        marks.append(draw_group(_left(column), top + HEADS + row * (CELL + GAP), cell))
    return marks, top + HEADS + (offset + count + 6) // 7 * (CELL + GAP) + (MONTH_GAP if is_named else 0)


def shade(chart: Chart, value: float, strongest: float) -> str:
    """The colour of a value: the accent, or red below zero, the stronger the nearer to the strongest."""
    colours = palette_of(chart)
    if value == 0:
        return colours.panel
    share = 0.16 + 0.84 * abs(value) / strongest
    return mix(colours.paper, colours.bad if value < 0 else colours.accent, share)


def _left(column: int) -> float:
    return column * (CELL + GAP)


def _draw_day(chart: Chart, number: int, point: Point | None, strongest: float) -> list[Mark]:
    colours = palette_of(chart)
    value = to_float(point.value, chart.unit) if point else None
    if point is None or value is None:
        return [
            draw_rect(0, 0, CELL, CELL, "transparent", corner=10, stroke=colours.grid, strokeWidth=1.5),
            draw_text(8, 23, show_number(number, chart.style), colours.muted, SMALL - 1),
        ]
    fill = shade(chart, value, strongest)
    ink = choose_ink(fill)
    words = show_tiny(point.value, chart.unit, chart.style)
    return [
        draw_rect(0, 0, CELL, CELL, fill, corner=10),
        draw_text(8, 23, show_number(number, chart.style), ink, SMALL - 2),
        draw_text(CELL / 2, CELL - 12, words, ink, fit_size(words, CELL - 8, 19, bold=True), bold=True, align="center"),
    ]


def _draw_key(chart: Chart, shown: dict[date, Point]) -> list[Mark]:
    colours = palette_of(chart)
    told = [(day, point) for day, point in shown.items() if point.value is not None]
    if not told:
        return []
    day, point = max(told, key=lambda one: one[1].value or 0)
    best = show_short(point.value, chart.unit, chart.style, chart.currency if chart.unit is Unit.MONEY else "")
    words = f"Best day: {day.day} {day:%b}, {best}"
    return [draw_text(0, 30, words, colours.muted, SMALL + 1)]
