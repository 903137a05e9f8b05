"""Notices from the outbox as messages. One rule: one sentence that needs nothing looked up."""

from datetime import date, timedelta
from typing import Any

from bot.views.figures import clip, show_period, show_text
from bot.views.goals import count_measure
from core.periods import Period

LONGEST_NAME = 80
# How what was reached goes on, and what leads from there to the product or category.
JOINED = {"revenue": (" in sales", "of"), "profit": ("", "on"), "customers": ("", "for")}


def show_goal_met(content: dict[str, Any]) -> str:
    """Somebody, or the branch, reached a goal."""
    measure = content["measure"]
    who = f"{show_text(clip(content['person'], LONGEST_NAME))} has" if content["person"] else "The branch has"
    after, joint = JOINED.get(measure, ("", "of"))
    about = f" {joint} {show_text(clip(content['product'], LONGEST_NAME))}" if content["product"] else ""
    target = count_measure(measure, content["target"], content["currency"])
    days = Period(date.fromisoformat(content["start"]), date.fromisoformat(content["last"]) + timedelta(days=1))
    return f"🏆 <b>Goal met</b> · {show_period(days)}\n{who} reached {target}{after}{about}."
