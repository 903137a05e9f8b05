"""Digest subscriptions as messages. One rule: when the next one comes is said in words."""

from bot.turn import Reply
from bot.views.figures import show_minute, show_text
from core.reports.subscriptions import Subscription

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOW_TO = "Get one:\n<code>/digest daily 18:00</code>\n<code>/digest weekly sunday 9</code>"
STOP = "Stop it: <code>/digest off</code>"


def show_subscriptions(subscriptions: tuple[Subscription, ...]) -> Reply:
    """What a chat gets."""
    if not subscriptions:
        return Reply(f"🌙 No digest comes here.\n{HOW_TO}")
    return Reply("\n".join(["🌙 <b>Digests here</b>", *(f"• {_describe(one)}" for one in subscriptions), STOP]))


def show_subscribed(subscription: Subscription) -> Reply:
    """What a chat gets from now on."""
    return Reply(f"🌙 A digest will come here {_describe(subscription)}.\n{STOP}")


def show_unsubscribed(ended: tuple[Subscription, ...]) -> Reply:
    """No more."""
    return Reply("🌙 No more digests here." if ended else f"🌙 No digest came here.\n{HOW_TO}")


def _describe(subscription: Subscription) -> str:
    when = subscription.timetable
    at = f"at {show_minute(when.local_minute)} ({show_text(when.time_zone)})"
    match when.cadence:
        case "weekly":
            return f"every {WEEKDAYS[when.on_day or 0]} {at}"
        case "monthly":
            return f"on day {when.on_day} of every month {at}"
        case _:
            return f"every day {at}"
