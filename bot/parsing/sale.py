"""What a sale told in words was understood to say. One rule: text in, plain values out; nothing is looked up here."""

from dataclasses import dataclass
from datetime import date


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
class ParsedLine:
    """One item: how many of what, at which price.

    `product_words` is the SKU or name as typed, None for an amount alone. At most one of `unit_price_e4`
    ("@24.99", "24.99 each") and `total_e4` ("for 100", the price of the whole line) is set; neither means list price.
    """

    quantity_e3: int
    product_words: str | None
    unit_price_e4: int | None = None
    total_e4: int | None = None
    discount: Discount | None = None


@dataclass(frozen=True, slots=True)
class ParsedSale:
    """One sale: its lines and what was said about the whole of it."""

    lines: tuple[ParsedLine, ...]
    discount: Discount | None = None
    platform: str | None = None
    coupon: str | None = None
    customer: str | None = None
    day: date | None = None
    handle: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what is written: the business day it is, whether 3/4 means 3 April, and the platforms known.

    `platforms` are those of the company ("Etsy", "Shopify", "Direct", "Amazon", "eBay", …), matched case-insensitively.
    `currency` is the company's code: its own symbol or code next to a number is fine, another currency is refused.
    """

    today: date
    platforms: tuple[str, ...]
    currency: str
    day_first: bool = True
