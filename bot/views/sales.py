"""Questions back about a sale, and the log. One rule: whatever can be tapped need not be typed."""

from collections.abc import Mapping

from bot.turn import Button, Reply
from bot.views.figures import show_day, show_money, show_quantity, show_text
from core.catalog.products import Product
from core.sales.log import LogEntry, LogPage

MOST_LINES = 3
SIGNS = {"sale": "", "return": "📦 ", "exchange": "🔁 "}


def ask_which_product(
    words: str, index: int, candidates: tuple[Product, ...], picks: Mapping[int, int], *, edits_pressed: bool
) -> Reply:
    """Which of these? The sale is recorded at the press of a button."""
    buttons = tuple(
        (Button(f"{product.name[:40]} · {product.sku[:20]}", "pick", _write_picks({**picks, index: product.id})),)
        for product in candidates
    )
    text = f"🤔 Which one is “{show_text(words)}”?\nNothing is recorded until you choose."
    return Reply(text, buttons, edits_pressed=edits_pressed, quotes=True)


def _write_picks(picks: Mapping[int, int]) -> str:
    return "|".join(f"{index}={product_id}" for index, product_id in picks.items())


def ask_for_correction(document_id: int) -> Reply:
    """Asks for the sale as it should have been."""
    text = (
        f"✏️ Reply with sale #{document_id} as it should be, for example:\n<code>2 SOL-3077 @24.99 -10%</code>\n"
        "You may also simply edit the message you told me the sale in."
    )
    return Reply(text, asks=True, toast="Send the sale as it should be")


def ask_for_note(document_id: int) -> Reply:
    """Asks for a note."""
    return Reply(f"📝 Reply with the note for sale #{document_id}.", asks=True, toast="Send the note")


def show_log(page: LogPage, title: str, *, edits_pressed: bool = False) -> Reply:
    """A page of the log, newest first, with buttons to leaf through it."""
    if not page.entries:
        text = f"🧾 <b>{show_text(title)}</b>\n\nNothing there.\nTell me a sale: <code>/sale 2 SOL-3077</code>"
        return Reply(text, edits_pressed=edits_pressed)
    blocks: list[str] = []
    last_day = None
    for entry in page.entries:
        if entry.day != last_day:
            blocks.append(f"\n<b>{show_day(entry.day)}</b>")
            last_day = entry.day
        blocks.append(_show_entry(entry, page.currency))
    head = f"🧾 <b>{show_text(title)}</b> · {page.total} {'entry' if page.total == 1 else 'entries'}"
    older = (Button("Older ›", "page", str(page.page + 1)),) if page.page < page.pages else ()
    newer = (Button("‹ Newer", "page", str(page.page - 1)),) if page.page > 1 else ()
    foot = f"\n\nPage {page.page} of {page.pages}" if page.pages > 1 else ""
    text = head + "\n" + "\n".join(blocks) + foot
    return Reply(text, ((*newer, *older),) if newer or older else (), edits_pressed=edits_pressed, quotes=True)


def _show_entry(entry: LogEntry, currency: str) -> str:
    items = [
        f"{show_quantity(line.quantity_e3)} × {show_text(line.name[:60])}" if line.name else "amount"
        for line in entry.lines[:MOST_LINES]
    ]
    more = f" + {len(entry.lines) - MOST_LINES} more" if len(entry.lines) > MOST_LINES else ""
    who = show_text(entry.person_name)
    where = f" · {show_text(entry.platform)}" if entry.platform else ""
    total = show_money(entry.total_e4, currency)
    return f"{SIGNS[entry.kind]}#{entry.document_id} <b>{total}</b> · {', '.join(items)}{more}\n     {who}{where}"
