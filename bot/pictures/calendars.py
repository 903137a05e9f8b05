"""A month as a calendar, each day as dark as it was busy. One rule: a day without a value is empty, not zero."""

from calendar import monthrange
from datetime import date

from bot.pictures.canvas import (
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
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def draw_calendar(chart: Chart) -> Spec:
    """The month of the first point; labels are ISO dates, and days of other months are left out.

    The week starts on the chart's `first_weekday`. Raises ValueError for a label that is no date.
    """
    if not chart.points:
        return draw_nothing(chart)
    colours = palette_of(chart)
    days = {date.fromisoformat(point.label): point for point in chart.points}
    month = next(iter(days)).replace(day=1)
    shown = {day: point for day, point in days.items() if (day.year, day.month) == (month.year, month.month)}
    strongest = max((abs(to_float(point.value, chart.unit) or 0) for point in shown.values()), default=0) or 1
    heads = [
        draw_text(
            _left(column) + CELL / 2,
            18,
            WEEKDAYS[(chart.first_weekday + column) % 7],
            colours.muted,
            SMALL - 1,
            align="center",
        )
        for column in range(7)
    ]
    offset = (month.weekday() - chart.first_weekday) % 7
    cells = []
    for number in range(monthrange(month.year, month.month)[1]):
        row, column = divmod(offset + number, 7)
        point = shown.get(month.replace(day=number + 1))
        cells.append(
            draw_group(_left(column), HEADS + row * (CELL + GAP), _draw_day(chart, number + 1, point, strongest))
        )
    rows = (offset + monthrange(month.year, month.month)[1] + 6) // 7
    bottom = HEADS + rows * (CELL + GAP)
    return draw_sheet(chart, [*heads, *cells, draw_group(0, bottom, _draw_key(chart, shown))], bottom + 48)


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
