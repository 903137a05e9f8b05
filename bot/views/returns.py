"""Questions about what came back, and a document's history. One rule: who, when, why, and what it was then."""

from datetime import datetime

from bot.turn import Button, Reply
from bot.views.figures import clip, show_day, show_money, show_quantity, show_text
from core import clock
from core.access import Viewer
from core.sales.history import Change
from core.sales.receipt import Receipt
from core.sales.receipts import Purpose

ACTIONS = {
    "recorded": "✅ Recorded",
    "edited": "✏️ Corrected",
    "voided": "↩️ Undone",
    "restored": "✅ Restored",
    "noted": "📝 Note",
    "shared": "🤝 Shared",
}
MOST_ITEMS, LONGEST_NAME = 4, 60


def ask_what_came_back(receipt: Receipt) -> Reply:
    """All of it, or which part?"""
    text = (
        f"📦 What came back of sale #{receipt.document_id}? Press for all of it, or reply with a part, for example:\n"
        "<code>/return 1 SOL-3077</code>\n<code>/return 1 SOL-3077 damaged</code> does not go into stock."
    )
    number = receipt.document_id
    buttons = ((Button("All of it", "back", str(number)),),)
    return Reply(text, buttons, number, Purpose.RETURN, posts=True, toast="Say what came back")


def show_history(number: int, changes: tuple[Change, ...], viewer: Viewer) -> Reply:
    """Every change, the first one first."""
    blocks = [_show_change(change, viewer) for change in changes]
    text = "\n\n".join([f"🕰 <b>History</b> · #{number}", *blocks])
    return Reply(text, document_id=number, purpose=Purpose.CORRECTION)


def _show_change(change: Change, viewer: Viewer) -> str:
    who = show_text(change.by) if change.by else "the operator"
    rows = [f"<b>{ACTIONS[change.action]}</b> · {_show_instant(change.at, viewer.time_zone)} · {who}"]
    if change.reason:
        rows.append(f"Why: <i>{show_text(change.reason)}</i>")
    if change.action == "noted":
        return "\n".join([*rows, f"<i>{show_text(change.note or 'taken away')}</i>"])
    items = [
        f"{show_quantity(line.quantity_e3)} × {show_text(clip(line.name, LONGEST_NAME))}" if line.name else "amount"
        for line in change.lines[:MOST_ITEMS]
    ]
    if items:
        seller = f" · {show_text(change.seller)}" if change.seller else ""
        more = f" + {len(change.lines) - MOST_ITEMS} more" if len(change.lines) > MOST_ITEMS else ""
        total = show_money(change.total_e4, viewer.company.currency)
        rows.append(f"{', '.join(items)}{more} = <b>{total}</b>{seller}")
    return "\n".join(rows)


def _show_instant(at: datetime, time_zone: str) -> str:
    local = at.astimezone(clock.find_zone(time_zone))
    return f"{show_day(local.date())} {local:%H:%M}"
