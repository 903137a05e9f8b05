"""Drafts of sales as messages. One rule: what was understood, what was not, and a button for each way on."""

from collections.abc import Sequence

from bot.parsing.dialogue import Telling
from bot.parsing.drafts import LONGEST_ARGUMENT, Decisions
from bot.turn import Button, Buttons, Reply
from bot.views.dialogue import Shown, show_told
from bot.views.figures import clip, show_money, show_text
from core.catalog.products import Product
from core.errors import SalesbellError

LONGEST_LABEL = 34


def show_draft(
    telling: Telling,
    shown: Shown,
    doubts: Sequence[SalesbellError],
    decided: Decisions,
    *,
    seller: str | None,
    edits_pressed: bool,
) -> Reply:
    """The sale as it was understood, and the words that were not used. `decided` is what was pressed before."""
    whose = f"\nfor <b>{show_text(seller)}</b>" if seller else ""
    told = show_told(telling, shown)
    unused = doubts[len(decided.words) :]
    blocks = [f"📝 <b>Is this right?</b> Not recorded yet.{whose}", *told, _show_unused(unused)]
    all_left = decided.leave(len(unused)).write()
    total = f" · {show_money(shown.estimate.total_e4, shown.estimate.currency)}" if shown.estimate else ""
    record = (Button(f"✅ Record{total}", "pick", all_left), Button("Edit", "draft", all_left))
    buttons = (record, *_list_options(unused[0], decided))
    text = "\n\n".join(block for block in blocks if block)
    return Reply(text, buttons, edits_pressed=edits_pressed, quotes=True)


def _show_unused(doubts: Sequence[SalesbellError]) -> str:
    """The words that were not used, and why not."""
    return "\n".join(["<b>Not used:</b>", *(f"🤔 {show_text(doubt.message)}" for doubt in doubts)])


def _list_options(doubt: SalesbellError, decided: Decisions) -> Buttons:
    """What may have been meant by the first of the words not used: each a button, in a row of its own."""
    options: tuple[str, ...] = getattr(doubt, "options", ())
    return tuple(
        (Button(clip(words, LONGEST_LABEL), "pick", decided.take(index).write()),)
        for index, words in enumerate(options)
        if len(decided.take(index).write()) <= LONGEST_ARGUMENT
    )


def ask_which_product(
    words: str,
    index: int,
    candidates: tuple[Product, ...],
    decided: Decisions,
    doubts: Sequence[SalesbellError],
    *,
    edits_pressed: bool,
) -> Reply:
    """Which of these? The sale is recorded at the press of a button, without the words that were not used."""
    buttons = tuple(
        (Button(f"{product.name[:40]} · {product.sku[:20]}", "pick", decided.pick(index, product.id).write()),)
        for product in candidates
    )
    unused = f"\n\n{_show_unused(doubts)}" if doubts else ""
    text = f"🤔 Which one is “{show_text(words)}”?\nNothing is recorded until you choose.{unused}"
    return Reply(text, buttons, edits_pressed=edits_pressed, quotes=True)
