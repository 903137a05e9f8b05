"""Bars and leaderboards: a name, its figure, a bar beneath. One rule: a long name is cut before a figure is."""

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
from bot.pictures.measuring import measure
from bot.pictures.numbers import show_number, show_short, to_float
from core.lettering import prepare

MOST_ROWS = 20
ROW, BAR = 66, 16
MEDALS = ("🥇", "🥈", "🥉")
RANK_WIDTH = 52


def draw_bars(chart: Chart) -> Spec:
    """One row a point in the order given; the first 20, the rest counted. Values below zero reach to the left."""
    if not chart.points:
        return draw_nothing(chart)
    shown = chart.points[:MOST_ROWS]
    marks = [
        mark
        for index, point in enumerate(shown)
        for mark in _draw_row(chart, point, index * ROW, 0, _find_ends(chart, shown))
    ]
    return _finish(chart, marks, len(shown))


def draw_leaderboard(chart: Chart) -> Spec:
    """Names in the order given with their place, a medal for the first three; the row of whoever asked stands out."""
    if not chart.points:
        return draw_nothing(chart)
    shown = tuple(point for index, point in enumerate(chart.points) if index < MOST_ROWS or point.is_own)
    marks: list[Mark] = []
    for index, point in enumerate(shown):
        top = index * (ROW + 6)
        if point.is_own:
            marks.append(draw_rect(-14, top - 6, INNER + 28, ROW + 4, palette_of(chart).own, corner=12))
        marks.append(_draw_rank(chart, point.place or index + 1, top))
        marks += _draw_row(chart, point, top, RANK_WIDTH, _find_ends(chart, shown))
    return _finish(chart, marks, len(shown), ROW + 6)


def _draw_rank(chart: Chart, place: int, top: float) -> Mark:
    if place <= len(MEDALS):
        return draw_text(18, top + 42, MEDALS[place - 1], palette_of(chart).text, 36, align="center")
    return draw_text(
        18, top + 39, show_number(place, chart.style), palette_of(chart).muted, BODY, bold=True, align="center"
    )


def _find_ends(chart: Chart, points: tuple[Point, ...]) -> tuple[float, float]:
    values = [to_float(point.value, chart.unit) or 0.0 for point in points]
    return min(0.0, *values), max(0.0, *values)


def _draw_row(chart: Chart, point: Point, top: float, left: float, ends: tuple[float, float]) -> list[Mark]:
    colours, (low, high) = palette_of(chart), ends
    width, value = INNER - left, to_float(point.value, chart.unit) or 0.0
    shown = show_short(point.value, chart.unit, chart.style, chart.currency)
    zero, reach = width * -low / ((high - low) or 1), width * value / ((high - low) or 1)
    reach = max(reach, 4.0) if value > 0 else min(reach, -4.0) if value < 0 else 0.0
    room = width - measure(shown, BODY, bold=True) - 16
    fill = colours.rest if point.is_rest else colours.bad if value < 0 else colours.accent
    return [
        draw_group(left, top, [
            *_draw_name(chart, point, room),
            draw_text(width, 24, shown, colours.text, BODY, bold=True, align="right"),
            draw_rect(0, 36, width, BAR, colours.track, corner=BAR / 2),
            draw_rect(min(max(zero, 4.0 if value < 0 else 0.0), width), 36, reach, BAR, fill, corner=BAR / 2),
        ])
    ]  # fmt: skip


def _draw_name(chart: Chart, point: Point, room: float) -> list[Mark]:
    colours = palette_of(chart)
    if not point.note:
        return [draw_text(0, 24, point.label, colours.text, BODY, limit=room)]
    note_room = min(measure(point.note, SMALL), room / 2)
    name_room = room - note_room - 12
    left = min(name_room, measure(prepare(point.label), BODY)) + 12
    return [
        draw_text(0, 24, point.label, colours.text, BODY, limit=name_room),
        draw_text(left, 24, point.note, colours.muted, SMALL, limit=note_room),
    ]


def _finish(chart: Chart, marks: list[Mark], rows: int, row_height: float = ROW) -> Spec:
    height, hidden = rows * row_height, len(chart.points) - rows
    if hidden > 0:
        marks.append(draw_text(0, height + 24, f"and {hidden} more", palette_of(chart).muted, SMALL + 1))
        height += 36
    return draw_sheet(chart, marks, height)
