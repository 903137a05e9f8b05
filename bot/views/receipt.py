"""A receipt as a message. One rule: everything a person needs to see that it was understood, on one phone screen."""

from dataclasses import replace
from datetime import timedelta

from bot.turn import Button, Buttons, Reply
from bot.views.figures import bar, clip, show_day, show_money, show_percent, show_quantity, show_rate, show_text
from bot.views.goals import name_goal, show_target
from core.goals.standing import Standing
from core.metrics.measures import divide
from core.sales.receipt import Receipt, ReceiptLine

LONGEST_NAME, LONGEST_NOTE, MOST_LINES = 80, 600, 25
RECORDED = {
    "return": "📦 <b>Return recorded</b>",
    "exchange": "🔁 <b>Exchange recorded</b>",
    "guest": "🤝 <b>Guest coverage recorded</b>",
}
SHARE_STATES = {"pending": " · has yet to agree", "confirmed": "", "declined": " · declined"}
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
        "" if receipt.is_void or receipt.standing is None else _show_standing(receipt, receipt.standing),
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


def show_given(receipt: Receipt, name: str, *, in_group: bool) -> Reply:
    """The receipt of a sale that is somebody else's now."""
    return show_receipt(receipt, in_group=in_group, done=f"✏️ <b>Now {show_text(name)}’s sale</b>")


def _show_head(receipt: Receipt, done: str | None) -> str:
    number = f"#{receipt.document_id}"
    if receipt.is_void:
        return f"↩️ <b>Undone</b> · {number}\nIt no longer counts anywhere."
    told = CORRECTED if receipt.revision > 1 else RECORDED.get(receipt.kind, "✅ <b>Sale recorded</b>")
    who = "" if receipt.is_own else f"\nfor <b>{show_text(receipt.person_name)}</b>"
    day = "" if receipt.is_today else f"\n📅 {show_day(receipt.day)}{_show_year_taken(receipt)}"
    details = _show_details(receipt)
    of = f" of #{receipt.original_id}" if receipt.original_id is not None else ""
    return f"{done or told} · {number}{of}{who}{day}" + (f"\n{details}" if details else "")


def _show_year_taken(receipt: Receipt) -> str:
    """“31/12” told in November is of the year before: said, for it may have been meant otherwise."""
    is_long_ago = receipt.recorded_at.date() - receipt.day > timedelta(days=31)
    return (
        f" · {receipt.day.year}, not this year" if is_long_ago and receipt.day.year < receipt.recorded_at.year else ""
    )


def _show_items(receipt: Receipt, *, with_profit: bool) -> str:
    """The lines and what they come to; an amount alone is its own subtotal."""
    is_amount = len(receipt.lines) == 1 and receipt.lines[0].name is None
    lines = [] if is_amount else [_show_line(line, receipt) for line in receipt.lines[:MOST_LINES]]
    rest = len(receipt.lines) - MOST_LINES
    more = [f"… and {rest} more"] if rest > 0 else []
    return "\n".join([*lines, *more, _show_sums(receipt, with_profit=with_profit)])


def _show_line(line: ReceiptLine, receipt: Receipt) -> str:
    """A line in the currency it was sold in."""
    told, currency = line.price, receipt.currency
    if line.foreign is not None and receipt.foreign is not None:
        told, currency = line.foreign, receipt.foreign.currency
    if line.name is None:
        return f"• {show_money(told.subtotal_e4, currency)}"
    variant = f" · {line.variant_name}" if line.variant_name else ""
    name = show_text(clip(f"{line.name}{variant}", LONGEST_NAME))
    price = f"{show_quantity(line.quantity_e3)} × {show_money(told.unit_price_e4, currency)}"
    off = f" − {show_money(told.discount_e4, currency)}" if told.discount_e4 else ""
    return f"• <b>{name}</b>\n   {price}{off} = {show_money(told.amount_e4, currency)}"


