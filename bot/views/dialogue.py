"""A sale told step by step, as its one message. One rule: what it comes to stands over the buttons at every step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.parsing.dialogue import OVERVIEW, PERCENTS, PRICE, PRODUCT, VARIANT, Telling, list_days, step_quantity
from bot.parsing.sale import Reading
from bot.turn import Button, Buttons, Reply
from bot.views.figures import clip, show_day, show_money, show_percent, show_quantity, show_text
from core.catalog.products import Product
from core.catalog.variants import Variant
from core.errors import SalesbellError
from core.metrics.measures import divide
from core.sales.estimating import Estimate
from core.sales.receipt import ReceiptLine

ACTION = "new"
LONGEST_NAME, LONGEST_LABEL, LONGEST_NOTE = 60, 34, 300
MARK = "🆕"
OTHER = "Other…"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown beside what was told: what it comes to, and what there is to choose from.

    `estimate` is None as long as there is nothing to price; `problem` is what keeps it from being priced, or what was
    wrong with the last answer.
    """

    reading: Reading
    estimate: Estimate | None = None
    favourites: tuple[Product, ...] = ()
    product: Product | None = None
    variants: tuple[Variant, ...] = ()
    problem: SalesbellError | None = None


def show_dialogue(telling: Telling, shown: Shown) -> Reply:
    """The message: items, what was said of the whole, what it comes to, what is asked now, and the buttons to it."""
    blocks = [
        f"{MARK} <b>New sale</b> · not recorded yet",
        *show_told(telling, shown),
        _show_problem(shown),
        _ask(telling, shown),
    ]
    text = "\n\n".join(block for block in blocks if block)
    return Reply(text, BUTTONS.get(telling.step, _list_none)(telling, shown))


def show_told(telling: Telling, shown: Shown) -> tuple[str, str, str]:
    """What was told so far: items, what was said of the whole, what it comes to; each may be empty."""
    return _show_items(telling, shown), _show_details(telling), _show_sums(shown.estimate) if shown.estimate else ""


def _show_items(telling: Telling, shown: Shown) -> str:
    if shown.estimate is None:
        return f"▸ <b>{show_text(clip(shown.product.name, LONGEST_NAME))}</b>" if shown.product else ""
    many = len(telling.lines) > 1
    items = (
        _show_item(line, shown.estimate.currency, "▸" if many and index == telling.current else "•")
        for index, line in enumerate(shown.estimate.lines)
    )
    return "\n".join(items)


def _show_item(line: ReceiptLine, currency: str, sign: str) -> str:
    if line.name is None:
        return f"{sign} {show_money(line.subtotal_e4, currency)}"
    variant = f" · {line.variant_name}" if line.variant_name else ""
    name = show_text(clip(f"{line.name}{variant}", LONGEST_NAME))
    price = f"{show_quantity(line.quantity_e3)} × {show_money(line.unit_price_e4, currency)}"
    return f"{sign} <b>{name}</b>\n   {price} = {show_money(line.subtotal_e4, currency)}"


def _show_details(telling: Telling) -> str:
    """Day, platform, coupon, customer and note, under the signs they have on a receipt."""
    details = (("🛒", telling.platform), ("🎟", telling.coupon), ("👤", telling.customer))
    parts = [f"{sign} {show_text(clip(text, LONGEST_NAME))}" for sign, text in details if text]
    rows = [f"📅 {show_day(telling.day)}"] if telling.day else []
    rows += [" · ".join(parts)] if parts else []
    rows += [f"📝 <i>{show_text(clip(telling.note, LONGEST_NOTE))}</i>"] if telling.note else []
    return "\n".join(rows)


def _show_sums(estimate: Estimate) -> str:
    """Subtotal, discount in money and per cent, total; for who may see them cost, profit and margin."""
    currency = estimate.currency
    rows = [f"Subtotal: {show_money(estimate.subtotal_e4, currency)}"]
    if estimate.discount_e4:
        share = show_percent(divide(estimate.discount_e4, estimate.subtotal_e4, 100))
        rows.append(f"Discount: −{show_money(estimate.discount_e4, currency)} ({share} of it)")
    rows.append(f"<b>Total: {show_money(estimate.total_e4, currency)}</b>")
    if estimate.cost_e4 is not None and estimate.profit_e4 is not None:
        margin = divide(estimate.profit_e4, estimate.total_e4, 100)
        shown = f" · margin {show_percent(margin)}" if margin is not None else ""
        rows.append(f"Cost: {show_money(estimate.cost_e4, currency)}")
        rows.append(f"Profit: {show_money(estimate.profit_e4, currency)}{shown}")
    return "\n".join(rows)


