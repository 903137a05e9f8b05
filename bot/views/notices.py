"""Notices from the outbox as messages. One rule: one sentence that needs nothing looked up."""

from datetime import date, timedelta
from typing import Any

from bot.views.figures import clip, show_period, show_text, show_value
from core.metrics.measures import find_measure
from core.periods import Period

LONGEST_NAME = 80


def show_goal_met(content: dict[str, Any]) -> str:
    """Somebody, or the branch, reached a goal."""
    measure = find_measure(content["measure"])
    who = f"{show_text(clip(content['person'], LONGEST_NAME))} has" if content["person"] else "The branch has"
    of = f" of {show_text(clip(content['product'], LONGEST_NAME))}" if content["product"] else ""
    target = show_value(content["target"], measure.unit, content["currency"])
    days = Period(date.fromisoformat(content["start"]), date.fromisoformat(content["last"]) + timedelta(days=1))
    return f"🏆 <b>Goal met</b> · {show_period(days)}\n{who} reached {target} {measure.label.lower()}{of}."
