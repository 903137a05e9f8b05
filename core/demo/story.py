"""Sales as they are to be played, and what they add up to. One rule: plain values; nothing is looked up or written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.demo.cast import ACTOR_OF, CURRENCY
from core.demo.catalogue import ITEM_OF
from core.money import E3, E4
from core.periods import Period
from core.sales.commands import SaleLine
from core.sales.pricing import Discount, PercentOff, price_line, spread_discount


class Fate(StrEnum):
    """What became of a sale after it was told."""

    KEPT = "kept"
    CORRECTED = "corrected"  # one piece was told at first, where it was more
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Piece:
    """So many of a product, at list price; without a product, an amount in whole riyals."""

    quantity: int
    sku: str | None = None
    amount: int | None = None

    def say(self, product_id: int | None, *, first_told: bool = False) -> SaleLine:
        """The line to record; `first_told`: the slip of a sale that is corrected afterwards."""
        quantity = 1 if first_told else self.quantity
        total_e4 = None if self.amount is None else self.amount * E4
        price_e4 = ITEM_OF[self.sku].price_e4 if self.sku else None
        return SaleLine(quantity * E3, product_id, unit_price_e4=price_e4, total_e4=total_e4)


@dataclass(frozen=True, slots=True)
class Telling:
    """One sale: when (local time), whose, what. `percent_off` counts for all of it."""

    at: datetime
    handle: str
    pieces: tuple[Piece, ...]
    percent_off: int = 0
    coupon: str | None = None
    platform: str | None = "Direct"
    customer: str | None = None
    note: str | None = None
    fate: Fate = Fate.KEPT
    reason: str | None = None  # why it was undone
    told_by: str | None = None  # a manager on the seller's behalf

    @property
    def day(self) -> date:
        """The business day."""
        return self.at.date()

    @property
    def branch(self) -> str:
        """Where it was sold."""
        return ACTOR_OF[self.handle].branch

    @property
    def discount(self) -> Discount | None:
        """What is taken off the whole."""
        return PercentOff(self.percent_off * 100) if self.percent_off else None

    @property
    def amount_e4(self) -> int:
        """What the ledger counts of it in the end."""
        if self.fate is Fate.UNDONE:
            return 0
        said = [piece.say(None) for piece in self.pieces]
        prices = [
            price_line(
                line.quantity_e3,
                CURRENCY,
                unit_price_e4=line.unit_price_e4,
                total_e4=line.total_e4,
                discount=None,
            )
            for line in said
        ]
        return sum(price.amount_e4 for price in spread_discount(prices, self.discount, CURRENCY))

    def count_units(self, sku: str) -> int:
        """How many of a product it counts in the end."""
        pieces = () if self.fate is Fate.UNDONE else self.pieces
        return sum(piece.quantity for piece in pieces if piece.sku == sku)


def sum_revenue_e4(
    tellings: Sequence[Telling], period: Period, *, handle: str | None = None, branch: str | None = None
) -> int:
    """What was sold in a period, by one person or in one branch."""
    return sum(
        telling.amount_e4
        for telling in tellings
        if period.start <= telling.day < period.end and handle in (None, telling.handle)
        if branch in (None, telling.branch)
    )


def count_units(tellings: Sequence[Telling], sku: str, branch: str, period: Period) -> int:
    """How many of a product a branch sold in a period."""
    return sum(
        telling.count_units(sku)
        for telling in tellings
        if period.start <= telling.day < period.end and telling.branch == branch
    )
