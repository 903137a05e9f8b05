"""Forwarded messages: what they would come to, and whose sale that is."""

from bot.turn import Button, Reply
from bot.views.figures import clip, show_day, show_money, show_quantity, show_text
from core.people.members import Person
from core.sales.estimating import Estimate

LONGEST_NAME, MOST_LINES = 60, 10


def ask_whose_sale(estimate: Estimate | None, writer: Person | None) -> Reply:
    """The draft of a forwarded sale; it is recorded at the press of a button."""
    blocks = ["📨 <b>That was forwarded</b> · not recorded yet"]
    if estimate is not None:
        blocks.append(_show_draft(estimate))
    blocks.append("Somebody else may have written it, so I ask first: is it a sale, and whose?")
    other = (Button(f"{clip(writer.name, LONGEST_NAME)}’s sale", "mine", str(writer.id)),) if writer else ()
    buttons = ((Button("Record as mine", "mine"), *other), (Button("Not a sale", "notmine"),))
    return Reply("\n\n".join(blocks), buttons, quotes=True)


def _show_draft(estimate: Estimate) -> str:
    items = [
        f"• {show_quantity(line.quantity_e3)} × {show_text(clip(line.name, LONGEST_NAME))}: "
        f"{show_money(line.amount_e4, estimate.currency)}"
        for line in estimate.lines[:MOST_LINES]
        if line.name
    ]
    rest = len(estimate.lines) - MOST_LINES
    more = [f"… and {rest} more"] if rest > 0 else []
    day = f"📅 {show_day(estimate.day)}"
    return "\n".join([*items, *more, day, f"<b>Total: {show_money(estimate.total_e4, estimate.currency)}</b>"])


def show_left() -> Reply:
    """It was no sale."""
    return Reply("📨 Nothing was recorded of what was forwarded.", toast="Nothing recorded")
