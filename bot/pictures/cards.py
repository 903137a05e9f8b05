"""KPI cards: one figure, how it stands to before and to its target, its course. One rule: the figure is largest."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from bot.pictures.canvas import (
    BODY,
    INNER,
    SMALL,
    WIDTH,
    Mark,
    Spec,
    draw_group,
    draw_head,
    draw_nothing,
    draw_path,
    draw_rect,
    draw_sheet,
    draw_symbol,
    draw_text,
    make_spec,
    palette_of,
)
from bot.pictures.charts import Chart, Headline
from bot.pictures.measuring import fit_size, measure
from bot.pictures.numbers import show_full, show_share, show_short, to_float
from bot.pictures.scales import make_axis
from core.goals.progress import Status
from core.metrics.measures import Unit, Value

SPARK_HEIGHT = 150
TILE_GAP, TILE_HEIGHT = 14, 190
TILE_EDGE = 18
TILE_WIDTH = (WIDTH - 2 * TILE_EDGE - TILE_GAP) / 2

Place = tuple[float, float]


def draw_card(chart: Chart) -> Spec:
    """The headline large, its change, target and note below, and the points as a sparkline with its two end labels."""
    headline, colours = chart.headline or Headline(None), palette_of(chart)
    shown = show_full(headline.value, chart.unit, chart.style, chart.currency, longest=16)
    figure = draw_text(0, 62, shown, colours.text, fit_size(shown, INNER, 72, bold=True), bold=True)
    marks, y = [figure], 80.0
    for part, height in (
        (draw_change(chart, headline, BODY), 44),
        (_draw_target(chart, headline), 82),
        ([draw_text(0, 28, headline.note, colours.muted, SMALL + 1)] if headline.note else [], 40),
        (_draw_course(chart), SPARK_HEIGHT + 52),
    ):
        if part:
            marks.append(draw_group(0, y, part))
            y += height
    return draw_sheet(chart, marks, y)


def draw_cards(head: Chart) -> Spec:
    """The parts as cards on one picture, two a row, under the title and subtitle; all in the theme of the whole.

    Of an odd number the first has a row of its own.
    """
    if not head.parts:
        return draw_nothing(head)
    marks, top = draw_head(head)
    charts = [replace(part, theme=head.theme) for part in head.parts]
    odd = len(charts) % 2
    for place, chart in enumerate(charts, start=odd):
        width = WIDTH - 2 * TILE_EDGE if odd and place == 1 else TILE_WIDTH
        x = TILE_EDGE + (0 if odd and place == 1 else place % 2 * (TILE_WIDTH + TILE_GAP))
        y = top + place // 2 * (TILE_HEIGHT + TILE_GAP)
        marks.append(draw_group(x, y, _draw_tile(chart, width), width=width, height=TILE_HEIGHT))
    rows = -(-len(charts) // 2)
    return make_spec(marks, top + rows * (TILE_HEIGHT + TILE_GAP) + TILE_EDGE, palette_of(head).paper)


def draw_change(chart: Chart, headline: Headline, size: float) -> list[Mark]:
    """A triangle up or down with the change in per cent; "= no change"; nothing where it is not known."""
    colours, change = palette_of(chart), headline.change_percent
    if change is None:
        return []
    colour = colours.good if change > 0 else colours.bad if change < 0 else colours.muted
    percent = show_short(-change if change < 0 else change, Unit.PERCENT, chart.style)
    words = percent if change else "no change"
    left = size * 1.05 if change else 0
    room = left + measure(words, size, bold=True) + 10
    marks = [
        draw_text(left, size * 1.2, words, colour, size, bold=True),
        draw_text(room, size * 1.2, headline.compared_with, colours.muted, size - 2, limit=INNER - room),
    ]
    if change:
        shape = "triangle-up" if change > 0 else "triangle-down"
        marks.append(draw_symbol(size * 0.4, size * 0.85, shape, colour, size * size * 0.42))
    return marks


def choose_status_colour(chart: Chart, status: Status | None) -> str:
    """As the signs of goals are: green, amber or red; blue where there is nothing to say yet."""
    colours = palette_of(chart)
    return {
        Status.ACHIEVED: colours.good,
        Status.ON_TRACK: colours.good,
        Status.BEHIND: colours.second,
        Status.AT_RISK: colours.bad,
        Status.MISSED: colours.bad,
    }.get(status or Status.NOT_BEGUN, colours.accent)


def _draw_target(chart: Chart, headline: Headline) -> list[Mark]:
    if headline.target is None:
        return []
    colours, colour = palette_of(chart), choose_status_colour(chart, headline.status)
    target = show_short(headline.target, chart.unit, chart.style, chart.currency)
    share = find_share(headline.value, headline.target)
    marks = [
        draw_text(0, 30, f"Target {target}", colours.muted, SMALL + 1),
        draw_rect(0, 44, INNER, 16, colours.track, corner=8),
    ]
    if share is not None:
        marks.append(draw_text(INNER, 30, show_share(share, chart.style), colour, BODY, bold=True, align="right"))
        marks.append(
            draw_rect(0, 44, max(16.0, INNER * min(1.0, float(share))) if share > 0 else 0, 16, colour, corner=8)
        )
    return marks


def find_share(value: Value, target: Value) -> Fraction | None:
    """How much of a target is reached, 1 for all of it; None where there is nothing to reach."""
    return None if value is None or not target or target < 0 else Fraction(value) / Fraction(target)


def _draw_course(chart: Chart) -> list[Mark]:
    if len(chart.points) < 2:
        return []
    colours, points = palette_of(chart), chart.points
    marks = draw_spark(chart, INNER, SPARK_HEIGHT - 20)
    ends = [(0.0, points[0].label, "left"), (INNER * 1.0, points[-1].label, "right")]
    labels = [draw_text(x, SPARK_HEIGHT + 30, label, colours.muted, SMALL, align=align) for x, label, align in ends]
    return [draw_group(0, 14, marks), *labels]


def draw_spark(chart: Chart, width: float, height: float) -> list[Mark]:
    """The points as a small line with a soft area and a dot on the last; gaps are left out."""
    colours = palette_of(chart)
    values = [value for point in chart.points if (value := to_float(point.value, chart.unit)) is not None]
    if not values:
        return []
    axis = make_axis(values, 1.0, most_steps=40)
    top, bottom = 8.0, height
    across = [8 + (width - 16) * index / max(1, len(values) - 1) for index in range(len(values))]
    places = [(x, top + (bottom - top) * axis.place(value)) for x, value in zip(across, values, strict=True)]
    line = "L".join(f"{x:.1f},{y:.1f}" for x, y in places)
    zero = top + (bottom - top) * axis.place(0)
    area = f"M{places[0][0]:.1f},{zero:.1f}L{line}L{places[-1][0]:.1f},{zero:.1f}Z"
    stroke: dict[str, Any] = {"stroke": colours.accent, "strokeWidth": 4, "strokeJoin": "round", "strokeCap": "round"}
    x, y = places[-1]
    dot = draw_symbol(x, y, "circle", colours.accent, 120, stroke=colours.paper, strokeWidth=3)
    if len(values) == 1:
        return [dot]
    return [
        draw_path(area, colours.accent, 1, fillOpacity=0.15),
        draw_path(f"M{line}", "transparent", 1, **stroke),
        dot,
    ]


def _draw_tile(chart: Chart, width: float) -> list[Mark]:
    headline, colours = chart.headline or Headline(None), palette_of(chart)
    shown = show_full(headline.value, chart.unit, chart.style, chart.currency, longest=16 if width > TILE_WIDTH else 11)
    inner = width - 32
    size = fit_size(shown, inner, 35, bold=True)
    title = draw_text(16, 34, chart.title, colours.muted, SMALL, limit=inner)
    figure = draw_text(16, 76, shown, choose_tile_ink(chart, headline), size, bold=True)
    change = draw_group(16, 84, draw_change(chart, Headline(None, change_percent=headline.change_percent), SMALL - 1))
    aside = _describe_aside(chart, headline)
    beside = [draw_text(width - 16, 105, aside, colours.muted, SMALL - 1, align="right", limit=inner - 76)]
    spark = draw_group(8, 118, draw_spark(chart, width - 16, TILE_HEIGHT - 118 - 14))
    panel = draw_rect(0, 0, width, TILE_HEIGHT, colours.panel, corner=16)
    return [panel, title, figure, change, *(beside if aside else []), spark]


def _describe_aside(chart: Chart, headline: Headline) -> str:
    """How much of the target is reached, else the period where it is the card's own."""
    share = find_share(headline.value, headline.target)
    if share is None:
        return chart.subtitle
    return f"{show_share(share, chart.style)} of {show_short(headline.target, chart.unit, chart.style)}"


def choose_tile_ink(chart: Chart, headline: Headline) -> str:
    """The colour of a tile's figure: red where it is below its target, green where it met one."""
    return palette_of(chart).text if headline.status is None else choose_status_colour(chart, headline.status)
