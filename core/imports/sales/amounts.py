"""What the numbers of a row make of it. One rule: what came back is a return, and nothing is negative in the ledger."""

from collections.abc import Mapping
from typing import NamedTuple

from core.errors import InvalidInput
from core.money import E3, divide_half_even

RATE_DIGITS = 6
WHOLE_RATE = 10**RATE_DIGITS
# The numbers a row may have, in the order in which they are given to be settled; None where it has none.
NUMBERS = ("quantity", "unit_price", "amount", "discount_amount", "rate", "profit", "cost", "gross")


class Amounts(NamedTuple):
    """The figures of a line: money in ten-thousandths, quantity in thousandths; what they make it, a sale or return."""

    kind: str
    quantity_e3: int
    unit_price_e4: int
    discount_e4: int
    amount_e4: int
    cost_e4: int | None


Given = tuple[int | None, ...]


class Settler:
    """Settles the numbers of one file's rows; what a row leaves out follows from the rest.

    A negative quantity or a negative amount is a return of what its figures say without their sign, where the file
    has credits: goods that came back (a quantity of -2 at 5.00), a credit or a correction (a quantity of 1 at
    -11062.06), or goods that were written off (a quantity of -20 at no price: a return of nothing). So revenue less
    returns is what all rows add up to. A quantity and an amount that contradict each other are refused.
    """

    def __init__(
        self, names: Mapping[str, str], *, has_amount: bool, has_credits: bool, has_signed_prices: bool = True
    ) -> None:
        """`names`: the column of each field, as messages call it. A price below zero is refused unless it has such."""
        self._has_signed_prices = has_signed_prices
        self._names, self._has_amount, self._has_credits = names, has_amount, has_credits

    def settle(self, given: Given) -> Amounts:
        """The figures of a row with these numbers, in the order of NUMBERS. InvalidInput names the column at fault."""
        quantity, price, amount, discount, rate, profit, cost, before = given
        quantity = E3 if quantity is None else quantity
        self._check(quantity, price, amount, discount)
        is_back = self._is_back(quantity, price, before if amount is None else amount)
        quantity, price, amount, discount = abs(quantity), _unsign(price), _unsign(amount), _unsign(discount)
        gross = _unsign(before) if price is None else divide_half_even(price * quantity, E3)
        if amount is None:
            discount, amount = self._take_discount(gross, discount, rate)
        elif discount is None:
            discount = self._find_discount(amount, rate, gross)
        if price is None:
            price = divide_half_even((amount + discount) * E3, quantity or E3)
        if cost is not None:
            cost = abs(cost) if is_back else cost
        elif profit is not None:
            cost = amount + profit if is_back else amount - profit  # the profit of a return is what it took away
        return Amounts("return" if is_back else "sale", quantity, price, discount, amount, cost)

    def _check(self, quantity: int, price: int | None, amount: int | None, discount: int | None) -> None:
        if quantity == 0 and not (amount and self._has_credits):  # with an amount it is a charge, such as freight
            column = self._names["quantity"]
            raise InvalidInput(f"{column} is zero: nothing was sold.", field=column)
        if discount is not None and discount < 0 and not self._has_credits:
            self._refuse("discount_amount")
        if price is not None and price < 0 and amount is None and not self._has_signed_prices:
            self._refuse("unit_price")
        if self._has_credits:
            return
        if quantity < 0:
            column = self._names["quantity"]
            raise InvalidInput(
                f"{column} is below zero: that is a return, and this file says returns in another way.",
                field=column,
                hint="a column of yes and no as --map returned=…",
            )
        for name, value in (("amount", amount), ("unit_price", price)):
            if value is not None and value < 0:
                self._refuse(name)

    def _refuse(self, name: str) -> None:
        column = self._names[name]
        raise InvalidInput(f"{column} is below zero, which a sale cannot be.", field=column, hint="0 or more")

    def _is_back(self, quantity: int, price: int | None, amount: int | None) -> bool:
        """Whether the signs say that it came back; a file may write the sign on any of the three."""
        if amount:
            if quantity < 0 < amount:
                column, other = self._names["quantity"], self._names["amount"]
                raise InvalidInput(f"{column} is below zero, {other} is not.", field=column, hint="one sign for both")
            return amount < 0
        if amount is None and price is not None and price < 0:
            return quantity > 0  # and a credit that came back is a sale
        return quantity < 0

    def _take_discount(self, gross: int | None, discount: int | None, rate: int | None) -> tuple[int, int]:
        """What is taken off a line's price, and what is left."""
        if gross is None:
            column = self._names["amount" if self._has_amount else "unit_price"]
            raise InvalidInput(f"{column} is empty.", field=column)
        discount = divide_half_even(gross * (rate or 0), WHOLE_RATE) if discount is None else discount
        if discount > gross:
            column = self._names["discount_amount"]
            raise InvalidInput(f"{column} is more than the price of the line.", field=column)
        return discount, gross - discount

    def _find_discount(self, amount: int, rate: int | None, gross: int | None) -> int:
        """What was taken off a line of that amount: by its rate, else what is missing to the price."""
        if rate is None:
            return max(0, gross - amount) if gross is not None else 0
        if rate < WHOLE_RATE:
            return divide_half_even(amount * WHOLE_RATE, WHOLE_RATE - rate) - amount
        if amount:
            column = self._names["discount_rate"]
            raise InvalidInput(f"{column} takes everything off, yet an amount is left.", field=column)
        return gross or 0


def _unsign(number: int | None) -> int | None:
    return None if number is None else abs(number)