def _show_sums(receipt: Receipt, *, with_profit: bool) -> str:
    currency = receipt.currency
    rows = [f"Subtotal: {show_money(receipt.subtotal_e4, currency)}"]
    if receipt.discount_e4:
        share = divide(receipt.discount_e4, receipt.subtotal_e4, 100)
        rows.append(f"Discount: −{show_money(receipt.discount_e4, currency)} ({show_percent(share)})")
    rows += _show_total(receipt)
    if with_profit and receipt.profit_e4 is not None:
        margin = divide(receipt.profit_e4, receipt.total_e4, 100)
        shown = f" ({show_percent(margin)})" if margin is not None else ""
        rows.append(f"Profit: {show_money(receipt.profit_e4, currency)}{shown}")
    return "\n".join(rows)


def _show_total(receipt: Receipt) -> list[str]:
    """What counts as revenue, and under it what tax and rounding make of it."""
    currency = receipt.currency
    rows = [f"<b>Total: {show_money(receipt.total_e4, currency)}</b>"]
    if receipt.foreign is not None:
        told = show_money(receipt.foreign.total_e4, receipt.foreign.currency)
        rows.append(f"{told} at {show_rate(receipt.foreign.rate_e9)}")
    rows += [f"{show_text(name)}: {show_money(amount, currency)}" for name, amount in receipt.taxes.items()]
    if receipt.round_off_e4:
        rows.append(f"Rounded: {show_money(receipt.round_off_e4, currency)}")
    if receipt.payable_e4 != receipt.total_e4:
        word = "To give back" if receipt.kind in ("return", "exchange") else "To pay"
        rows.append(f"<b>{word}: {show_money(receipt.payable_e4, currency)}</b>")
    return rows


def _show_shares(receipt: Receipt) -> list[str]:
    """Who else it counts for, and who has yet to agree."""
    return [
        f"🤝 {show_text(clip(share.person_name, LONGEST_NAME))}: {share.share_e2 / 100:g} %{SHARE_STATES[share.state]}"
        for share in receipt.shares
    ]


def _show_details(receipt: Receipt) -> str:
    details = (("🛒", receipt.platform), ("🎟", receipt.coupon), ("👤", receipt.customer))
    parts = [f"{sign} {show_text(clip(text, LONGEST_NAME))}" for sign, text in details if text]
    note = (receipt.note or "")[:LONGEST_NOTE]
    noted = [f"📝 <i>{show_text(note)}</i>"] if note else []
    came = ", ".join(f"#{number}" for number in receipt.returns)
    back = [f"📦 Came back: {came}"] if came else []
    return "\n".join([*([" · ".join(parts)] if parts else []), *_show_shares(receipt), *back, *noted])


def _show_standing(receipt: Receipt, standing: Standing) -> str:
    currency = receipt.currency
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
    undo, note = Button("Undo", "undo", number), Button("Note", "note", number)
    photo = ((Button("Photo", "photo", number),),) if receipt.has_photograph else ()
    if receipt.kind in ("return", "exchange"):
        return ((undo, note), *photo)
    back = (Button("Return", "return", number),) if receipt.kind == "sale" else ()  # guest coverage is undone instead
    return ((undo, Button("Edit", "edit", number), note, *back), *photo)


def show_exchange(back: Receipt, gone: Receipt, *, in_group: bool = False) -> Reply:
    """What came back and what went out for it, and what is still to be paid, as the receipt of the new sale."""
    due = gone.count_due_e4(back)
    word = "To pay" if due >= 0 else "To give back"
    items = "\n".join(_show_line(line, back) for line in back.lines)
    head = f"🔁 <b>Exchange recorded</b> · #{back.document_id}\nCame back:\n{items}"
    foot = f"<b>{word}: {show_money(abs(due), gone.currency)}</b>"
    shown = show_receipt(gone, in_group=in_group, done="🔁 <b>Went out for it</b>")
    return replace(shown, text=f"{head}\n\n{shown.text}\n\n{foot}")
