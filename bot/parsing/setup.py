"""Words that set a company up. One rule: every value stands behind its own word, so that none is taken for another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.parsing.currencies import read_money_e4
from bot.parsing.numbers import read_quantity_e3
from bot.parsing.refusals import refuse, refuse_two
from bot.parsing.tokens import clean_text, make_plain

PRODUCT_HINT = "SOL-3077 SolarGlow Outdoor Lights price 24.99 cost 11.40"
PERSON_HINT = "@bob manager"
_VALUE_WORDS = ("price", "cost", "category", "reorder")
_KEYWORD = re.compile(rf"(?<!\S)({'|'.join(_VALUE_WORDS)})(?!\S)", re.IGNORECASE)

Act = Literal["role", "move", "leave", "return"]


@dataclass(frozen=True, slots=True)
class ProductWords:
    """A product to add or change, by its code; what is None is left as it is. Prices e4, the reorder point e3."""

    sku: str
    name: str | None = None
    price_e4: int | None = None
    cost_e4: int | None = None
    category: str | None = None
    reorder_point_e3: int | None = None

    @property
    def is_question(self) -> bool:
        """Whether nothing is to be changed."""
        return self == ProductWords(self.sku)


def parse_product(text: str, currency: str) -> ProductWords:
    """The words after /product: the code, then the name, then `price 24.99`, `cost 11.40`, `category …`, `reorder 8`.

    Raises InvalidInput naming the word that is said twice or is no amount.
    """
    words = make_plain(clean_text(text)).replace("\n", " ").strip()
    sku, _, rest = words.partition(" ")
    parts = _KEYWORD.split(rest)
    said: dict[str, str] = {}
    for keyword, value in zip(parts[1::2], parts[2::2], strict=True):
        if keyword.lower() in said:
            refuse_two(f"{keyword.lower()}s", said[keyword.lower()], value.strip(), PRODUCT_HINT)
        if not value.strip():
            refuse(keyword, "has nothing behind it.", PRODUCT_HINT)
        said[keyword.lower()] = value.strip()
    return ProductWords(
        sku,
        parts[0].strip().strip('"“”') or None,
        _read_money(said, "price", currency),
        _read_money(said, "cost", currency),
        said.get("category"),
        read_quantity_e3(said["reorder"]) if "reorder" in said else None,
    )


def _read_money(said: Mapping[str, str], word: str, currency: str) -> int | None:
    return read_money_e4(said[word], currency) if word in said else None


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What is to become of a person: a role, another branch, leaving or coming back. Without `act`: just look."""

    handle: str
    act: Act | None = None
    value: str = ""


def parse_person(text: str) -> PersonWords:
    """The words after /people: `@bob`, `@bob manager`, `@bob to Corniche`, `@bob leaves`, `@bob returns`.

    Raises InvalidInput naming the word that is no handle.
    """
    words = make_plain(clean_text(text)).replace("\n", " ").strip()
    handle, _, rest = words.partition(" ")
    if not handle.startswith("@") or len(handle) < 2:
        refuse(handle, "is not a person's handle.", PERSON_HINT)
    said = rest.strip()
    if said.lower().startswith("to "):
        return PersonWords(handle, "move", said[3:].strip())
    acts: dict[str, Act] = {"leaves": "leave", "left": "leave", "returns": "return", "back": "return"}
    if said.lower() in acts:
        return PersonWords(handle, acts[said.lower()])
    return PersonWords(handle, "role", said) if said else PersonWords(handle)
