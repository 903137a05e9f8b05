"""Questions back about a sale, and the log. One rule: whatever can be tapped need not be typed."""

from bot.turn import Button, Reply
from bot.views.figures import count_things, show_day, show_money, show_quantity, show_text
from core.errors import Unusual
from core.sales.log import LogEntry, LogPage
from core.sales.receipts import Purpose

MOST_LINES = 3
NO = "no"
IN_A_ROW = 4  # numbers side by side, as wide as a phone
SIGNS = {"sale": "", "guest": "🤝 ", "return": "📦 ", "exchange": "🔁 "}


def ask_if_meant(doubt: Unusual, argument: str, *, edits_pressed: bool) -> Reply:
    """Is it meant? What is far beyond the usual is recorded at the press of a button."""
    return Reply(
        f"🤔 {show_text(doubt.message)} Record?\nNothing is recorded until you press.",
        ((Button("Record", "sure", argument), Button("No", "sure", NO)),),
        doubt.document_id,
        Purpose.CORRECTION,
        edits_pressed=edits_pressed,
        quotes=True,
    )


def show_not_recorded() -> Reply:
    """It was not meant."""
    return Reply("👌 Not recorded. Send it again as it should be.", edits_pressed=True, toast="Not recorded")


def ask_for_correction(document_id: int, asked: str) -> Reply:
    """Asks for the sale as it should have been; `asked` (", Ann") names who is to reply, where there are several."""
    text = (
        f"✏️ Reply with sale #{document_id} as it should be{asked}, for example:\n<code>2 SOL-3077 @24.99 -10%</code>\n"
        "Or just edit the message you told me the sale in."
    )
    toast = "Send the sale as it should be"
    return Reply(text, document_id=document_id, purpose=Purpose.CORRECTION, asks=True, toast=toast)


def ask_for_note(document_id: int, asked: str) -> Reply:
    """Asks for a note."""
    text = f"📝 Reply with the note for sale #{document_id}{asked}."
    return Reply(text, document_id=document_id, purpose=Purpose.NOTE, asks=True, toast="Send the note")


def show_unchanged(document_id: int) -> Reply:
    """The message that told of a sale was edited into something that tells of none."""
    return Reply(
        f"🤔 Sale #{document_id} stays as it was: your message no longer says what was sold.\n"
        "Edit it again to correct the sale, or press Undo under its receipt.",
        document_id=document_id,
        purpose=Purpose.CORRECTION,
        quotes=True,
    )


def show_log(page: LogPage, title: str, *, names_people: bool, edits_pressed: bool = False) -> Reply:
    """A page of the log, newest first, with buttons to leaf through it."""
    if not page.entries:
        return Reply(f"🧾 <b>{show_text(title)}</b>\n\nNothing there.", edits_pressed=edits_pressed)
    blocks: list[str] = []
    last_day = None
    for entry in page.entries:
        if entry.day != last_day:
            blocks.append(f"\n<b>{show_day(entry.day)}</b>")
            last_day = entry.day
        blocks.append(_show_entry(entry, page.currency, names_person=names_people))
    head = f"🧾 <b>{show_text(title)}</b> · {count_things(page.total, 'entry', 'entries')}"
    older = (Button("Older ›", "page", str(page.page + 1)),) if page.page < page.pages else ()
    newer = (Button("‹ Newer", "page", str(page.page - 1)),) if page.page > 1 else ()
    foot = f"\n\nPage {page.page} of {page.pages}" if page.pages > 1 else ""
    text = head + "\n" + "\n".join(blocks) + foot
    numbers = [Button(f"#{entry.document_id}", "open", str(entry.document_id)) for entry in page.entries]
    rows = tuple(tuple(numbers[start : start + IN_A_ROW]) for start in range(0, len(numbers), IN_A_ROW))
    turn = ((*newer, *older),) if newer or older else ()
    return Reply(text, (*rows, *turn), edits_pressed=edits_pressed, quotes=True)


def _show_entry(entry: LogEntry, currency: str, *, names_person: bool) -> str:
    """The total with who and where, and under it what was sold."""
    items = [
        f"{show_quantity(line.quantity_e3)} × {show_text(line.name[:60])}" if line.name else "amount"
        for line in entry.lines[:MOST_LINES]
    ]
    more = f" + {len(entry.lines) - MOST_LINES} more" if len(entry.lines) > MOST_LINES else ""
    names = (entry.person_name if names_person else None, entry.platform)
    about = "".join(f" · {show_text(name)}" for name in names if name)
    total = show_money(entry.total_e4, currency)
    return f"{SIGNS[entry.kind]}#{entry.document_id} <b>{total}</b>{about}\n   {', '.join(items)}{more}"