def _show_problem(shown: Shown) -> str:
    problem = shown.problem
    if problem is None:
        warnings = shown.estimate.warnings if shown.estimate else ()
        return "\n".join(f"⚠️ {show_text(warning)}" for warning in warnings)
    hint = f"\nFor example: <code>{show_text(problem.hint)}</code>" if problem.hint else ""
    return f"🤔 {show_text(problem.message)}{hint}"


def _ask(telling: Telling, shown: Shown) -> str:
    """What is asked now, and how to answer it."""
    currency = shown.reading.currency
    questions = {
        PRODUCT: "<b>What was sold?</b>\nTap it, search for it, or type its name or code.",
        VARIANT: "<b>Which one?</b>",
        "quantity": "<b>How many?</b> Tap or type.",
        PRICE: f"<b>What did one sell for?</b> Tap or type, in {currency}.",
        "discount": f"<b>What comes off the whole sale?</b> Tap, or type <code>10%</code> or an amount in {currency}.",
        "platform": "<b>Where was it sold?</b>",
        "other": "<b>Where was it sold?</b> Type it.",
        "date": "<b>When was it sold?</b> Tap, or type a day such as <code>18 July</code>.",
        "customer": "<b>Who bought it?</b> Type the name.",
        "coupon": "<b>Which coupon?</b> Type its code.",
        "note": "<b>What is to be noted?</b> Type it.",
    }
    return questions.get(telling.step, "")


# ---- buttons --------------------------------------------------------------------------------------------------------


def press(telling: Telling, label: str, verb: str, value: object = "") -> Button:
    """A button of the dialogue. It carries the dialogue's key, so that one of an older dialogue is known."""
    return Button(clip(label, LONGEST_LABEL), ACTION, f"{telling.key}|{verb}|{value}")


def _list_overview(telling: Telling, shown: Shown) -> Buttons:
    said = shown.estimate
    count = telling.line.quantity_e3
    fewer, more = step_quantity(count, -1), step_quantity(count, 1)
    number, items = telling.current + 1, len(telling.lines)
    total = f" · {show_money(said.total_e4, said.currency)}" if said else ""
    which = [press(telling, f"Item {number}/{items} ›", "item", number)] if items > 1 else []
    how_many: tuple[Button, ...] = (
        press(telling, "−", "n", fewer),
        press(telling, f"{show_quantity(count)} ×", "go", "quantity"),
        press(telling, "+", "n", more),
    )
    is_counted = telling.line.product_id is not None
    has_variants = bool(shown.variants)
    return (
        *((how_many,) if is_counted else ()),
        (
            *((press(telling, "Variant", "go", VARIANT),) if has_variants else ()),
            *((press(telling, "Price", "go", PRICE),) if is_counted else ()),
            press(telling, "Discount", "go", "discount"),
        ),
        (
            press(telling, "Platform", "go", "platform"),
            press(telling, "Date", "go", "date"),
            press(telling, "Customer", "go", "customer"),
        ),
        (
            press(telling, "Coupon", "go", "coupon"),
            press(telling, "Note", "go", "note"),
        ),
        (*which, press(telling, "Add item", "go", PRODUCT), press(telling, "Remove", "drop", items)),
        (press(telling, f"✅ Record{total}", "record"),),
        (press(telling, "Cancel", "cancel"),),
    )


def _list_products(telling: Telling, shown: Shown) -> Buttons:
    search = Button("🔎 Search the products", search="")
    return (
        (search,),
        *((press(telling, _label(product, shown), "p", product.id),) for product in shown.favourites),
        (_go_back(telling) if telling.lines else press(telling, "Cancel", "cancel"),),
    )


def _label(product: Product, shown: Shown) -> str:
    """Name and price, the name cut so that the price is seen."""
    price = f" · {show_money(product.price_e4, shown.reading.currency)}" if product.price_e4 is not None else ""
    return f"{clip(product.name, LONGEST_LABEL - len(price))}{price}"


def _go_back(telling: Telling) -> Button:
    return press(telling, "‹ Back", "go", OVERVIEW)


