"""Values on a map, as shades or as bubbles. One rule: what cannot be read off the map stands in the list under it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from bot.pictures.calendars import shade
from bot.pictures.canvas import (
    BODY,
    INNER,
    SMALL,
    Mark,
    Spec,
    draw_group,
    draw_haloed,
    draw_nothing,
    draw_path,
    draw_rect,
    draw_sheet,
    draw_symbol,
    draw_text,
    draw_window,
    palette_of,
)
from bot.pictures.charts import Chart, Point
from bot.pictures.measuring import measure
from bot.pictures.numbers import show_short, to_float
from bot.pictures.places import Map, Place, describe_unmatched, load_map
from bot.pictures.themes import choose_ink
from core.metrics.measures import Unit

MOST_LISTED = 6
ROW = 46
LARGEST_BUBBLE = 40
SWATCHES, SWATCH = 6, 26
CODE_WIDTH, CODE_HEIGHT = 34, 22
CLOSEST = 7


@dataclass(frozen=True)
class View:
    """The part of a map that is drawn: from (left, top), `scale` units of the picture for one of the map."""

    left: float
    top: float
    scale: float
    height: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the map lies on the picture."""
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def shows(self, place: Place) -> bool:
        """Whether some of a place may lie on the picture; none is longer than four times its size."""
        x, y, reach = *self.place(place.x, place.y), 4 * place.size * self.scale
        return -reach < x < INNER + reach and -reach < y < self.height + reach


Bubble = tuple[float, float, float, float, str]  # its middle, radius, value and the place's code
Draw = Callable[[Chart, Map, View, list[tuple[Place, Point]]], list[Mark]]
Explain = Callable[[Chart, list[Point]], tuple[list[Mark], float]]


def draw_india(chart: Chart) -> Spec:
    """The states of India, each as dark as its value is large; labels as `places` knows them."""
    return _draw_map(chart, "india", _draw_shades, _explain_shades)


def draw_india_bubbles(chart: Chart) -> Spec:
    """The states of India with a circle on each, its area the value."""
    return _draw_map(chart, "india", _draw_bubbles, _explain_bubbles)


def draw_world(chart: Chart) -> Spec:
    """The countries, each as dark as its value is large; drawn nearer where the values lie close together."""
    return _draw_map(chart, "world", _draw_shades, _explain_shades)


def draw_world_bubbles(chart: Chart) -> Spec:
    """The countries with a circle on each, its area the value."""
    return _draw_map(chart, "world", _draw_bubbles, _explain_bubbles)


def match_points(found: Map, chart: Chart) -> list[tuple[Place, Point]]:
    """The places that have a value, largest first. Two labels of one place ("TN", "Tamil Nadu") are one value.

    Parts of a sum are added; of percentages, which cannot be, the first counts.
    """
    matched: dict[str, tuple[Place, Point]] = {}
    for point in chart.points:
        place = found.find(point.label)
        if place is None or point.value is None:
            continue
        label = found.names[place.code]
        before = matched[place.code][1].value if place.code in matched else None
        if before is None:
            matched[place.code] = place, replace(point, label=label)
        elif chart.unit is not Unit.PERCENT:
            matched[place.code] = place, replace(point, label=label, value=before + point.value)
    return sorted(matched.values(), key=lambda one: -(to_float(one[1].value, chart.unit) or 0))


def _draw_map(chart: Chart, name: str, draw: Draw, explain: Explain) -> Spec:
    if not chart.points:
        return draw_nothing(chart)
    found = load_map(name)
    matched = match_points(found, chart)
    view = _choose_view(found, [place for place, _ in matched])
    sea = "transparent" if found.height > found.width else palette_of(chart).panel
    ground = draw_rect(0, 0, INNER, view.height, sea)
    window = draw_window(INNER, view.height, 14, palette_of(chart).paper)
    drawn = draw_group(0, 4, [ground, *draw(chart, found, view, matched), window])
    legend, legend_height = explain(chart, [point for _, point in matched])
    listed, height = _draw_list(chart, matched, describe_unmatched(name, [point.label for point in chart.points]))
    top = view.height + 16
    groups = [draw_group(0, top, legend), draw_group(0, top + legend_height, listed)]
    return draw_sheet(chart, [drawn, *groups], top + legend_height + height)


