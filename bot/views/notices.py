"""Notices from the outbox as messages. One rule: one sentence that needs nothing looked up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.turn import Button, Reply
from bot.views.figures import clip, show_period, show_quantity, show_text
from bot.views.goals import count_measure
from core.periods import Period
from core.sales.receipts import Purpose

LONGEST_NAME, MOST_GOALS = 80, 20
OBSTACLES = {
    "topic_closed": "the topic is closed",
    "topic_gone": "the topic is not there any more",
    "blocked": "I am blocked there",
    "removed": "I am not in that chat any more",
    "no_rights": "I may not write there",
    "gone": "that chat is not there any more",
    None: "Telegram does not take it",
}
# How what was reached goes on, and what leads from there to the product or category.
JOINED = {"revenue": (" in sales", "of"), "profit": ("", "on"), "customers": ("", "for")}


def show_share_asked(content: dict[str, Any]) -> Reply:
    """Somebody is asked to share in a sale."""
    number, share = content["document_id"], f"{content['share_e2'] / 100:g} %"
    asked_by = show_text(clip(content["asked_by"], LONGEST_NAME))
    text = f"🤝 {asked_by} says that <b>{share}</b> of sale #{number} is yours. It counts once you agree."
    buttons = ((Button("Agree", "share", f"yes={number}"), Button("Decline", "share", f"no={number}")),)
    return Reply(text, buttons, number, Purpose.CORRECTION)


def show_undelivered(content: dict[str, Any]) -> str:
    """What somebody ordered cannot reach its chat."""
    about, why = content["about"], OBSTACLES[content["obstacle"]]
    if content["of"] == "share_asked":
        asked = show_text(clip(about.get("asked", "They"), LONGEST_NAME))
        return (
            f"⚠️ I could not ask {asked} about sale #{about['document_id']}: {why}. "
            "Their part counts as yours until they agree."
        )
    chat = show_text(clip(about["chat"] or ("a group" if about["is_group"] else "your chat"), LONGEST_NAME))
    return (
        f"⚠️ The {about['cadence']} digest for <b>{chat}</b> did not arrive: {why}. I say so once; it goes on by itself "
        f"when I can write there again. To have it elsewhere, send <code>/digest {about['cadence']} …</code> there."
    )


def show_elsewhere(reply: Reply, obstacle: str) -> Reply:
    """An answer that cannot be given where it was asked for."""
    return replace(reply, text=f"In the group {OBSTACLES[obstacle]}, so I answer here.\n\n{reply.text}")


def show_low_stock(content: dict[str, Any]) -> str:
    """Something is running out in a branch."""
    left = f"only {show_quantity(content['left_e3'])}" if content["left_e3"] > 0 else "none"
    name, sku = show_text(clip(content["name"], LONGEST_NAME)), show_text(content["sku"])
    point = show_quantity(content["reorder_point_e3"])
    return f"📉 <b>{name}</b> ({sku}): {left} left, below the reorder point of {point}."


def show_goals_met(content: dict[str, Any]) -> str:
    """People, or branches, reached goals: one of them, or all that a file of sales met, each on a line."""
    goals = content["goals"]
    if len(goals) == 1:
        return f"🏆 <b>Goal met</b> · {_name_days(goals[0])}\n{_tell_reached(goals[0])}."
    shown = [f"• {_tell_reached(goal)} · {_name_days(goal)}" for goal in goals[:MOST_GOALS]]
    rest = len(goals) - len(shown)
    more = [f"… and {rest} more: /goal"] if rest else []
    return "\n".join([f"🏆 <b>{len(goals)} goals met</b>", *shown, *more])


def _tell_reached(goal: dict[str, Any]) -> str:
    measure = goal["measure"]
    who = f"{show_text(clip(goal['person'], LONGEST_NAME))} has" if goal["person"] else "The branch has"
    after, joint = JOINED.get(measure, ("", "of"))
    about = f" {joint} {show_text(clip(goal['product'], LONGEST_NAME))}" if goal["product"] else ""
    return f"{who} reached {count_measure(measure, goal['target'], goal['currency'])}{after}{about}"


def _name_days(goal: dict[str, Any]) -> str:
    last = date.fromisoformat(goal["last"]) + timedelta(days=1)
    return show_period(Period(date.fromisoformat(goal["start"]), last))
