"""Values over time as a line. One rule: no figure stands on a line."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from bot.pictures.canvas import (
    INNER,
    PAD,
    SMALL,
    Mark,
    Spec,
    draw_haloed,
    draw_nothing,
    draw_path,
    draw_rect,
    draw_rule,
    draw_sheet,
    draw_symbol,
    draw_text,
    palette_of,
)
from bot.pictures.charts import Chart, Point
from bot.pictures.measuring import fit_size, measure
from bot.pictures.numbers import SCALES, show_currency, show_short, to_float
from bot.pictures.scales import Axis, choose_labels, make_axis
from core.metrics.measures import Unit

HEIGHT, TOP, LABELS = 350, 58, 40
SLANTED_LABELS = 116
LEAST_TICK_ROOM, MOST_TICK_ROOM = 44, 112
TICK_GAP = 10

Place = tuple[float, float]


def draw_line(chart: Chart) -> Spec:
    """The values as a line; `extra` of the points, where there is any, as a second, dashed one (a period before)."""
    points = chart.points
    if not points:
        return draw_nothing(chart)
    colours = palette_of(chart)
    first = [to_float(point.value, chart.unit) for point in points]
    second = [to_float(point.extra, chart.unit) for point in points]
    has_second = any(value is not None for value in second)
    axis = make_axis([value for value in (*first, *second) if value is not None], HEIGHT)
    room = find_tick_room(chart, axis, chart.unit)
    across = place_points(len(points), room, INNER - 14)
    names = [(chart.value_label, colours.accent)] + ([(chart.extra_label, colours.muted)] if has_second else [])
    marks = [*draw_legend(chart, names), *draw_grid(chart, axis, chart.unit, room, INNER)]
    run, before = place_values(axis, across, first), place_values(axis, across, second)
    marks += draw_curve(before, colours.muted, 3, strokeDash=[7, 6])
    marks += [draw_area(part, axis, colours.accent) for part in split_gaps(run)]
    marks += draw_curve(run, colours.accent, 4)
    marks += _draw_dots(chart, run, [place for series in (run, before) for place in series if place])
    labels, label_height = draw_labels(chart, across)
    return draw_sheet(chart, [*marks, *labels], TOP + HEIGHT + label_height)


def place_points(count: int, start: float, end: float) -> list[float]:
    """Where `count` points lie across the picture; a single one in the middle."""
    if count == 1:
        return [(start + end) / 2]
    return [start + (end - start) * index / (count - 1) for index in range(count)]


def place_values(axis: Axis, across: Sequence[float], values: Sequence[float | None]) -> list[Place | None]:
    """Where each value lies; None stays a gap."""
    places = zip(across, values, strict=True)
    return [None if value is None else (x, TOP + axis.place(value)) for x, value in places]


def split_gaps(run: Sequence[Place | None]) -> list[list[Place]]:
    """The stretches of a run that have values."""
    parts: list[list[Place]] = [[]]
    for place in run:
        if place is not None:
            parts[-1].append(place)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def draw_curve(run: Sequence[Place | None], colour: str, width: float, **more: Any) -> list[Mark]:
    """A line through the places, broken at gaps."""
    look: dict[str, Any] = {"stroke": colour, "strokeWidth": width, "strokeJoin": "round", "strokeCap": "round", **more}
    paths = ["M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in part) for part in split_gaps(run) if len(part) > 1]
    return [draw_path(path, "transparent", 1, **look) for path in paths]


def draw_area(part: Sequence[Place], axis: Axis, colour: str) -> Mark:
    """The soft area between a line and zero."""
    zero = TOP + axis.place(0)
    line = "L".join(f"{x:.1f},{y:.1f}" for x, y in part)
    return draw_path(f"M{part[0][0]:.1f},{zero:.1f}L{line}L{part[-1][0]:.1f},{zero:.1f}Z", colour, 1, fillOpacity=0.14)


def draw_legend(chart: Chart, names: Sequence[tuple[str, str]]) -> list[Mark]:
    """What each colour is, and once the currency that the axes leave out."""
    marks, x = [], 0.0
    unit = f" · {show_currency(chart.currency, chart.style)}" if chart.unit is Unit.MONEY else ""
    for index, (name, colour) in enumerate(name for name in names if name[0]):
        words = f"{name}{unit if index == 0 else ''}"
        marks += [
            draw_rect(x, 8, 14, 14, colour, corner=4),
            draw_text(x + 22, 22, words, palette_of(chart).muted, SMALL),
        ]
        x += 22 + measure(words, SMALL) + 26
    return marks


def draw_grid(
    chart: Chart, axis: Axis, unit: Unit, start: float, end: float, colour: str | None = None, *, below: bool = True
) -> list[Mark]:
    """The lines of the axis with their values at the left; those under zero only where something is (`below`)."""
    colours, marks = palette_of(chart), []
    for tick in axis.ticks:
        y = TOP + axis.place(float(tick))
        marks.append(draw_rule(start, y, end, y, colours.muted if tick == 0 else colours.grid, 1.5))
        if tick >= 0 or below:
            marks.append(_draw_tick(chart, tick, unit, start - TICK_GAP, y, colour or colours.muted, "right"))
    return marks


def draw_right_ticks(chart: Chart, axis: Axis, unit: Unit, end: float) -> list[Mark]:
    """The values of the second axis at the right; its lines are those of the first."""
    colour, places = palette_of(chart).second, [(tick, TOP + axis.place(float(tick))) for tick in axis.ticks]
    return [_draw_tick(chart, tick, unit, end + TICK_GAP, y, colour, "left") for tick, y in places]


def find_tick_room(chart: Chart, axis: Axis, unit: Unit) -> float:
    """How wide the column of an axis's values is."""
    widest = max(measure(show_tick(chart, tick, unit), SMALL - 1) for tick in axis.ticks)
    return min(MOST_TICK_ROOM, max(LEAST_TICK_ROOM, widest + TICK_GAP + 2))