def _choose_view(found: Map, places: list[Place]) -> View:
    """The whole map where values lie far apart, else the region around them, at most `CLOSEST` times as large."""
    whole = INNER / found.width
    if found.height > found.width or not places:
        return View(0, 0, whole, found.height * whole)
    left = min(place.x - place.size * 0.7 for place in places)
    right = max(place.x + place.size * 0.7 for place in places)
    top = min(place.y - place.size * 0.7 for place in places)
    bottom = max(place.y + place.size * 0.7 for place in places)
    width = min(found.width, max((right - left) * 1.3, (bottom - top) * 1.5, found.width / CLOSEST))
    height = min(found.height, max(width * 0.75, (bottom - top) * 1.15)) if width < found.width else found.height
    x = min(max(0.0, (left + right - width) / 2), found.width - width)
    y = min(max(0.0, (top + bottom - height) / 2), found.height - height)
    return View(x, y, INNER / width, height * INNER / width)


def _draw_land(chart: Chart, found: Map, view: View, fills: dict[str, str]) -> list[Mark]:
    """Every shape, those with a colour of their own last, so that their borders are whole."""
    colours = palette_of(chart)
    x, y = view.place(0, 0)
    look: dict[str, Any] = {"stroke": colours.paper, "strokeWidth": 1.2, "strokeJoin": "round"}
    seen = (place for place in found.places.values() if place.path and view.shows(place))
    shapes = sorted(seen, key=lambda place: place.code in fills)
    return [draw_path(place.path, fills.get(place.code, colours.land), view.scale, x, y, **look) for place in shapes]


def _draw_shades(chart: Chart, found: Map, view: View, matched: list[tuple[Place, Point]]) -> list[Mark]:
    colours, values = palette_of(chart), [to_float(point.value, chart.unit) or 0.0 for _, point in matched]
    strongest = math.sqrt(max((abs(value) for value in values), default=0)) or 1
    fills = {
        place.code: shade(chart, math.copysign(math.sqrt(abs(value)), value), strongest) if value else colours.land
        for (place, _), value in zip(matched, values, strict=True)
    }
    marks = _draw_land(chart, found, view, fills)
    for place, point in reversed(matched):
        x, y = view.place(place.x, place.y)
        fill, across = fills[place.code], place.size * view.scale
        if across < 13:
            rim = colours.bad if (point.value or 0) < 0 else colours.accent
            marks.append(draw_symbol(x, y, "circle", fill, 150, stroke=rim, strokeWidth=2))
        elif across > 40:
            marks.append(draw_text(x, y + 6, place.code, choose_ink(fill), SMALL - 2, bold=True, align="center"))
    return marks


def _draw_bubbles(chart: Chart, found: Map, view: View, matched: list[tuple[Place, Point]]) -> list[Mark]:
    colours, marks = palette_of(chart), _draw_land(chart, found, view, {})
    largest = max((abs(_weigh(chart, point)) for _, point in matched), default=0) or 1
    bubbles = [
        (*view.place(place.x, place.y), _find_radius(value := _weigh(chart, point), largest), value, place.code)
        for place, point in matched
    ]
    bubbles.sort(key=lambda one: -one[2])
    for x, y, radius, value, _ in bubbles:
        marks.append(_draw_bubble(x, y, radius, colours.bad if value < 0 else colours.accent))
    return marks + _draw_codes(chart, bubbles)


def _draw_bubble(x: float, y: float, radius: float, colour: str) -> Mark:
    return draw_symbol(x, y, "circle", colour, (2 * radius) ** 2, fillOpacity=0.5, stroke=colour, strokeWidth=2)