def _list_variants(telling: Telling, shown: Shown) -> Buttons:
    plain = press(telling, "None of these", "v", 0)
    return (*_pair([press(telling, one.name, "v", one.id) for one in shown.variants[:20]]), (plain,))


def _list_quantities(telling: Telling, _shown: Shown) -> Buttons:
    counts = [press(telling, str(count), "n", count * 1000) for count in (1, 2, 3, 4, 5, 6, 8, 10, 12, 20)]
    return (tuple(counts[:5]), tuple(counts[5:]), (_go_back(telling),))


def _list_prices(telling: Telling, shown: Shown) -> Buttons:
    listed = _find_list_price(telling, shown)
    if listed is None:
        return (tuple(_finish_unpriced(telling)),)
    label = f"List price {show_money(listed, shown.reading.currency)}"
    return ((press(telling, label, "list"),), (_go_back(telling),))


def _finish_unpriced(telling: Telling) -> list[Button]:
    """Without any price there is no way but to say one, or to leave it."""
    remove = press(telling, "Remove", "drop", len(telling.lines))
    return [remove] if telling.line.unit_price_e4 is None else [_go_back(telling)]


def _find_list_price(telling: Telling, shown: Shown) -> int | None:
    own = next((one.price_e4 for one in shown.variants if one.id == telling.line.variant_id), None)
    return own if own is not None else shown.product.price_e4 if shown.product else None


def _list_discounts(telling: Telling, _shown: Shown) -> Buttons:
    percents = [press(telling, f"{percent} %", "off", percent * 100) for percent in PERCENTS]
    none = [press(telling, "No discount", "off", 0)] if telling.discount is not None else []
    return (tuple(percents[:3]), tuple(percents[3:]), (*none, _go_back(telling)))


def _list_platforms(telling: Telling, shown: Shown) -> Buttons:
    known = [press(telling, name, "on", index) for index, name in enumerate(shown.reading.platforms)]
    rows = _pair([*known, press(telling, OTHER, "go", "other")])
    none = [press(telling, "None", "on", "none")] if telling.platform else []
    return (*rows, (*none, _go_back(telling)))


def _list_days(telling: Telling, shown: Shown) -> Buttons:
    days = [press(telling, _name_day(day, back), "day", day) for back, day in enumerate(list_days(shown.reading))]
    return (*_pair(days), (_go_back(telling),))


def _name_day(day: date, back: int) -> str:
    return ("Today", "Yesterday")[back] if back < 2 else show_day(day).rpartition(" ")[0]


def _list_clearing(field: str) -> Callable[[Telling, Shown], Buttons]:
    def buttons(telling: Telling, _shown: Shown) -> Buttons:
        none = [press(telling, f"No {field}", "none", field)] if getattr(telling, field) else []
        return ((*none, _go_back(telling)),)

    return buttons


def _list_none(telling: Telling, _shown: Shown) -> Buttons:
    return ((_go_back(telling),),)


def _pair(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


BUTTONS: dict[str, Callable[[Telling, Shown], Buttons]] = {
    OVERVIEW: _list_overview,
    PRODUCT: _list_products,
    VARIANT: _list_variants,
    "quantity": _list_quantities,
    PRICE: _list_prices,
    "discount": _list_discounts,
    "platform": _list_platforms,
    "date": _list_days,
    "customer": _list_clearing("customer"),
    "coupon": _list_clearing("coupon"),
    "note": _list_clearing("note"),
}


def ask_whether_to_go_on(telling: Telling, shown: Shown) -> Reply:
    """A sale was half told: go on with it, or begin another?"""
    blocks = (
        f"{MARK} <b>You had begun to tell a sale.</b>",
        *show_told(telling, shown),
        "Go on with it, or begin anew?",
    )
    go_on, anew = press(telling, "Go on", "again"), press(telling, "Begin anew", "anew")
    return Reply("\n\n".join(block for block in blocks if block), ((go_on, anew),))


def show_cancelled() -> Reply:
    """Nothing was recorded."""
    return Reply(
        f"{MARK} Cancelled. Nothing was recorded.\n/new begins another.", edits_pressed=True, toast="Cancelled"
    )


def show_nothing_to_cancel() -> Reply:
    """There is no dialogue; what is recorded is undone."""
    return Reply("👌 Nothing is being told step by step. /undo takes back the last thing you recorded.")
