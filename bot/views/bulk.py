"""Many sales as one message. One rule: what was refused can be copied as it stands, put right and sent back."""

import html
from collections.abc import Sequence

from bot.turn import Button, Reply
from bot.views.figures import clip, count_things, show_money, show_text
from core.errors import SalesbellError
from core.goals.goals import Goal
from core.sales.receipt import Receipt, add_up

MOST_SHOWN, MOST_REFUSED = 12, 12
LONGEST_LINE, LONGEST_REASON, LONGEST_BLOCK = 60, 110, 1500


def show_bulk(
    receipts: Sequence[Receipt],
    refused: Sequence[tuple[str, SalesbellError]],
    left: Sequence[Receipt],
    currency: str,
    message_id: int,
) -> Reply:
    """How many were recorded and what they come to; what was refused and why; what an edit left standing."""
    blocks = [
        _show_head(receipts, refused, currency),
        _show_recorded(receipts),
        _show_refused(refused),
        _show_left(left),
        _show_notices(receipts),
    ]
    undo = ((Button("Undo all of them", "unbulk", str(message_id)),),) if receipts else ()
    return Reply("\n\n".join(block for block in blocks if block), undo, quotes=True)


def _show_head(receipts: Sequence[Receipt], refused: Sequence[tuple[str, SalesbellError]], currency: str) -> str:
    if not receipts:
        return f"🤔 <b>None of {count_things(len(refused), 'line', 'lines')} could be recorded.</b>"
    new, known = [one for one in receipts if not one.is_repeat], [one for one in receipts if one.is_repeat]
    of = f" of {len(receipts) + len(refused)}" if refused else ""
    told = f"✅ <b>{len(new)}{of} recorded</b>" if new or not known else "✅ <b>Nothing new</b>"
    before = f" · {len(known)} recorded before" if known else ""
    return f"{told}{before}\n<b>Total: {show_money(add_up(receipts), currency)}</b>"


def _show_recorded(receipts: Sequence[Receipt]) -> str:
    rows = [_show_sale(one) for one in receipts[:MOST_SHOWN]]
    rest = len(receipts) - MOST_SHOWN
    return "\n".join([*rows, *([f"… and {rest} more: /sales"] if rest > 0 else [])])


def _show_sale(receipt: Receipt) -> str:
    """Its number, what was sold and what it came to."""
    first = receipt.lines[0]
    name = show_text(clip(first.name or "amount", 40))
    more = f" + {len(receipt.lines) - 1}" if len(receipt.lines) > 1 else ""
    known = " · corrected" if receipt.revision > 1 else " · before" if receipt.is_repeat else ""
    state = " · undone" if receipt.is_void else known
    total = show_money(receipt.total_e4, receipt.currency)
    return f"<code>{receipt.document_id}</code> <b>{total}</b> · {name}{more}{state}"


def _show_refused(refused: Sequence[tuple[str, SalesbellError]]) -> str:
    """Each line with its reason, and below them a block that is a message of its own."""
    if not refused:
        return ""
    rows = [
        f"• <i>{show_text(clip(words, LONGEST_LINE))}</i>\n   {show_text(clip(error.message, LONGEST_REASON))}"
        for words, error in refused[:MOST_REFUSED]
    ]
    rest = len(refused) - MOST_REFUSED
    more = [f"… and {rest} more"] if rest > 0 else []
    return "\n".join(
        [
            f"⚠️ <b>{count_things(len(refused), 'line was', 'lines were')} not recorded</b>",
            *rows,
            *more,
            "Copy these, put them right and send them back:",
            f"<pre>{_write_block(refused)}</pre>",
        ]
    )


def _write_block(refused: Sequence[tuple[str, SalesbellError]]) -> str:
    """The lines as they were sent, whole ones only, as many as a message has room for."""
    lines, room = ["/bulk"], LONGEST_BLOCK
    for words, _ in refused:
        room -= len(words) + 1
        if room < 0:
            break
        lines.append(words)
    return html.escape("\n".join(lines), quote=False)


def _show_left(left: Sequence[Receipt]) -> str:
    if not left:
        return ""
    rows = [_show_sale(one) for one in left[:MOST_SHOWN]]
    head = "⚠️ <b>Recorded before and no longer in your message</b>\nThey stay as they are, until you undo them:"
    return "\n".join([head, *rows])


def _show_notices(receipts: Sequence[Receipt]) -> str:
    new = [one for one in receipts if not one.is_repeat]
    met: dict[int, Goal] = {goal.id: goal for one in new for goal in one.goals_met}
    low = {one.product_id: one.name for receipt in new for one in receipt.low_stock}
    warnings = dict.fromkeys(warning for one in new for warning in one.warnings)
    rows = [f"⚠️ {show_text(warning)}" for warning in warnings]
    rows += [f"📉 {show_text(name)} runs low: /stock" for name in low.values()]
    rows += [f"🎉 {count_things(len(met), 'goal', 'goals')} met: /goal"] if met else []
    return "\n".join(rows)


def show_all_undone(count: int) -> Reply:
    """None of them counts any more."""
    told = count_things(count, "sale is", "sales are")
    return Reply(f"↩️ <b>Undone</b> · {told} taken back.", edits_pressed=True, toast="Undone")
