"""Values over time as columns, a second series as a line over them. One rule: one unit has one axis."""

from collections.abc import Sequence
from typing import Any

from bot.pictures.canvas import INNER, Mark, Spec, draw_nothing, draw_rect, draw_sheet, draw_symbol, palette_of
from bot.pictures.charts import Chart
from bot.pictures.lines import (
    HEIGHT,
    TOP,
    draw_curve,
    draw_grid,
    draw_labels,
    draw_legend,
    draw_right_ticks,
    find_tick_room,
    place_values,
)
from bot.pictures.numbers import to_float
from bot.pictures.scales import Axis, pair_axes
from bot.pictures.themes import mix

MOST_DOTS = 20
Series = Sequence[float | None]


def draw_columns(chart: Chart) -> Spec:
    """A column for every point, and a line of `extra` where there is any.

    Of another unit it has an axis at the right, with zero at the same height; of the same unit it shares the axis.
    """
    points, colours = chart.points, palette_of(chart)
    if not points:
        return draw_nothing(chart)
    extra_unit = chart.extra_unit or chart.unit
    values = [to_float(point.value, chart.unit) for point in points]
    extras = [to_float(point.extra, extra_unit) for point in points]
    has_own_axis = extra_unit is not chart.unit and any(value is not None for value in extras)
    left, right = _make_axes(values, extras, has_own_axis=has_own_axis)
    room = find_tick_room(chart, left, chart.unit)
    end = INNER - (find_tick_room(chart, right, extra_unit) if has_own_axis else 0)
    slot = (end - room) / len(points)
    across = [room + slot * (index + 0.5) for index in range(len(points))]
    names = [(chart.value_label, colours.accent), (chart.extra_label, colours.second)]
    grows_down = any(value is not None and value < 0 for value in (values if has_own_axis else [*values, *extras]))
    ink = colours.accent if has_own_axis else None
    marks = [*draw_legend(chart, names), *draw_grid(chart, left, chart.unit, room, end, ink, below=grows_down)]
    if has_own_axis:
        marks += draw_right_ticks(chart, right, extra_unit, end)
    marks += _draw_columns(chart, left, across, values, min(slot * 0.66, 64))
    marks += _draw_extras(chart, right, across, extras)
    labels, label_height = draw_labels(chart, across)
    return draw_sheet(chart, [*marks, *labels], TOP + HEIGHT + label_height)


def _make_axes(values: Series, extras: Series, *, has_own_axis: bool) -> tuple[Axis, Axis]:
    known = [[value for value in series if value is not None] for series in (values, extras)]
    if has_own_axis:
        left, right = pair_axes(known, HEIGHT)
        return left, right
    (shared,) = pair_axes([[*known[0], *known[1]]], HEIGHT)
    return shared, shared


def _draw_columns(chart: Chart, axis: Axis, across: Sequence[float], values: Series, width: float) -> list[Mark]:
    colours, corner = palette_of(chart), min(5, width / 4)
    soft, zero = mix(colours.paper, colours.accent, 0.75), axis.place(0)
    heights = [(x, zero - axis.place(value)) for x, value in zip(across, values, strict=True) if value]
    return [draw_rect(x - width / 2, TOP + zero, width, -height, soft, corner=corner) for x, height in heights]


def _draw_extras(chart: Chart, axis: Axis, across: Sequence[float], extras: Series) -> list[Mark]:
    colours, run = palette_of(chart), place_values(axis, across, extras)
    ring: dict[str, Any] = {"stroke": colours.paper, "strokeWidth": 2}
    dotted = [place for place in run if place] if len(run) <= MOST_DOTS else []
    return [
        *draw_curve(run, colours.second, 4),
        *(draw_symbol(*x, "circle", colours.second, 90, **ring) for x in dotted),
    ]
