"""What a line costs. One rule: a person's line is rounded to the smallest coin once, half-even, and never again."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Code, InvalidInput
from core.money import E3, LARGEST_E4, divide_half_even, round_to_coin, share_to_coin, write_amount
from core.text import clean_name

LONGEST_TAX = 40
WHOLE_E2 = 10_000  # one hundred per cent, in hundredths of a per cent


@dataclass(frozen=True, slots=True)
class AmountOff:
    """A discount in money, in ten-thousandths of the unit."""

    amount_e4: int


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A discount in hundredths of a per cent: 10 % is 1000."""

    percent_e2: int


Discount = AmountOff | PercentOff


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on top of a whole sale: so many hundredths of a per cent of it, or an amount in ten-thousandths."""

    name: str
    percent_e2: int | None = None
    amount_e4: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a line comes to, in ten-thousandths: subtotal = amount + discount."""

    unit_price_e4: int
    discount_e4: int
    amount_e4: int

    @property
    def subtotal_e4(self) -> int:
        """Before discount."""
        return self.amount_e4 + self.discount_e4


def price_line(
    quantity_e3: int, currency: str, *, unit_price_e4: int | None, total_e4: int | None, discount: Discount | None
) -> Price:
    """The price of one line, from the price of one or the price of the whole line ("3 for 100"); both as they are kept.

    Raises InvalidInput naming quantity, price or discount: rules 1, 3 and 4 of the transactions document.
    """
    if quantity_e3 <= 0:
        raise InvalidInput("A quantity must be more than zero.", field="quantity", hint="1")
    given = total_e4 if total_e4 is not None else unit_price_e4
    if given is None or given < 0:
        raise InvalidInput("A price must be zero or more.", field="price", hint="@24.99")
    if total_e4 is None:
        unit = given
        subtotal = round_to_coin(divide_half_even(given * quantity_e3, E3), currency)
    else:
        subtotal = round_to_coin(given, currency)
        unit = divide_half_even(subtotal * E3, quantity_e3) if unit_price_e4 is None else unit_price_e4
    if subtotal > LARGEST_E4:
        raise InvalidInput("That is more money than can be counted.", field="price")
    off = _work_out(discount, subtotal, currency)
    return Price(unit, off, subtotal - off)


def _work_out(discount: Discount | None, subtotal_e4: int, currency: str) -> int:
    if discount is None:
        return 0
    if isinstance(discount, PercentOff):
        if not 0 <= discount.percent_e2 <= WHOLE_E2:
            raise InvalidInput("A discount is between 0 % and 100 %.", field="discount", hint="-10%")
        return round_to_coin(divide_half_even(subtotal_e4 * discount.percent_e2, WHOLE_E2), currency)
    off = round_to_coin(discount.amount_e4, currency)
    if not 0 <= off <= subtotal_e4:
        shown = f"{write_amount(off, currency)} is more than {write_amount(subtotal_e4, currency)}"
        raise InvalidInput(
            f"The discount exceeds the price: {shown}.", field="discount", hint="-10%", code=Code.DISCOUNT_TOO_LARGE
        )
    return off


def spread_discount(prices: list[Price], discount: Discount | None, currency: str) -> list[Price]:
    """Take a discount on the whole document off its lines, by their amounts, to the coin exactly."""
    if discount is None:
        return prices
    off = _work_out(discount, sum(price.amount_e4 for price in prices), currency)
    shares = share_to_coin(off, [price.amount_e4 for price in prices], currency)
    return [
        Price(price.unit_price_e4, price.discount_e4 + share, price.amount_e4 - share)
        for price, share in zip(prices, shares, strict=True)
    ]


def share_taxes(taxes: Sequence[Tax], prices: Sequence[Price], currency: str) -> list[dict[str, int]]:
    """Each line's part of every tax, by name in ten-thousandths: rounded for the whole, then shared out to the coin.

    Raises InvalidInput naming `taxes`.
    """
    shared: list[dict[str, int]] = [{} for _ in prices]
    amounts = [price.amount_e4 for price in prices]
    for tax in taxes:
        name = clean_name(tax.name, "taxes", LONGEST_TAX)
        if name in shared[0]:
            raise InvalidInput(f"{name} is there twice.", field="taxes", hint="each tax once")
        parts = share_to_coin(_work_out_tax(tax, sum(amounts), currency), amounts, currency)
        for line, part in zip(shared, parts, strict=True):
            line[name] = part
    return shared


def _work_out_tax(tax: Tax, amount_e4: int, currency: str) -> int:
    if (tax.percent_e2 is None) == (tax.amount_e4 is None):
        raise InvalidInput(f"{tax.name} needs a percentage or an amount.", field="taxes", hint="VAT 15%")
    if tax.percent_e2 is not None:
        if not 0 <= tax.percent_e2 <= WHOLE_E2:
            raise InvalidInput("A tax is between 0 % and 100 %.", field="taxes", hint="VAT 15%")
        return round_to_coin(divide_half_even(amount_e4 * tax.percent_e2, WHOLE_E2), currency)
    if not 0 <= (tax.amount_e4 or 0) <= LARGEST_E4:
        raise InvalidInput("A tax cannot be negative.", field="taxes", hint="VAT 15%")
    return round_to_coin(tax.amount_e4 or 0, currency)
