"""Numbers as files write them. One rule: exact; what is finer than the ledger keeps is rounded once, and said."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from babel.numbers import list_currencies

from core.errors import InvalidInput
from core.money import LARGEST_E4, divide_half_even

POINT, COMMA = ".", ","
_PLAIN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{0,4}))?")
_WHOLE = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d+")
_GROUPED = re.compile(r"([+-]?\d{1,3}(?:_\d{2,3})+)(\.\d*)?")
_CURRENCY = re.compile(r"([+-]?)\s*(?:[$€£¥₹﷼]|([A-Z]{3})\s)\s*(?=[\d.,+-])|(?<=\d)\s*(?:[$€£¥₹﷼]|\s([A-Z]{3}))$")
_SPACES = re.compile(r"[\s'’\u066c]+")  # what some put between thousands
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


def read_scaled(text: str, digits: int, mark: str, column: str) -> tuple[int, bool]:
    """A number times 10**digits, and whether it had to be rounded (half to even). `mark` is the decimal mark.

    Raises InvalidInput naming the column and the value.
    """
    plain = _PLAIN.fullmatch(text) if mark == POINT else None
    if plain and len(plain[3] or "") <= digits:
        scaled = int(plain[2] + (plain[3] or "").ljust(digits, "0"))
        return (-scaled if plain[1] else scaled), False
    number = read_number(text, mark, column)
    numerator, denominator = number.as_integer_ratio()
    scaled = divide_half_even(numerator * 10**digits, denominator)
    return scaled, scaled * denominator != numerator * 10**digits


def read_number(text: str, mark: str, column: str) -> Decimal:
    """A number with currency sign, thousands or exponent; (12.50) and 12.50- are negative. InvalidInput names it."""
    try:
        number = Decimal(_normalize(text, mark))
    except (InvalidOperation, ValueError) as error:
        raise _refuse(text, column, "24.99") from error
    if abs(number) * 10_000 > LARGEST_E4 or (number and number.adjusted() < -30):
        raise _refuse(text, column, "24.99")
    return number


def _normalize(text: str, mark: str) -> str:
    word = text.strip().translate(_DIGITS).replace("\N{MINUS SIGN}", "-")
    is_negative = (word.startswith("(") and word.endswith(")")) or (word.endswith("-") and len(word) > 1)
    word = _CURRENCY.sub(_drop_currency, word.strip("()").removesuffix("-").strip(), count=1)
    thousands = POINT if mark == COMMA else COMMA
    word = _SPACES.sub("_", word.strip()).replace(thousands, "_").replace(mark, POINT)
    grouped = _GROUPED.fullmatch(word)
    word = word.replace("_", "") if grouped else word
    if not _WHOLE.fullmatch(word):
        raise ValueError(text)
    return f"-{word}" if is_negative else word


def _drop_currency(found: re.Match[str]) -> str:
    code = found[2] or found[3]
    if code and code not in list_currencies():
        raise ValueError(code)
    return found[1] or ""


def _refuse(text: str, column: str, hint: str) -> InvalidInput:
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    if text.lstrip().startswith("="):
        return InvalidInput(f"{column}: “{shown}” is a formula; save the file with values.", field=column, hint=hint)
    what = "empty" if not text.strip() else f"“{shown}”, which is not a number"
    return InvalidInput(f"{column} is {what}.", field=column, hint=hint)


@dataclass
class NumberEvidence:
    """What the numbers of a file say about its decimal mark, and its rates about being fractions or per cent."""

    proofs: dict[str, str] = field(default_factory=dict)  # mark: a value that proves it
    doubtful: str | None = None
    has_large_rate: bool = False
    has_small_rate: bool = False

    def see(self, text: str) -> None:
        """Take a value into account: 3.54 proves a point, 3,54 a comma; 1,234 could be either."""
        if COMMA not in text:
            if POINT in text and POINT not in self.proofs:
                self._see_one(text, POINT)
            return
        if POINT in text:
            self.proofs.setdefault(POINT if text.rfind(POINT) > text.rfind(COMMA) else COMMA, text)
        else:
            self._see_one(text, COMMA)

    def _see_one(self, text: str, mark: str) -> None:
        other = COMMA if mark == POINT else POINT
        parts = ["".join(filter(str.isdigit, part)) for part in text.split(mark)]
        if len(parts) > 2:
            self.proofs.setdefault(other, text)
        elif len(parts[1]) != 3 or len(parts[0]) > 3 or parts[0] in ("", "0"):
            self.proofs.setdefault(mark, text)
        elif mark == COMMA:
            self.doubtful = self.doubtful or text

    def see_rate(self, text: str) -> None:
        """Take a discount rate into account."""
        number = text.replace(COMMA, POINT)
        if _PLAIN.fullmatch(number) and number not in ("0", "1"):
            value = float(number)  # to compare only
            self.has_large_rate |= value > 1
            self.has_small_rate |= 0 < value < 1

    @property
    def rates_are_percent(self) -> bool:
        """Whether rates without a sign are per cent: some are above 1 and none is a part of 1."""
        return self.has_large_rate and not self.has_small_rate

    def settle(self, wanted: str | None) -> str:
        """The decimal mark: the one wanted, else the one proven. InvalidInput names --decimal if it stays open."""
        if wanted is not None:
            if wanted not in (POINT, COMMA):
                raise InvalidInput(f"“{wanted}” is not a decimal mark.", field="--decimal", hint="--decimal ,")
            return wanted
        if len(self.proofs) == 2:
            raise InvalidInput(
                f"Numbers are written in two ways: “{self.proofs[POINT]}” and “{self.proofs[COMMA]}”. "
                "Say which mark comes before the decimals.",
                field="--decimal",
                hint="--decimal . or --decimal ,",
            )
        if self.doubtful is not None and not self.proofs:
            raise InvalidInput(
                f"“{self.doubtful}” could be thousands or decimals, and no other number settles it.",
                field="--decimal",
                hint="--decimal . or --decimal ,",
            )
        return next(iter(self.proofs), POINT)
