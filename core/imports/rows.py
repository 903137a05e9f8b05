"""From cells to a sale line. One rule: a row that cannot be exact is refused by itself, naming column and value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from core.errors import InvalidInput
from core.imports.dates import Moment
from core.imports.fields import CUSTOM_LONGEST, FIELDS, Kind
from core.imports.numbers import read_scaled
from core.imports.understanding import Understanding
from core.money import E3, divide_half_even
from core.text import clean_name, clean_note, fold

RATE_DIGITS = 6
WHOLE_RATE = 10**RATE_DIGITS
LONG_TEXT = 1000  # longer ones keep their line breaks
YES = frozenset({"yes", "y", "true", "1", "returned", "x"})
NO = frozenset({"", "no", "n", "false", "0", "not returned", "not", "none"})


@dataclass(slots=True)
class SaleRow:
    """A row of a sales file, read: texts as they are, money in ten-thousandths, quantity in thousandths."""

    texts: dict[str, str | None]
    attributes: dict[str, str]
    moment: Moment
    quantity_e3: int
    unit_price_e4: int
    discount_e4: int
    amount_e4: int
    cost_e4: int | None
    is_returned: bool
    was_rounded: bool


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, plan: Understanding) -> None:
        self._plan, self._layout = plan, plan.layout
        self._width = len(plan.layout.header)
        self._names = {name: plan.layout.name_column(name) for name in FIELDS}
        by_kind: dict[Kind, dict[str, int]] = {kind: {} for kind in Kind}
        for name, index in plan.layout.fields.items():
            by_kind[FIELDS[name].kind][name] = index
        self._texts = by_kind[Kind.TEXT]
        self._numbers = by_kind[Kind.MONEY] | by_kind[Kind.QUANTITY]
        self._lookups = [(joined, plan.layout.fields[joined.key]) for joined in plan.lookups]
        self._clean: Callable[[str, str, int], str | None] = lru_cache(maxsize=32_768)(_clean)

    def read(self, cells: list[str]) -> SaleRow:
        """One row. Raises InvalidInput naming the column and the value at fault."""
        cells = self._fit(cells)
        rounded = False
        numbers: dict[str, int] = {}
        for name, index in self._numbers.items():
            if text := cells[index].strip():
                digits = 3 if FIELDS[name].kind is Kind.QUANTITY else 4
                numbers[name], was_rounded = read_scaled(text, digits, self._plan.decimal, self._names[name])
                rounded |= was_rounded
            elif FIELDS[name].is_needed:
                raise InvalidInput(f"{self._names[name]} is empty.", field=self._names[name])
        texts = self._read_texts(cells)
        flag = self._take_joined(cells, texts)
        return SaleRow(
            texts=texts,
            attributes=self._read_attributes(cells),
            moment=self._read_moment(cells[self._layout.fields["date"]]),
            **self._settle_amounts(numbers, self._read_rate(cells)),
            is_returned=flag,
            was_rounded=rounded,
        )

    def _fit(self, cells: list[str]) -> list[str]:
        if len(cells) > self._width and not any(cells[self._width :]):
            return cells[: self._width]
        if len(cells) != self._width:
            split = any("\n" in cell or "\r" in cell for cell in cells)
            why = "; a quote is opened in it and not closed before the next" if split else ""
            raise InvalidInput(f"The row has {len(cells)} cells, the header {self._width}{why}.", field="row")
        return cells

    def _read_texts(self, cells: list[str]) -> dict[str, str | None]:
        texts: dict[str, str | None] = {}
        for name, index in self._texts.items():
            text = texts[name] = self._clean(cells[index], self._names[name], FIELDS[name].longest)
            if text is None and FIELDS[name].is_needed:
                raise InvalidInput(f"{self._names[name]} is empty.", field=self._names[name])
        if {"sku", "product"} & texts.keys() and not (texts.get("sku") or texts.get("product")):
            field = "sku" if "sku" in texts else "product"
            raise InvalidInput(f"{self._names[field]} is empty.", field=self._names[field])
        return texts

    def _take_joined(self, cells: list[str], texts: dict[str, str | None]) -> bool:
        """Put in what the files beside it say; whether the row came back."""
        at = self._layout.fields.get("returned")
        flag, column = (cells[at], self._names["returned"]) if at is not None else ("", "returned")
        for joined, index in self._lookups:
            value = joined.values.get(fold(cells[index]), "")
            if joined.gives == "returned":
                flag, column = value, f"{joined.path.name}: {joined.gives}"
            else:
                texts[joined.gives] = self._clean(value, joined.gives, FIELDS[joined.gives].longest)
        word = fold(flag)
        if word not in YES and word not in NO:
            raise InvalidInput(f"{column} is “{flag[:60]}”, neither yes nor no.", field=column, hint="Yes or No")
        return word in YES

    def _read_attributes(self, cells: list[str]) -> dict[str, str]:
        found = (
            (column, self._clean(cells[column.index], column.label, CUSTOM_LONGEST)) for column in self._layout.custom
        )
        return {column.name: text for column, text in found if text is not None}

    def _read_moment(self, cell: str) -> Moment:
        column = self._names["date"]
        if not cell.strip():
            raise InvalidInput(f"{column} is empty.", field=column)
        try:
            moment = self._plan.dates.read(cell)
        except ValueError as error:
            raise InvalidInput(
                f"{column} is “{cell[:60]}”, no date read as {self._plan.dates.words}.", field=column
            ) from error
        day = moment.date() if isinstance(moment, datetime) else moment
        if day < date(1900, 1, 1):
            raise InvalidInput(f"{column} is {day}, which is too long ago.", field=column)
        return moment

    def _read_rate(self, cells: list[str]) -> int | None:
        """The discount rate in millionths, or None."""
        field = "discount_percent" if "discount_percent" in self._layout.fields else "discount_rate"
        at, column = self._layout.fields.get(field), self._names[field]
        text = cells[at].strip() if at is not None else ""
        if not text:
            return None
        is_percent = text.endswith("%") or field == "discount_percent" or self._plan.rates_are_percent
        number = text.removesuffix("%").strip()
        rate, _ = read_scaled(number, RATE_DIGITS - 2 if is_percent else RATE_DIGITS, self._plan.decimal, column)
        if not 0 <= rate <= WHOLE_RATE:
            raise InvalidInput(
                f"{column} is “{text[:60]}”; a discount is between nothing and all.",
                field=column,
                hint=f"0.2, or --map discount_percent={column}",
            )
        return rate

    def _settle_amounts(self, given: dict[str, int], rate: int | None) -> dict[str, Any]:
        """Quantity, price, discount, amount and cost of the line; what the file leaves out follows from the rest."""
        quantity = given.get("quantity", E3)
        self._require_positive(given, quantity)
        price, amount = given.get("unit_price"), given.get("amount")
        gross = None if price is None else divide_half_even(price * quantity, E3)
        discount = given.get("discount_amount")
        if amount is None:
            if gross is None:
                column = self._names["amount" if "amount" in self._layout.fields else "unit_price"]
                raise InvalidInput(f"{column} is empty.", field=column)
            discount = discount if discount is not None else divide_half_even(gross * (rate or 0), WHOLE_RATE)
            amount = gross - discount
            if amount < 0:
                column = self._names["discount_amount"]
                raise InvalidInput(f"{column} is more than the price of the line.", field=column)
        elif discount is None:
            discount = self._take_off(amount, rate, gross)
        if price is None:
            price = divide_half_even((amount + discount) * E3, quantity)
        cost = given.get("cost")
        if cost is None and "profit" in given:
            cost = amount - given["profit"]
        return {
            "quantity_e3": quantity,
            "unit_price_e4": price,
            "discount_e4": discount,
            "amount_e4": amount,
            "cost_e4": cost,
        }

    def _require_positive(self, given: dict[str, int], quantity: int) -> None:
        column = self._names["quantity"]
        if quantity < 0:
            raise InvalidInput(
                f"{column} is below zero: that is a return, and this file says returns by quantity.",
                field=column,
                hint="a column of yes and no as --map returned=…",
            )
        if quantity == 0:
            raise InvalidInput(f"{column} is zero: nothing was sold.", field=column)
        for name in ("amount", "unit_price", "discount_amount"):
            if given.get(name, 0) < 0:
                column = self._names[name]
                raise InvalidInput(f"{column} is below zero, which a sale cannot be.", field=column, hint="0 or more")

    def _take_off(self, amount: int, rate: int | None, gross: int | None) -> int:
        """What was taken off a line of that amount: by its rate, else what is missing to the price."""
        if rate is None:
            return max(0, gross - amount) if gross is not None else 0
        if rate < WHOLE_RATE:
            return divide_half_even(amount * WHOLE_RATE, WHOLE_RATE - rate) - amount
        if amount:
            column = self._names["discount_rate"]
            raise InvalidInput(f"{column} takes everything off, yet an amount is left.", field=column)
        return gross or 0


def _clean(text: str, column: str, longest: int) -> str | None:
    """A cell's text without controls and double spaces; None if empty."""
    if not text.isprintable():
        if any("\udc80" <= character <= "\udcff" for character in text):
            raise InvalidInput(f"{column} holds bytes that are not UTF-8.", field=column, hint="--encoding cp1252")
        if not text.strip():
            return None
        clean = clean_note if longest >= LONG_TEXT else clean_name
        text = clean(text, column, len(text))
    text = " ".join(text.split()) if "  " in text and longest < LONG_TEXT else text.strip()
    if len(text) > longest:
        raise InvalidInput(f"{column} is longer than {longest} characters: “{text[:40]}…”.", field=column)
    return text or None
