"""A receipt as a message. One rule: everything a person needs to see that it was understood, on one phone screen."""

from bot.turn import Button, Buttons, Reply
from bot.views.figures import bar, clip, show_day, show_money, show_percent, show_quantity, show_text
from bot.views.goals import name_goal, show_target
from core.metrics.measures import divide
from core.sales.receipt import Receipt, ReceiptLine

LONGEST_NAME, LONGEST_NOTE, MOST_LINES = 80, 600, 25
RECORDED = {
    "return": "📦 <b>Return recorded</b>",
    "exchange": "🔁 <b>Exchange recorded</b>",
    "guest": "🤝 <b>Guest coverage recorded</b>",
}
CORRECTED, RESTORED, NOTED = "✏️ <b>Sale corrected</b>", "✅ <b>Sale restored</b>", "✏️ <b>Note taken</b>"


def show_receipt(
    receipt: Receipt,
    *,
    in_group: bool = False,
    edits_pressed: bool = False,
    toast: str | None = None,
    done: str | None = None,
) -> Reply:
    """The receipt of a document, with buttons to undo, edit and note it. Profit stays out of groups.

    `done` is what just happened to it, where the document alone does not tell.
    """
    blocks = (
        _show_head(receipt, done),
        _show_items(receipt, with_profit=not in_group),
        "" if receipt.is_void else _show_standing(receipt),
        _show_notices(receipt),
    )
    text = "\n\n".join(block for block in blocks if block)
    return Reply(
        text,
        _list_buttons(receipt),
        receipt.document_id,
        edits_pressed=edits_pressed,
        toast=toast,
        is_repeat=receipt.is_repeat,
    )


def _show_head(receipt: Receipt, done: str | None) -> str:
    number = f"#{receipt.document_id}"
    if receipt.is_void:
        return f"↩️ <b>Undone</b> · {number}\nIt no longer counts anywhere."
    told = CORRECTED if receipt.revision > 1 else RECORDED.get(receipt.kind, "✅ <b>Sale recorded</b>")
    who = "" if receipt.is_own else f"\nfor <b>{show_text(receipt.person_name)}</b>"
    day = "" if receipt.is_today else f"\n📅 {show_day(receipt.day)}"
    details = _show_details(receipt)
    return f"{done or told} · {number}{who}{day}" + (f"\n{details}" if details else "")


def _show_items(receipt: Receipt, *, with_profit: bool) -> str:
    """The lines and what they come to; an amount alone is its own subtotal."""
    is_amount = len(receipt.lines) == 1 and receipt.lines[0].name is None
    lines = [] if is_amount else [_show_line(line, receipt.currency) for line in receipt.lines[:MOST_LINES]]
    rest = len(receipt.lines) - MOST_LINES
    more = [f"… and {rest} more"] if rest > 0 else []
    return "\n".join([*lines, *more, _show_sums(receipt, with_profit=with_profit)])


def _show_line(line: ReceiptLine, currency: str) -> str:
    if line.name is None:
        return f"• {show_money(line.subtotal_e4, currency)}"
    name = show_text(clip(line.name, LONGEST_NAME))
    price = f"{show_quantity(line.quantity_e3)} × {show_money(line.unit_price_e4, currency)}"
    off = f" − {show_money(line.discount_e4, currency)}" if line.discount_e4 else ""
    return f"• <b>{name}</b>\n   {price}{off} = {show_money(line.amount_e4, currency)}"


def _show_sums(receipt: Receipt, *, with_profit: bool) -> str:
    currency = receipt.currency
    rows = [f"Subtotal: {show_money(receipt.subtotal_e4, currency)}"]
    if receipt.discount_e4:
        share = divide(receipt.discount_e4, receipt.subtotal_e4, 100)
        rows.append(f"Discount: −{show_money(receipt.discount_e4, currency)} ({show_percent(share)})")
    rows.append(f"<b>Total: {show_money(receipt.total_e4, currency)}</b>")
    if with_profit and receipt.profit_e4 is not None:
        margin = divide(receipt.profit_e4, receipt.total_e4, 100)
        shown = f" ({show_percent(margin)})" if margin is not None else ""
        rows.append(f"Profit: {show_money(receipt.profit_e4, currency)}{shown}")
    return "\n".join(rows)


def _show_details(receipt: Receipt) -> str:
    details = (("🛒", receipt.platform), ("🎟", receipt.coupon), ("👤", receipt.customer))
    parts = [f"{sign} {show_text(clip(text, LONGEST_NAME))}" for sign, text in details if text]
    note = (receipt.note or "")[:LONGEST_NOTE]
    return "\n".join([*([" · ".join(parts)] if parts else []), *([f"📝 <i>{show_text(note)}</i>"] if note else [])])


def _show_standing(receipt: Receipt) -> str:
    standing, currency = receipt.standing, receipt.currency
    whose = "" if receipt.is_own else f" ({show_text(receipt.person_name)})"
    rows = [f"Today{whose}: <b>{show_money(standing.today_e4, currency)}</b>"]
    if standing.target_e4:
        percent = divide(standing.month_e4, standing.target_e4, 100)
        of = f"{show_money(standing.month_e4, currency)} of {show_money(standing.target_e4, currency)}"
        rows += [f"Month: {of}", f"{bar(percent)} {show_percent(percent)}"]
    else:
        rows.append(f"Month: {show_money(standing.month_e4, currency)}")
    return "\n".join(rows)


def _show_notices(receipt: Receipt) -> str:
    rows = [f"⚠️ {show_text(warning)}" for warning in receipt.warnings]
    for low in receipt.low_stock:
        left = f"only {show_quantity(low.left_e3)}" if low.left_e3 > 0 else "none"
        point = show_quantity(low.reorder_point_e3)
        rows.append(f"📉 {show_text(low.name)}: {left} left, below the reorder point of {point}.")
    rows += [f"🎉 Goal met: {name_goal(goal)}, {show_target(goal, receipt.currency)}!" for goal in receipt.goals_met]
    return "\n".join(rows)


def _list_buttons(receipt: Receipt) -> Buttons:
    number = str(receipt.document_id)
    if receipt.is_void:
        return ((Button("Restore", "restore", number),),)
    return ((Button("Undo", "undo", number), Button("Edit", "edit", number), Button("Note", "note", number)),)
