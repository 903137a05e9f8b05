"""Errors as messages. One rule: what was not understood, in the person's own word, and an example that would work."""

from html import escape

from bot.turn import Reply, Withdrawn
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound, SalesbellError, Unavailable
from core.sales.receipts import Purpose

SIGNS: dict[type, str] = {
    InvalidInput: "🤔",
    NotFound: "🔍",
    NotAllowed: "🔒",
    Conflict: "⚠️",
    Unavailable: "🛠",
}


def show_refusal(error: SalesbellError) -> Reply:
    """An error as an answer; for a press of a button, as an alert."""
    if isinstance(error, Withdrawn):
        return error.reply
    sign = next((SIGNS[kind] for kind in type(error).__mro__ if kind in SIGNS), "⚠️")
    text = f"{sign} {escape(error.message)}{_show_hint(error)}"
    toast = error.message[:190]
    return Reply(text, document_id=error.document_id, purpose=Purpose.CORRECTION, toast=toast, is_alert=True)


def _show_hint(error: SalesbellError) -> str:
    """A way on: a command that needs no words can be tapped as it stands, an example can be copied."""
    if error.hint is None:
        return "\n/help shows what you may do." if isinstance(error, NotAllowed) else ""
    is_bare_command = error.hint.startswith("/") and " " not in error.hint
    return f"\nTry {error.hint}" if is_bare_command else f"\nFor example: <code>{escape(error.hint)}</code>"


def show_failure(reference: str) -> Reply:
    """Something broke on our side: nothing was recorded, and the reference finds it in the log."""
    text = f"🛠 Something went wrong on our side and nothing was recorded. Please try again.\nReference: {reference}"
    return Reply(text, toast=f"Something went wrong. Reference: {reference}", is_alert=True)


# What is no words, by Telegram's names: why nothing comes of it.
UNREAD = {
    "voice": "🎙 I cannot listen to voice messages.",
    "video_note": "🎬 I cannot watch video messages.",
    "video": "🎬 I cannot watch videos.",
    "animation": "🎬 I cannot watch videos.",
    "live_photo": "🎬 I cannot watch videos.",
    "document": "🎬 I cannot watch videos.",  # other files are imported, and pictures kept
    "audio": "🎙 I cannot listen to recordings.",
    "sticker": "🙂 I read words, not stickers.",
    "location": "📍 I keep no places.",
    "venue": "📍 I keep no places.",
    "contact": "👤 I keep no contacts.",
    "dice": "🎲 I do not play.",
    "game": "🎲 I do not play.",
    "poll": "📊 I take part in no polls.",
    "checklist": "📋 I read no checklists.",
    "story": "🖼 I cannot see stories.",
    "paid_media": "🖼 I cannot see what is paid for.",
    "giveaway": "🎁 I take part in no giveaways.",
    "giveaway_winners": "🎁 I take part in no giveaways.",
    "gift": "🎁 Thank you, but I take no gifts.",
    "unique_gift": "🎁 Thank you, but I take no gifts.",
    "invoice": "🧾 I read no invoices of Telegram’s.",
    "passport_data": "🔒 I take no identity documents.",
    "web_app_data": "🤔 I cannot read that.",
}


def show_unread(kind: str) -> Reply:
    """What somebody sent who may have meant a sale by it: nothing is recorded, and what would be."""
    how = "Nothing was recorded. Write what was sold, or send a picture with it:\n<code>sold 2 SOL-3077 to Hala</code>"
    return Reply(f"{UNREAD[kind]} {how}")


MASKS = {
    "admin": "You write as an anonymous admin of this group, so I cannot tell who you are. Turn off “Remain anonymous” "
    "in your admin rights here",
    "channel": "You write as a channel, so I cannot tell who you are. Choose yourself beside the line you type in",
}


def show_masked(mask: str) -> Reply:
    """The answer to somebody who writes as a group or a channel: what to do."""
    return Reply(f"🎭 {MASKS[mask]}, or write to me in private. Nothing was recorded.")


def show_stranger() -> Reply:
    """The answer to somebody unknown: polite, and says how to get in."""
    return Reply(
        "👋 Hello! I keep a sales team's numbers, and I don't know you yet.\n\n"
        "Ask your manager for an invitation link (they type <code>/invite</code>) and open it on this phone."
    )
