"""What a sale told in words was understood to say. One rule: text in, plain values out; nothing is looked up here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from core.sales.pricing import AmountOff, Discount, PercentOff

__all__ = ["AmountOff", "Discount", "ParsedLine", "ParsedSale", "PercentOff", "Reading"]


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One item: how many of what, at which price.

    `product_words` is the SKU or name as typed, None for an amount alone. At most one of `unit_price_e4`
    ("@24.99", "24.99 each") and `total_e4` ("for 100", the price of the whole line) is set; neither means list price.
    `is_bare`: a small number and nothing else, which may have been meant as how many.
    """

    quantity_e3: int
    product_words: str | None
    unit_price_e4: int | None = None
    total_e4: int | None = None
    discount: Discount | None = None
    is_bare: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ParsedSale:
    """One sale: its lines and what was said about the whole of it.

    `discount` is off the whole sale, after those of the lines. `platform` is spelt as in `Reading.platforms` when known
    there, else as typed after "other:". `handle` (of the colleague who sold) and `coupon` come without @ and #.
    `day` is None when none was said; it may lie ahead, which core refuses. `note` is verbatim, untrusted text.
    """

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
    `knows` tells whether words are a product's name or code, and nothing besides: a number at their end may be one.
    """

    today: date
    platforms: tuple[str, ...]
    currency: str
    day_first: bool = True
    knows: Callable[[str], bool] = lambda _words: False
