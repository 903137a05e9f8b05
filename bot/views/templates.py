"""Templates and repetitions as messages. One rule: how it is used stands beside what it is."""

from collections.abc import Mapping, Sequence

from bot.turn import Reply
from bot.views.figures import clip, show_text
from core.catalog.products import Product
from core.sales.receipt import Receipt
from core.sales.templates import Template

LONGEST_WORDS = 120


def show_templates(kept: Sequence[Template], hidden_by: Mapping[str, Product | None]) -> Reply:
    """One's own templates; of one that a product has come to be called like, that the product comes first."""
    if not kept:
        return Reply(
            "🔖 You have no templates yet. Keep a sale you make often under a word:\n"
            "<code>/template usual 2 SOL-3077 @24.99 etsy</code>\nand then send <code>/sale usual</code>."
        )
    rows = [_show_template(one, hidden_by[one.name]) for one in kept]
    foot = "Use one: <code>/sale NAME</code> · drop one: <code>/template NAME off</code>"
    return Reply("\n".join(["🔖 <b>Your templates</b>", "", *rows, "", foot]))


def _show_template(one: Template, hidden_by: Product | None) -> str:
    words = show_text(clip(" ".join(one.words.split()), LONGEST_WORDS))
    hidden = f"\n   ⚠️ {show_text(hidden_by.name)} is called so too, and comes first." if hidden_by else ""
    return f"<b>{show_text(one.name)}</b> · {words}{hidden}"


def show_template_kept(kept: Template) -> Reply:
    """It is kept, and how to use it."""
    name = show_text(kept.name)
    return Reply(
        f"🔖 <b>{name}</b> · {show_text(clip(kept.words, 600))}\n\n"
        f"Record it: <code>/sale {name}</code>\nWith more to it: <code>/sale {name} yesterday</code>"
    )


def show_template_dropped(name: str) -> Reply:
    """It is gone."""
    return Reply(f"🔖 “{show_text(name)}” is dropped. What was sold with it stays.")


def name_repetition(before: Receipt | None) -> str:
    """The head of the receipt of a sale repeated: which, and what was not taken from it. None: it was just repeated."""
    if before is None:
        return "🔁 <b>Pressed twice: recorded once</b>"
    told = (("its discount", before.discount_e4), ("its coupon", before.coupon), ("its customer", before.customer))
    left = [name for name, is_said in told if is_said]
    without = f", without {' and '.join(left)}" if left else ""
    at = "" if before.foreign is not None else ", at today’s list prices"
    return f"🔁 <b>Sale #{before.document_id} again</b>{at}{without}"
