"""A receipt as a message. One rule: everything a person needs to see that it was understood, on one phone screen."""

from bot.turn import Button, Buttons, Reply
from bot.views.figures import bar, show_day, show_money, show_percent, show_quantity, show_text
from core.metrics.measures import divide
from core.sales.receipt import Receipt, ReceiptLine

LONGEST_NAME, LONGEST_NOTE, MOST_LINES = 80, 600, 25


def show_receipt(
    receipt: Receipt, *, in_group: bool = False, edits_pressed: bool = False, toast: str | None = None
) -> Reply:
    """The receipt of a document, with buttons to undo, edit and note it. Profit stays out of groups."""
    blocks = (
        _show_head(receipt),
        _show_lines(receipt),
        _show_sums(receipt, with_profit=not in_group),
        _show_details(receipt),
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


def _show_head(receipt: Receipt) -> str:
    number = f"#{receipt.document_id}"
    if receipt.is_void:
        return f"↩️ <b>Undone</b> · {number}\nIt no longer counts anywhere."
    kind = {"sale": "✅ <b>Sale recorded</b>", "return": "📦 <b>Return recorded</b>"}.get(
        receipt.kind, "✅ <b>Recorded</b>"
    )
    if receipt.revision > 1:
        kind = "✏️ <b>Sale corrected</b>"
    who = "" if receipt.is_own else f"\nfor <b>{show_text(receipt.person_name)}</b>"
    day = "" if receipt.is_today else f"\n📅 {show_day(receipt.day)}"
    return f"{kind} · {number}{who}{day}"


def _show_lines(receipt: Receipt) -> str:
    shown = [_show_line(line, receipt.currency) for line in receipt.lines[:MOST_LINES]]
    rest = len(receipt.lines) - MOST_LINES
    return "\n".join([*shown, *([f"… and {rest} more"] if rest > 0 else [])])


def _show_line(line: ReceiptLine, currency: str) -> str:
    if line.name is None:
        return f"• {show_money(line.subtotal_e4, currency)}"
    name = show_text(line.name if len(line.name) <= LONGEST_NAME else line.name[: LONGEST_NAME - 1] + "…")
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
    parts = [f"{sign} {show_text(text)}" for sign, text in details if text]
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
        left, point = show_quantity(low.left_e3), show_quantity(low.reorder_point_e3)
        rows.append(f"📉 {show_text(low.name)}: only {left} left, below the reorder point of {point}.")
    rows += [
        f"🎉 Goal met{f': {show_text(goal.person_name)}' if goal.person_name else ''}!" for goal in receipt.goals_met
    ]
    return "\n".join(rows)


def _list_buttons(receipt: Receipt) -> Buttons:
    number = str(receipt.document_id)
    if receipt.is_void:
        return ((Button("Restore", "restore", number),),)
    return ((Button("Undo", "undo", number), Button("Edit", "edit", number), Button("Note", "note", number)),)
