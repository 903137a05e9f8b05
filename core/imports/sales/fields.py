"""The fields a sales file may have. One rule: one entry of `FIELDS` is one word for `--map`; others become custom."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidInput
from core.metrics.dimensions import find_dimension

CUSTOM_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    QUANTITY = "quantity"
    RATE = "rate"
    FLAG = "yes or no"


@dataclass(frozen=True)
class Field:
    """One field: its word, how its cells are read, what it means, and how long a text may be."""

    name: str
    kind: Kind
    meaning: str
    longest: int = 200
    is_needed: bool = False  # where the file has the column, an empty cell rejects the row


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field(
            "order_id", Kind.TEXT, "the order a row belongs to; without it every row is its own", 120, is_needed=True
        ),
        Field("row_id", Kind.TEXT, "the row's own number or name in its order", 60, is_needed=True),
        Field("date", Kind.DATE, "when it was sold", is_needed=True),
        Field("sku", Kind.TEXT, "the product's code", 100),
        Field("product", Kind.TEXT, "the product's name", 300),
        Field("category", Kind.TEXT, "the product's category"),
        Field("subcategory", Kind.TEXT, "the product's subcategory"),
        Field("quantity", Kind.QUANTITY, "how many; 1 without it", is_needed=True),
        Field("unit_price", Kind.MONEY, "price of one, before discount"),
        Field("amount", Kind.MONEY, "total of the line after discount, before tax", is_needed=True),
        Field("gross", Kind.MONEY, "total of the line before discount and tax"),
        Field("discount_amount", Kind.MONEY, "what was taken off the line"),
        Field("discount_rate", Kind.RATE, "the same as a fraction (0.2), or as per cent where all say so (20, 20%)"),
        Field("discount_percent", Kind.RATE, "the same as per cent, whatever it looks like"),
        Field("profit", Kind.MONEY, "amount − cost of the line; may be negative"),
        Field("cost", Kind.MONEY, "what the line had cost"),
        Field("currency", Kind.TEXT, "the currency of the row's amounts; the company's without it", 20),
        Field("customer", Kind.TEXT, "who bought, by name"),
        Field("customer_id", Kind.TEXT, "who bought, by number: tells two of one name apart", 300),
        Field("person", Kind.TEXT, "who sold, by name or handle"),
        Field("branch", Kind.TEXT, "where, by name or handle"),
        Field("platform", Kind.TEXT, "the platform it was sold on", 50),
        Field("coupon", Kind.TEXT, "the coupon used", 50),
        Field("ledger_group", Kind.TEXT, "the ledger group", 100),
        Field("region", Kind.TEXT, "the region sold to", 100),
        Field("country", Kind.TEXT, "the country sold to", 100),
        Field("pincode", Kind.TEXT, "the postal code sold to", 20),
        Field("note", Kind.TEXT, "a note on the sale", 4000),
        Field("returned", Kind.FLAG, "whether it came back: yes adds a return of the same line"),
    )
}
CUSTOM_LONGEST = 200


def require_custom_name(name: str) -> None:
    """Raise InvalidInput unless a field of the company's own may have that name: lower snake case and not taken."""
    if not CUSTOM_NAME.fullmatch(name):
        raise InvalidInput(
            f"“{name}” cannot name a field of your own: lower-case letters, digits and _ only.",
            field="--map",
            hint="ship_mode",
        )
    try:
        find_dimension(name, frozenset())
    except InvalidInput:
        return
    known = ", ".join(FIELDS)
    raise InvalidInput(
        f"“{name}” is a dimension already, and not one a file can fill. It can fill: {known}.",
        field="--map",
        hint=f"own_{name}",
    )
