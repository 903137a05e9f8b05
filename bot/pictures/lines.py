"""Values over time: one line, or revenue as columns with profit as a line. One rule: both axes share their lines."""

from collections.abc import Sequence
from fractions import Fraction
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
from bot.pictures.scales import Axis, choose_labels, make_axis, pair_axes
from bot.pictures.themes import mix
from core.metrics.measures import Unit

HEIGHT, TOP, LABELS = 350, 58, 40
SLANTED_LABELS = 116
LEAST_TICK_ROOM, MOST_TICK_ROOM = 44, 112
TICK_GAP = 10
MOST_COLUMNS = 40

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
    if has_second:
        marks += draw_curve(place_values(axis, across, second), colours.muted, 3, strokeDash=[7, 6])
    run = place_values(axis, across, first)
    marks += [draw_area(part, axis, colours.accent) for part in split_gaps(run)]
    marks += draw_curve(run, colours.accent, 4)
    marks += _draw_dots(chart, run)
    labels, label_height = draw_labels(chart, across)
    return draw_sheet(chart, [*marks, *labels], TOP + HEIGHT + label_height)


def draw_revenue_profit(chart: Chart) -> Spec:
    """Columns of `value` on the left axis, a line of `extra` on the right one; zero is at the same height on both."""
    points, colours = chart.points[:MOST_COLUMNS], palette_of(chart)
    if not points:
        return draw_nothing(chart)
    extra_unit = chart.extra_unit or chart.unit
    revenue = [to_float(point.value, chart.unit) for point in points]
    profit = [to_float(point.extra, extra_unit) for point in points]
    left, right = pair_axes([[one for one in series if one is not None] for series in (revenue, profit)], HEIGHT)
    room, end = find_tick_room(chart, left, chart.unit), INNER - find_tick_room(chart, right, extra_unit)
    slot = (end - room) / len(points)
    across = [room + slot * (index + 0.5) for index in range(len(points))]
    names = [(chart.value_label or "Revenue", colours.accent), (chart.extra_label or "Profit", colours.second)]
    grows_down = any(value is not None and value < 0 for value in revenue)
    marks = [
        *draw_legend(chart, names),
        *draw_grid(chart, left, chart.unit, room, end, colours.accent, below=grows_down),
    ]
    marks += draw_right_ticks(chart, right, extra_unit, end)
    width, soft = min(slot * 0.66, 64), mix(colours.paper, colours.accent, 0.75)
    for x, value in zip(across, revenue, strict=True):
        if value:
            height = left.place(0) - left.place(value)
            marks.append(draw_rect(x - width / 2, TOP + left.place(0), width, -height, soft, corner=min(5, width / 4)))
    run = place_values(right, across, profit)
    marks += draw_curve(run, colours.second, 4)
    if len(points) <= 20:
        ring: dict[str, Any] = {"stroke": colours.paper, "strokeWidth": 2}
        marks += [draw_symbol(*place, "circle", colours.second, 90, **ring) for place in run if place]
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


def _draw_dots(chart: Chart, run: Sequence[Place | None]) -> list[Mark]:
    """A dot on every point of a short line, and the figures of the highest and the last point."""
    colours = palette_of(chart)
    drawn = [(index, place) for index, place in enumerate(run) if place is not None]
    if not drawn:
        return []
    highest, last = min(drawn, key=lambda one: one[1][1]), drawn[-1]
    told = [highest] if last[0] - highest[0] < len(run) / 5 else [highest, last]
    dotted = drawn if len(drawn) <= 16 else told
    ring: dict[str, Any] = {"stroke": colours.paper, "strokeWidth": 3}
    dots = [draw_symbol(x, y, "circle", colours.accent, 110, **ring) for _, (x, y) in dotted]
    return [*dots, *(mark for index, place in told for mark in _draw_figure(chart, chart.points[index], place))]


def _draw_figure(chart: Chart, point: Point, place: Place) -> list[Mark]:
    shown = show_short(point.value, chart.unit, chart.style)
    half = measure(shown, SMALL, bold=True) / 2
    x = min(max(place[0], LEAST_TICK_ROOM + half), INNER - half)
    colours = palette_of(chart)
    return draw_haloed(x, place[1] - 16, shown, colours.text, colours.paper, SMALL)
