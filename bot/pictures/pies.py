"""Shares of a whole. One rule: only what is above zero has a share, and every slice is named with its figure."""

from fractions import Fraction

from bot.pictures.canvas import (
    BODY,
    INNER,
    SMALL,
    Mark,
    Spec,
    draw_nothing,
    draw_rect,
    draw_sheet,
    draw_text,
    palette_of,
)
from bot.pictures.charts import REST, Chart, Point
from bot.pictures.measuring import fit_size, measure
from bot.pictures.numbers import show_share, show_short, to_float

MOST_SLICES = 8
RADIUS, HOLE = 168, 104
ROW = 46


def draw_pie(chart: Chart) -> Spec:
    """A ring with the chart's headline in its middle, and under it each slice's name, figure and share.

    What has no name of its own comes last, in grey, and beyond eight slices the smallest belong to it; what is not
    above zero is counted in a line below.
    """
    positive = sorted((point for point in chart.points if point.value and point.value > 0), key=_by_size)
    if not positive:
        return draw_nothing(chart)
    colours, slices = palette_of(chart), _gather_rest(positive)
    whole = sum((Fraction(point.value or 0) for point in slices), start=Fraction(0))
    marks: list[Mark] = [_draw_ring(chart, slices), *_draw_middle(chart)]
    y = 2 * RADIUS + 50.0
    for index, point in enumerate(slices):
        share = Fraction(point.value or 0) / whole
        marks += _draw_row(chart, point, y + index * ROW, _choose_colour(chart, point, index), share)
    y += len(slices) * ROW
    left_out = len(chart.points) - len(positive)
    if left_out:
        marks.append(draw_text(0, y + 4, f"{left_out} without a share: zero or below", colours.muted, SMALL))
        y += 30
    return draw_sheet(chart, marks, y - 22)


def _by_size(point: Point) -> tuple[bool, int | Fraction]:
    return point.is_rest, -(point.value or 0)


def _gather_rest(points: list[Point]) -> list[Point]:
    """The slices, in which all that are not named are one."""
    named = [point for point in points if not point.is_rest]
    if len(points) <= MOST_SLICES:
        return points
    rest = [*named[MOST_SLICES - 1 :], *(point for point in points if point.is_rest)]
    return [*named[: MOST_SLICES - 1], Point(REST, sum((point.value or 0 for point in rest), start=0), is_rest=True)]


def _choose_colour(chart: Chart, point: Point, index: int) -> str:
    colours = palette_of(chart)
    return colours.rest if point.is_rest else colours.slices[index]


def _draw_ring(chart: Chart, slices: list[Point]) -> Mark:
    colours = palette_of(chart)
    rows = [
        {"value": to_float(point.value, chart.unit), "colour": _choose_colour(chart, point, index)}
        for index, point in enumerate(slices)
    ]
    arc = {
        "type": "arc",
        "from": {"data": "slices"},
        "encode": {
            "enter": {
                "x": {"value": INNER / 2},
                "y": {"value": RADIUS + 6},
                "startAngle": {"field": "startAngle"},
                "endAngle": {"field": "endAngle"},
                "innerRadius": {"value": HOLE},
                "outerRadius": {"value": RADIUS},
                "fill": {"field": "colour"},
                "stroke": {"value": colours.paper},
                "strokeWidth": {"value": 3 if len(slices) > 1 else 0},
            }
        },
    }
    data = {"name": "slices", "values": rows, "transform": [{"type": "pie", "field": "value"}]}
    return {"type": "group", "data": [data], "marks": [arc]}


def _draw_middle(chart: Chart) -> list[Mark]:
    if chart.headline is None:
        return []
    colours, middle = palette_of(chart), INNER / 2
    shown = show_short(chart.headline.value, chart.unit, chart.style, chart.currency)
    size = fit_size(shown, 2 * HOLE - 24, 38, bold=True)
    return [
        draw_text(middle, RADIUS + 14, shown, colours.text, size, bold=True, align="center"),
        draw_text(middle, RADIUS + 42, chart.value_label, colours.muted, SMALL, align="center", limit=180),
    ]


def _draw_row(chart: Chart, point: Point, y: float, colour: str, share: Fraction) -> list[Mark]:
    colours = palette_of(chart)
    shown = show_short(point.value, chart.unit, chart.style, chart.currency)
    room = INNER - 34 - 76 - measure(shown, BODY, bold=True) - 12
    return [
        draw_rect(0, y - 17, 20, 20, colour, corner=6),
        draw_text(34, y, point.label, colours.text, BODY, limit=room),
        draw_text(INNER - 76, y, shown, colours.text, BODY, bold=True, align="right"),
        draw_text(INNER, y, show_share(share, chart.style), colours.muted, BODY, align="right"),
    ]
