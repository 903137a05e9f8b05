"""Figures as pictures. One rule: pure builders make specifications, one renderer draws them, no word waits for it."""

from collections.abc import Callable

from bot.pictures.bars import draw_bars, draw_leaderboard
from bot.pictures.calendars import draw_calendar
from bot.pictures.canvas import Spec
from bot.pictures.cards import draw_card, draw_cards
from bot.pictures.charts import Chart, Headline, Point, Theme
from bot.pictures.columns import draw_columns
from bot.pictures.lines import draw_line
from bot.pictures.maps import draw_india, draw_india_bubbles, draw_world, draw_world_bubbles
from bot.pictures.pies import draw_pie
from bot.pictures.places import can_place, describe_unmatched
from bot.pictures.rendering import Renderer

PICTURES: dict[str, Callable[[Chart], Spec]] = {
    "card": draw_card,
    "cards": draw_cards,
    "bars": draw_bars,
    "line": draw_line,
    "pie": draw_pie,
    "columns": draw_columns,
    "leaderboard": draw_leaderboard,
    "calendar": draw_calendar,
    "india": draw_india,
    "india_bubbles": draw_india_bubbles,
    "world": draw_world,
    "world_bubbles": draw_world_bubbles,
}

__all__ = [
    "PICTURES",
    "Chart",
    "Headline",
    "Point",
    "Renderer",
    "Spec",
    "Theme",
    "can_place",
    "describe_unmatched",
]
