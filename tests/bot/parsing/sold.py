"""Sales spelt out, to compare with. One rule: figures are plain decimals here, made integers without the parser."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.parsing.sale import AmountOff, Discount, ParsedLine, ParsedSale, PercentOff, Reading

TODAY = date(2026, 7, 22)
READING = Reading(TODAY, ("Etsy", "Shopify", "Direct", "Amazon", "eBay"), "SAR")


def off(text: str | None) -> Discount | None:
    if text is None:
        return None
    if text.endswith("%"):
        return PercentOff(int(Decimal(text[:-1]) * 100))
    return AmountOff(int(Decimal(text) * 10_000))


def item(name: str | None, quantity: str = "1", each: str = "", total: str = "", less: str | None = None) -> ParsedLine:
    return ParsedLine(
        int(Decimal(quantity) * 1000),
        name,
        int(Decimal(each) * 10_000) if each else None,
        int(Decimal(total) * 10_000) if total else None,
        off(less),
    )


def sale(*lines: ParsedLine, less: str | None = None, **whole: Any) -> ParsedSale:
    return ParsedSale(tuple(lines), discount=off(less), **whole)


def sol(quantity: str = "2", **more: Any) -> ParsedLine:
    return item("SOL-3077", quantity, **more)


def amount(total: str, less: str | None = None) -> ParsedSale:
    return sale(item(None, total=total, less=less))
