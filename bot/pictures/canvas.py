"""The sheet a picture is drawn on. One rule: sizes are those of a sheet 540 wide, drawn at twice that for phones."""

from collections.abc import Sequence
from typing import Any

from bot.pictures.charts import Chart
from bot.pictures.measuring import cut, measure, wrap
from bot.pictures.themes import PALETTES, Palette
from core.lettering import is_right_to_left, isolate, prepare, split_emoji

Mark = dict[str, Any]
Spec = dict[str, Any]

WIDTH = 540
PAD = 28
INNER = WIDTH - 2 * PAD
SCALE = 2
FONT = "Salesbell Sans"
TITLE, LARGE, BODY, SMALL = 29, 25, 22, 19
NOTHING_YET = "Nothing in this period"


def palette_of(chart: Chart) -> Palette:
    """The colours of the chart's theme."""
    return PALETTES[chart.theme]


def draw_text(
    x: float,
    y: float,
    words: str,
    colour: str,
    size: float = BODY,
    *,
    bold: bool = False,
    align: str = "left",
    limit: float = INNER,
    turned: float = 0,
) -> Mark:
    """One line of words on its baseline at (x, y), cut with an ellipsis at `limit`."""
    shown = isolate(cut(prepare(words), limit, size, bold=bold))
    values = {
        "x": x, "y": y, "text": shown, "fill": colour, "fontSize": size, "font": FONT,
        "fontWeight": 600 if bold else 400, "align": align, "angle": turned,
    }  # fmt: skip
    return _make_mark("text", values)


def draw_haloed(
    x: float, y: float, words: str, colour: str, paper: str, size: float, align: str = "center"
) -> list[Mark]:
    """Bold words with a rim of the paper's colour, readable across lines."""
    rim = draw_text(x, y, words, paper, size, bold=True, align=align)
    rim["encode"]["enter"] |= {
        "stroke": {"value": paper},
        "strokeWidth": {"value": 6},
        "strokeJoin": {"value": "round"},
    }
    return [rim, draw_text(x, y, words, colour, size, bold=True, align=align)]


def draw_rect(x: float, y: float, width: float, height: float, fill: str, *, corner: float = 0, **more: Any) -> Mark:
    """A filled rectangle; a negative width or height reaches to the other side."""
    x, width = (x + width, -width) if width < 0 else (x, width)
    y, height = (y + height, -height) if height < 0 else (y, height)
    values = {"x": x, "y": y, "width": width, "height": height, "fill": fill, "cornerRadius": corner, **more}
    return _make_mark("rect", values)


def draw_rule(x: float, y: float, x2: float, y2: float, colour: str, width: float = 1.5, **more: Any) -> Mark:
    """A straight line."""
    values = {"x": x, "y": y, "x2": x2, "y2": y2, "stroke": colour, "strokeWidth": width, **more}
    return _make_mark("rule", values)


def draw_symbol(x: float, y: float, shape: str, fill: str, size: float, **more: Any) -> Mark:
    """A circle, triangle-up … of `size` square units around (x, y)."""
    return _make_mark("symbol", {"x": x, "y": y, "shape": shape, "fill": fill, "size": size, **more})


def draw_path(path: str, fill: str, scale: float, x: float = 0, y: float = 0, **more: Any) -> Mark:
    """An SVG path, its coordinates scaled and then moved."""
    values = {"path": path, "fill": fill, "scaleX": scale, "scaleY": scale, "x": x, "y": y, **more}
    return _make_mark("path", values)


def draw_group(x: float, y: float, marks: Sequence[Mark], **more: Any) -> Mark:
    """Marks moved together."""
    return {**_make_mark("group", {"x": x, "y": y, **more}), "marks": list(marks)}


def draw_window(width: float, height: float, corner: float, paper: str) -> Mark:
    """Paper all around a rectangle with round corners, over what reaches beyond it: a fifth of the time of clipping."""
    reach, bend = 3000, f"a{corner},{corner} 0 0 0"
    across, down = width - 2 * corner, height - 2 * corner
    hole = (
        f"M0,{corner}v{down}{bend} {corner},{corner}h{across}{bend} {corner},{-corner}"
        f"v{-down}{bend} {-corner},{-corner}h{-across}{bend} {-corner},{corner}z"
    )
    return draw_path(f"M{-reach},{-reach}h{2 * reach}v{2 * reach}h{-2 * reach}z{hole}", paper, 1)


def draw_sheet(chart: Chart, body: Sequence[Mark], body_height: float) -> Spec:
    """The whole picture: title and subtitle of the chart, `body` below them; a body starts at y = 0."""
    head, head_height = draw_head(chart)
    height = head_height + body_height + PAD
    return make_spec([draw_group(PAD, head_height, body), *head], height, palette_of(chart).paper)


def make_spec(marks: Sequence[Mark], height: float, paper: str) -> Spec:
    """A Vega specification of one sheet."""
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "width": WIDTH, "height": round(height), "padding": 0, "autosize": "none", "background": paper,
        "marks": list(marks),
    }  # fmt: skip


def draw_head(chart: Chart) -> tuple[list[Mark], float]:
    """Title and subtitle, on the right where they are written from the right; and the height they take."""
    colours, y, marks = palette_of(chart), PAD - 6.0, []
    from_right = is_right_to_left(chart.title)
    for lines, size, colour, bold in (
        (wrap(chart.title, INNER, TITLE, 2, bold=True), TITLE, colours.text, True),
        (wrap(chart.subtitle, INNER, SMALL + 1, 2), SMALL + 1, colours.muted, False),
    ):
        for line in lines:
            y += size * 1.25
            marks += _draw_head_line(line, y, colour, size, bold=bold, from_right=from_right)
        y += 5
    return marks, y + 17


def _draw_head_line(line: str, y: float, colour: str, size: float, *, bold: bool, from_right: bool) -> list[Mark]:
    """Emoji in front stand apart: only the regular letters have them, and one in a bold line would make all regular."""
    emoji, words = split_emoji(prepare(line))
    room = measure(f"{emoji} ", size) if emoji else 0.0
    if from_right:
        x = WIDTH - PAD
        marks = [draw_text(x - room, y, words, colour, size, bold=bold, align="right", limit=INNER - room)]
        return [draw_text(x, y, emoji, colour, size, align="right"), *marks] if emoji else marks
    marks = [draw_text(PAD + room, y, words, colour, size, bold=bold, limit=INNER - room)]
    return [draw_text(PAD, y, emoji, colour, size), *marks] if emoji else marks


def draw_nothing(chart: Chart) -> Spec:
    """The picture of a chart without points: it says so."""
    words = draw_text(INNER / 2, 96, NOTHING_YET, palette_of(chart).muted, BODY, align="center")
    panel = draw_rect(0, 8, INNER, 160, palette_of(chart).panel, corner=14)
    return draw_sheet(chart, [panel, words], 170)


def _make_mark(kind: str, values: dict[str, Any]) -> Mark:
    return {"type": kind, "encode": {"enter": {name: {"value": value} for name, value in values.items()}}}