def _weigh(chart: Chart, point: Point) -> float:
    return to_float(point.value, chart.unit) or 0.0


def _find_radius(value: float, largest: float) -> float:
    return max(5.0, LARGEST_BUBBLE * math.sqrt(abs(value) / largest))


def _explain_shades(chart: Chart, points: list[Point]) -> tuple[list[Mark], float]:
    """From nothing to the largest value; the shades grow with the root, so that small values are seen."""
    value = _find_largest_value(points)
    if not value:
        return [], 0
    low = "0" if all((point.value or 0) >= 0 for point in points) else "±0"
    start, colours = measure(low, SMALL) + 10, palette_of(chart)
    shown = show_short(value, chart.unit, chart.style, chart.currency)
    marks = [draw_text(0, 20, low, colours.muted, SMALL)]
    for step in range(SWATCHES):
        fill = shade(chart, step, SWATCHES - 1) if step else colours.land
        marks.append(draw_rect(start + step * SWATCH, 6, SWATCH, 16, fill))
    marks.append(draw_text(start + SWATCHES * SWATCH + 10, 20, shown, colours.muted, SMALL))
    return marks, 40


def _find_largest_value(points: list[Point]) -> Fraction:
    return max((abs(Fraction(point.value or 0)) for point in points), default=Fraction(0))


def _explain_bubbles(chart: Chart, points: list[Point]) -> tuple[list[Mark], float]:
    """How large the largest bubble is, and one of a quarter of its value."""
    value = _find_largest_value(points)
    if not value:
        return [], 0
    colours, marks, x, height = palette_of(chart), [], 0.0, 2 * LARGEST_BUBBLE
    for part in (value, value / 4):
        radius = _find_radius(float(part), float(value))
        shown = show_short(part, chart.unit, chart.style, chart.currency)
        marks.append(_draw_bubble(x + radius, height - radius, radius, colours.accent))
        marks.append(draw_text(x + 2 * radius + 8, height - radius + 6, shown, colours.muted, SMALL))
        x += 2 * radius + 8 + measure(shown, SMALL) + 28
    return marks, height + 16


def _draw_codes(chart: Chart, bubbles: list[Bubble]) -> list[Mark]:
    """The codes of the bubbles, over all of them; of two that would touch only that of the larger."""
    colours, marks = palette_of(chart), []
    told: list[Bubble] = []
    for bubble in bubbles:
        x, y, radius, _, code = bubble
        if radius > 15 and all(abs(x - other[0]) > CODE_WIDTH or abs(y - other[1]) > CODE_HEIGHT for other in told):
            told.append(bubble)
            marks += draw_haloed(x, y + 6, code, colours.text, colours.paper, SMALL - 2)
    return marks


def _draw_list(chart: Chart, matched: list[tuple[Place, Point]], unmatched: str) -> tuple[list[Mark], float]:
    colours, marks = palette_of(chart), []
    y = 26.0
    for place, point in matched[:MOST_LISTED]:
        shown = show_short(point.value, chart.unit, chart.style, chart.currency)
        room = INNER - 62 - measure(shown, BODY, bold=True) - 12
        marks += [
            draw_rect(0, y - 21, 46, 28, colours.panel, corner=8),
            draw_text(23, y, place.code, colours.muted, SMALL - 2, bold=True, align="center"),
            draw_text(60, y, point.label, colours.text, BODY, limit=room),
            draw_text(INNER, y, shown, colours.text, BODY, bold=True, align="right"),
        ]
        y += ROW
    below = [f"and {len(matched) - MOST_LISTED} more"] if len(matched) > MOST_LISTED else []
    for line in [*below, *([unmatched] if unmatched else [])]:
        marks.append(draw_text(0, y, line, colours.muted, SMALL))
        y += 30
    return marks, y - 22
