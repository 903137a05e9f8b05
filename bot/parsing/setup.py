"""Words that set a company up. One rule: every value stands behind its own word, so that none is taken for another."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from bot.parsing.currencies import read_money_e4
from bot.parsing.dates import MONTH, MONTHS, SHORT_WEEKDAY, WEEKDAY, WEEKDAYS
from bot.parsing.numbers import NUMBER, UNCLEAR_DOT, read_number, read_quantity_e3, scale_number
from bot.parsing.refusals import refuse, refuse_two
from bot.parsing.tokens import clean_text, make_plain

PRODUCT_HINT = "SOL-3077 SolarGlow Outdoor Lights price 24.99 cost 11.40"
PERSON_HINT = "@bob manager"
_VALUE_WORDS = ("name", "price", "cost", "category", "reorder")
_ENDS = ("off", "delete", "deleted", "remove", "retire", "retired", "stop", "discontinue", "discontinued", "drop")
_RETURNS = ("on", "back", "restore", "return", "sell")
_ADDS = ("add", "new", "change", "edit", "update", "set", "rename")
COMPANY_HINT = "/company name Lumina Home"
_WEEKDAY = re.compile(f"{WEEKDAY}|{SHORT_WEEKDAY}", re.IGNORECASE)
_MONTH = re.compile(MONTH, re.IGNORECASE)
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
    sells: bool | None = None  # False: take it off sale; True: sell it again
    is_renamed: bool = False  # the name stood behind its word, so that it is meant as one

    @property
    def is_question(self) -> bool:
        """Whether nothing is to be changed."""
        return self == ProductWords(self.sku)


def parse_product(text: str, currency: str) -> ProductWords:
    """The words after /product: the code, then the name, then `price 24.99`, `cost 11.40`, `category …`, `reorder 8`.

    Raises InvalidInput naming the word that is said twice or is no amount.
    """
    words = make_plain(clean_text(text)).replace("\n", " ").strip()
    about_sale = _read_sale_words(words)
    if about_sale is not None:
        return about_sale
    first, _, others = words.partition(" ")
    if first.lower() in _ADDS and others:
        words = others
    sku, _, rest = words.partition(" ")
    parts = _KEYWORD.split(rest)
    said: dict[str, str] = {}
    for keyword, value in zip(parts[1::2], parts[2::2], strict=True):
        if keyword.lower() in said:
            refuse_two(f"{keyword.lower()}s", said[keyword.lower()], value.strip(), PRODUCT_HINT)
        if not value.strip():
            refuse(keyword, "has nothing behind it.", PRODUCT_HINT)
        said[keyword.lower()] = value.strip()
    bare = parts[0].strip().strip('"“”')
    if bare and "name" in said:
        refuse(bare, "is a name, and another one follows.", PRODUCT_HINT)
    return ProductWords(
        sku,
        bare or said.get("name", "").strip('"“”') or None,
        _read_money(said, "price", currency),
        _read_money(said, "cost", currency),
        said.get("category"),
        read_quantity_e3(said["reorder"]) if "reorder" in said else None,
        is_renamed="name" in said,
    )


def _read_sale_words(words: str) -> ProductWords | None:
    """`SOL-3077 off`, `delete desk lamp`, `SOL-3077 back`: the product's words and whether it is sold from now on."""
    first, _, others = words.partition(" ")
    before, _, last = words.rpartition(" ")
    for verb, named in ((last, before.removesuffix(" put").removesuffix(" take")), (first, others)):
        if named and verb.lower() in (*_ENDS, *_RETURNS):
            return ProductWords(named.strip(' "“”'), sells=verb.lower() in _RETURNS)
    return None


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


def _read_weekday(text: str) -> int:
    if not _WEEKDAY.fullmatch(text):
        refuse(text, "is not a weekday.", "/company week sunday")
    return WEEKDAYS.index(text[:3].lower())


def _read_month(text: str) -> int:
    if not _MONTH.fullmatch(text):
        refuse(text, "is not a month.", "/company year april")
    return MONTHS.index(text[:3].lower()) + 1


# What /company changes: the word, what core calls it, and how its value is read.
COMPANY_WORDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "name": ("name", str),
    "currency": ("currency", str.upper),
    "zone": ("time_zone", str),
    "week": ("week_start", _read_weekday),
    "year": ("financial_year_month", _read_month),
    "numbers": ("number_format", str.lower),
    "locale": ("locale", str),
}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule of the company's: a rate (in thousand-millionths), days for corrections (None: always), orders ahead,
    above how many times the list price one is asked (None: never).
    """

    what: Literal["rate", "corrections", "ahead", "ask"]
    currency: str = ""
    number: int | None = None


_ALWAYS, _YES, _NO = ("always", "ever", "unlimited"), ("yes", "on", "allowed"), ("no", "off", "never")


def parse_company_rule(text: str) -> RuleWords | None:
    """`rate USD 3.75`, `corrections 3` or `always`, `ahead yes`, `ask 10` or `never`; None where it is none.

    Raises InvalidInput naming the value at fault.
    """
    word, *values = text.split()
    match word.casefold(), [value.casefold() for value in values]:
        case "rate", [currency, number]:
            return RuleWords("rate", currency.upper(), _read_rate(number))
        case "corrections", [days] if days in _ALWAYS:
            return RuleWords("corrections")
        case "corrections", [days, *_] if days.isdecimal():
            return RuleWords("corrections", number=int(days[:9]))
        case "ahead", [answer] if answer in (*_YES, *_NO):
            return RuleWords("ahead", number=int(answer in _YES))
        case "ask", [times] if times in _NO or times.isdecimal():
            return RuleWords("ask", number=int(times[:9]) if times.isdecimal() else None)
        case ("rate" | "corrections" | "ahead" | "ask") as what, _:
            examples = {"rate": "rate USD 3.75", "corrections": "corrections 3", "ahead": "ahead yes", "ask": "ask 10"}
            refuse(text.strip(), "is not clear to me.", f"/company {examples[what]}")
    return None


def _read_rate(text: str) -> int:
    if not re.fullmatch(NUMBER, text):
        refuse(text, "is not a rate.", "/company rate USD 3.75")
    return scale_number(Decimal(text) if UNCLEAR_DOT.fullmatch(text) else read_number(text), 10**9, text)


def parse_company(text: str) -> dict[str, Any]:
    """The words after /company as what is to be changed, by core's name for it: `week sunday` is {"week_start": 6}.

    Raises InvalidInput naming the word that is nothing to change, or the value that cannot be one.
    """
    word, _, value = text.strip().partition(" ")
    if word.casefold() not in COMPANY_WORDS:
        refuse(word, f"is not something to change: {', '.join(COMPANY_WORDS)}.", COMPANY_HINT)
    if not value.strip():
        refuse(word, "has nothing behind it.", COMPANY_HINT)
    name, read = COMPANY_WORDS[word.casefold()]
    return {name: read(value.strip())}