def _draw_tick(chart: Chart, tick: Fraction, unit: Unit, x: float, y: float, colour: str, align: str) -> Mark:
    words = show_tick(chart, tick, unit)
    size = fit_size(words, MOST_TICK_ROOM - TICK_GAP - 2, SMALL - 1)
    return draw_text(x, y + 6, words, colour, size, align=align)


def show_tick(chart: Chart, tick: Fraction, unit: Unit) -> str:
    """A value of an axis, short and without its currency."""
    return show_short(tick * SCALES[unit], unit, chart.style)


def draw_labels(chart: Chart, across: Sequence[float]) -> tuple[list[Mark], float]:
    """Labels under the points, thinned until they fit, slanted where they are long; and the height they take."""
    colours, points = palette_of(chart), chart.points[: len(across)]
    gap = (across[-1] - across[0]) / max(1, len(across) - 1) or INNER - LEAST_TICK_ROOM
    longest = max(measure(point.label, SMALL - 1) for point in points) + 12
    if longest <= gap * max(1, -(-len(points) // 4)):
        chosen = choose_labels(len(points), max(1, int((across[-1] - across[0] + gap) / longest)))
        y = TOP + HEIGHT + 32
        return [_draw_label(points[index], across[index], y, colours.muted) for index in chosen], LABELS
    chosen = choose_labels(len(points), 10)
    y = TOP + HEIGHT + 22
    slanted = []
    for index in chosen:
        room = min(146, (across[index] + PAD - 12) * 1.41)  # slanted, as long as what is left of it times the root of 2
        words, x = points[index].label, across[index] + 6
        slanted.append(draw_text(x, y, words, colours.muted, SMALL - 2, align="right", limit=room, turned=-45))
    return slanted, SLANTED_LABELS


def _draw_label(point: Point, x: float, y: float, colour: str) -> Mark:
    half = measure(point.label, SMALL - 1) / 2
    return draw_text(min(max(x, half), INNER - half), y, point.label, colour, SMALL - 1, align="center")


def _draw_dots(chart: Chart, run: Sequence[Place | None], lines: Sequence[Place]) -> list[Mark]:
    """A dot on every point of a short line, and the figures of the highest and the last point, clear of all `lines`."""
    colours = palette_of(chart)
    drawn = [(index, place) for index, place in enumerate(run) if place is not None]
    if not drawn:
        return []
    highest, last = min(drawn, key=lambda one: one[1][1]), drawn[-1]
    told = [highest] if last[0] - highest[0] < len(run) / 5 else [highest, last]
    dotted = drawn if len(drawn) <= 16 else told
    ring: dict[str, Any] = {"stroke": colours.paper, "strokeWidth": 3}
    dots = [draw_symbol(x, y, "circle", colours.accent, 110, **ring) for _, (x, y) in dotted]
    return [*dots, *(mark for index, place in told for mark in _draw_figure(chart, chart.points[index], place, lines))]


def _draw_figure(chart: Chart, point: Point, place: Place, lines: Sequence[Place]) -> list[Mark]:
    shown = show_short(point.value, chart.unit, chart.style)
    half = measure(shown, SMALL, bold=True) / 2
    x = min(max(place[0], LEAST_TICK_ROOM + half), INNER - half)
    colours = palette_of(chart)
    y = find_free_height(lines, x - half, x + half, place[1])
    return draw_haloed(x, y, shown, colours.text, colours.paper, SMALL)


def find_free_height(lines: Sequence[Place], left: float, right: float, wanted: float) -> float:
    """The baseline of a figure between `left` and `right`: as near to `wanted` as no line lets it be crossed.

    Over all lines or, where that is nearer and there is room, under them.
    """
    heights = [y for part in pairwise(lines) for y in _cross(*part, left, right)]
    over, under = min(heights, default=wanted) - 16, max(heights, default=wanted) + 16 + SMALL * 0.75
    is_nearer = abs(under - wanted) < abs(over - wanted) and under < TOP + HEIGHT - 6
    return under if is_nearer else over


def _cross(one: Place, other: Place, left: float, right: float) -> list[float]:
    """How high the line from one place to another is where it enters and leaves what lies between left and right."""
    (start, high), (end, low) = one, other
    if end < left or start > right or end <= start:
        return []
    slope = (low - high) / (end - start)
    return [high + slope * (min(max(x, start), end) - start) for x in (left, right)]
