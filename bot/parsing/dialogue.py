"""A sale told step by step: how far it is, and what a press or a word makes of it. One rule: pure, nothing looked up.

What a button stands for is absolute (“three of it”, not “one more”), so that the same press again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.parsing.currencies import read_money_e4
from bot.parsing.dates import read_day
from bot.parsing.numbers import read_percent_e2, read_quantity_e3
from bot.parsing.refusals import refuse
from bot.parsing.sale import AmountOff, Discount, PercentOff, Reading
from bot.parsing.tokens import clean_text, make_plain
from core.errors import InvalidInput, NotFound
from core.money import E3
from core.sales.commands import SaleLine, SaleTerms
from core.text import clean_name, clean_note

OVERVIEW, PRODUCT, VARIANT, PRICE = "overview", "product", "variant", "price"
STEPS = (
    OVERVIEW, PRODUCT, VARIANT, "quantity", PRICE, "discount", "platform", "other", "date", "customer", "coupon", "note"
)  # fmt: skip
MOST_ITEMS = 20
PERCENTS = (5, 10, 15, 20, 25, 50)
DAYS_BACK = 5
TOO_OLD = "That button is too old."


@dataclass(frozen=True, slots=True)
class Telling:
    """A sale as far as it has been told. `key` names it for all time in its chat; `current` is the item being changed.

    `taken` is the last message of the person that is in it already.
    """

    key: int
    lines: tuple[SaleLine, ...] = ()
    current: int = 0
    step: str = PRODUCT
    discount: Discount | None = None
    platform: str | None = None
    coupon: str | None = None
    customer: str | None = None
    day: date | None = None
    note: str | None = None
    taken: int = 0

    @property
    def line(self) -> SaleLine:
        """The item being changed."""
        return self.lines[self.current]

    def change_line(self, line: SaleLine) -> "Telling":
        """With that in place of the item being changed, and back at the overview."""
        lines = (*self.lines[: self.current], line, *self.lines[self.current + 1 :])
        return replace(self, lines=lines, step=OVERVIEW)

    def add_lines(self, lines: tuple[SaleLine, ...]) -> "Telling":
        """With more items, the last of them the one being changed. Raises InvalidInput for too many."""
        if len(self.lines) + len(lines) > MOST_ITEMS:
            raise InvalidInput(f"At most {MOST_ITEMS} items here. Record these first.", field="items", hint="/bulk")
        every = self.lines + lines
        return replace(self, lines=every, current=len(every) - 1, step=OVERVIEW)

    def drop_line(self) -> "Telling":
        """Without the item being changed."""
        lines = self.lines[: self.current] + self.lines[self.current + 1 :]
        step = OVERVIEW if lines else PRODUCT
        return replace(self, lines=lines, current=max(0, min(self.current, len(lines) - 1)), step=step)

    def write_terms(self) -> SaleTerms:
        """What it says so far, as it would be recorded."""
        return SaleTerms(
            self.lines,
            discount=self.discount,
            platform=self.platform,
            coupon=self.coupon,
            customer=self.customer,
            day=self.day,
            note=self.note,
        )


# ---- kept and taken up again ----------------------------------------------------------------------------------------


def write_state(telling: Telling) -> dict[str, Any]:
    """As it is kept: JSON."""
    told = {name: getattr(telling, name) for name in ("key", "current", "step", "taken", *_WORDS)}
    day = telling.day.isoformat() if telling.day else None
    lines = [
        [
            line.product_id,
            line.variant_id,
            line.quantity_e3,
            line.unit_price_e4,
            line.total_e4,
            _write_off(line.discount),
        ]
        for line in telling.lines
    ]
    return {**told, "day": day, "discount": _write_off(telling.discount), "lines": lines}


_WORDS = ("platform", "coupon", "customer", "note")


def read_state(state: dict[str, Any]) -> Telling:
    """What was kept."""
    lines = tuple(
        SaleLine(quantity, product, price, total, _read_off(off), variant)
        for product, variant, quantity, price, total, off in state["lines"]
    )
    day = date.fromisoformat(state["day"]) if state["day"] else None
    plain = {name: state[name] for name in ("key", "current", "step", "taken", *_WORDS)}
    return Telling(**plain, lines=lines, day=day, discount=_read_off(state["discount"]))


def _write_off(discount: Discount | None) -> list[Any] | None:
    if discount is None:
        return None
    return ["%", discount.percent_e2] if isinstance(discount, PercentOff) else ["-", discount.amount_e4]


def _read_off(kept: list[Any] | None) -> Discount | None:
    if kept is None:
        return None
    return PercentOff(kept[1]) if kept[0] == "%" else AmountOff(kept[1])


# ---- pressed --------------------------------------------------------------------------------------------------------


def _go(telling: Telling, value: str, _reading: Reading) -> Telling:
    if value not in STEPS or (not telling.lines and value != PRODUCT):
        raise NotFound(TOO_OLD, field="button")
    return replace(telling, step=value)


def _count(telling: Telling, value: str, _reading: Reading) -> Telling:
    return telling.change_line(_reprice(telling.line, int(value)))


def _reprice(line: SaleLine, quantity_e3: int) -> SaleLine:
    """So many of it. A price that was told for all of them is the price of that many no more: the list price counts."""
    return replace(line, quantity_e3=quantity_e3, total_e4=None if quantity_e3 != line.quantity_e3 else line.total_e4)


def _choose_variant(telling: Telling, value: str, _reading: Reading) -> Telling:
    return telling.change_line(replace(telling.line, variant_id=int(value) or None))


def _price_by_list(telling: Telling, _value: str, _reading: Reading) -> Telling:
    return telling.change_line(replace(telling.line, unit_price_e4=None, total_e4=None))


def _take_off(telling: Telling, value: str, _reading: Reading) -> Telling:
    return replace(telling, discount=PercentOff(int(value)) if value != "0" else None, step=OVERVIEW)


def _choose_platform(telling: Telling, value: str, reading: Reading) -> Telling:
    name = reading.platforms[int(value)] if value != "none" else None
    return replace(telling, platform=name, step=OVERVIEW)


def _choose_day(telling: Telling, value: str, reading: Reading) -> Telling:
    day = date.fromisoformat(value)
    return replace(telling, day=None if day == reading.today else day, step=OVERVIEW)


def _clear(telling: Telling, value: str, _reading: Reading) -> Telling:
    if value not in _WORDS:
        raise NotFound(TOO_OLD, field="button")
    changes: dict[str, Any] = {value: None, "step": OVERVIEW}
    return replace(telling, **changes)


def _turn_to(telling: Telling, value: str, _reading: Reading) -> Telling:
    return replace(telling, current=int(value) % len(telling.lines), step=OVERVIEW)


def _drop(telling: Telling, value: str, _reading: Reading) -> Telling:
    return telling.drop_line() if int(value) == len(telling.lines) else telling


Change = Callable[[Telling, str, Reading], Telling]
PRESSES: dict[str, Change] = {
    "go": _go,
    "n": _count,
    "v": _choose_variant,
    "list": _price_by_list,
    "off": _take_off,
    "on": _choose_platform,
    "day": _choose_day,
    "none": _clear,
    "item": _turn_to,
    "drop": _drop,
}


def change_by_press(telling: Telling, verb: str, value: str, reading: Reading) -> Telling:
    """What a press makes of it. NotFound for a button that no longer fits."""
    try:
        return PRESSES[verb](telling, value, reading)
    except (KeyError, ValueError, IndexError, ZeroDivisionError):
        raise NotFound(TOO_OLD, field="button") from None


# ---- typed ----------------------------------------------------------------------------------------------------------


def _say_quantity(telling: Telling, words: str, _reading: Reading) -> Telling:
    return telling.change_line(_reprice(telling.line, read_quantity_e3(words.strip("x× ").casefold())))


def _say_price(telling: Telling, words: str, reading: Reading) -> Telling:
    amount_e4 = read_money_e4(words.lstrip("@ "), reading.currency)
    return telling.change_line(replace(telling.line, unit_price_e4=amount_e4, total_e4=None))


def _say_discount(telling: Telling, words: str, reading: Reading) -> Telling:
    said = words.lstrip("-− ")
    if said.endswith("%"):
        return replace(telling, discount=PercentOff(read_percent_e2(said)), step=OVERVIEW)
    amount_e4 = read_money_e4(said, reading.currency)
    return replace(telling, discount=AmountOff(amount_e4) if amount_e4 else None, step=OVERVIEW)


def _say_day(telling: Telling, words: str, reading: Reading) -> Telling:
    day = read_day(words, reading)
    if day is None:
        refuse(words, "is not a day I know.", "yesterday, or 2026-07-18", "date")
    return replace(telling, day=None if day == reading.today else day, step=OVERVIEW)


def _say_name(field: str, longest: int) -> Change:
    def say(telling: Telling, words: str, reading: Reading) -> Telling:
        said = clean_name(words.lstrip("#") if field == "coupon" else words, field, longest)
        known = {name.casefold(): name for name in reading.platforms} if field == "platform" else {}
        changes: dict[str, Any] = {field: known.get(said.casefold(), said), "step": OVERVIEW}
        return replace(telling, **changes)

    return say


def _say_note(telling: Telling, words: str, _reading: Reading) -> Telling:
    return replace(telling, note=clean_note(words), step=OVERVIEW)


ANSWERS: dict[str, Change] = {
    "quantity": _say_quantity,
    PRICE: _say_price,
    "discount": _say_discount,
    "platform": _say_name("platform", 50),
    "other": _say_name("platform", 50),
    "date": _say_day,
    "customer": _say_name("customer", 200),
    "coupon": _say_name("coupon", 50),
    "note": _say_note,
}
AS_TYPED = ("customer", "note", "platform", "other", "coupon")
HINTS = {"quantity": "3", PRICE: "24.99", "discount": "10%, or 2.00", "date": "yesterday, or 2026-07-18"}


def change_by_words(telling: Telling, words: str, reading: Reading) -> Telling:
    """What an answer to the step makes of it. Raises InvalidInput naming the words, with an answer that works."""
    said = words if telling.step in AS_TYPED else make_plain(clean_text(words))
    try:
        return ANSWERS[telling.step](telling, said, reading)
    except InvalidInput as error:
        hint = HINTS.get(telling.step, error.hint)
        raise InvalidInput(error.message, field=error.field, hint=hint) from error


def list_days(reading: Reading) -> tuple[date, ...]:
    """The days that have a button: today and those just before it."""
    return tuple(reading.today - timedelta(days=back) for back in range(DAYS_BACK + 1))


def step_quantity(quantity_e3: int, by: int) -> int:
    """One more, or one fewer; never none."""
    return max(quantity_e3 + by * E3, min(quantity_e3, E3))
