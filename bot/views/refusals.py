"""Errors as messages. One rule: what was not understood, in the person's own word, and an example that would work."""

from html import escape

from bot.turn import Reply
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound, SalesbellError, Unavailable

SIGNS: dict[type[SalesbellError], str] = {
    InvalidInput: "🤔",
    NotFound: "🔍",
    NotAllowed: "🔒",
    Conflict: "⏳",
    Unavailable: "🛠",
}


def show_refusal(error: SalesbellError) -> Reply:
    """An error as an answer; for a press of a button, as an alert."""
    sign = SIGNS.get(type(error), "⚠️")
    text = f"{sign} {escape(error.message)}"
    if error.hint:
        text += f"\nFor example: <code>{escape(error.hint)}</code>"
    return Reply(text, toast=error.message[:190], is_alert=True)


def show_failure(reference: str) -> Reply:
    """Something broke on our side: nothing was recorded, and the reference finds it in the log."""
    text = f"🛠 Something went wrong on our side and nothing was recorded. Please try again.\nReference: {reference}"
    return Reply(text, toast=f"Something went wrong. Reference: {reference}", is_alert=True)


def show_stranger() -> Reply:
    """The answer to somebody unknown: polite, and says how to get in."""
    return Reply(
        "👋 Hello! I keep a sales team's numbers, and I don't know you yet.\n\n"
        "Ask your manager for an invitation link (they type <code>/invite</code>) and open it on this phone."
    )
