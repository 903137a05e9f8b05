"""Numbers as files write them. One rule: exact; what is finer than the ledger keeps is rounded once, and said."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from core.currencies import MARKS, find_currencies
from core.errors import InvalidInput
from core.money import LARGEST_E4, divide_half_even
from core.text import drop_invisible, make_plain

POINT, COMMA = ".", ","
DASHES = frozenset({"-", "--", "---", "—"})  # how some write that there is nothing
_PLAIN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{0,4}))?")
_UNMARKED = re.compile(r"-?[0-9.,]*")
_WHOLE = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+")
_GROUPED = re.compile(r"\d{1,3}(?:_\d{2,3})*_\d{3}(\.\d*)?")
_SPACES = re.compile(r"[\s'’\u066c]+")  # what some put between thousands
_MARK = "|".join(re.escape(mark) for mark in sorted(MARKS, key=lambda mark: (-len(mark), mark))) + "|[A-Za-z]{3}"
# A number as accounts write it: $(45.00), Rs. 1,200.00, ₹ 500/-, 12.50 EUR, -$36.00, 45.00-, "$ -".
_MONEY = re.compile(
    rf"(?P<sign>[-+(]?)\s*(?:(?P<before>{_MARK})\.?)?\s*(?P<inner>[-+(]?)\s*"
    r"(?P<number>(?:\.?\d[\d.,\s'’_\u066b\u066c]*(?:[eE][+-]?\d+)?)?)"
    rf"(?P<end>(?:/[-=]|(?<=[.,])-|[-)])?)\s*(?:(?P<after>{_MARK})\.?)?\s*(?P<close>\)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The parts of a number as it is written: its sign, its digits with what divides them, its mark of money."""

    is_negative: bool
    digits: str
    mark: str  # of money; empty where it has none

    @property
    def is_nothing(self) -> bool:
        """Whether it is a dash, which accounts write for nothing."""
        return not self.digits


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


@lru_cache(maxsize=8192)
def spell_out(text: str) -> Spelling | None:
    """A number taken apart, whatever its script; None for what is none."""
    word = make_plain(drop_invisible(unwrap(text))).strip().replace("—", "-")
    if word in DASHES:
        return Spelling(False, "", "")
    found = _MONEY.fullmatch(word)
    if found is None:
        return None
    digits, mark = found["number"].strip(), found["before"] or found["after"] or ""
    is_flat = found["end"].startswith("/") or digits.endswith((POINT, COMMA))  # 500/- and 5.- have no minus
    signs = found["sign"] + found["inner"] + ("" if is_flat else found["end"]) + found["close"]
    is_odd = len(signs) > signs.count("(") + signs.count(")") + 1 or signs.count("(") != signs.count(")")
    if is_odd or (found["before"] and found["after"]) or (mark and not find_currencies(mark)):
        return None
    if not digits and not (mark and signs == "-"):
        return None
    return Spelling(bool(digits) and ("-" in signs or "(" in signs), digits, mark)


def unwrap(text: str) -> str:
    """A cell without the formula around it that keeps Excel from taking it for a number: ="00123" is 00123."""
    word = text.strip()
    if word.startswith('="') and word.endswith('"') and '"' not in word[2:-1] and len(word) > 2:
        return word[2:-1]
    if word.startswith("'") and word[1:].isdigit():  # as one types it there: '10001
        return word[1:]
    return text


def _normalize(text: str, mark: str) -> str:
    found = spell_out(text)
    if found is None or (found.is_nothing and not found.mark):
        raise ValueError(text)
    thousands = POINT if mark == COMMA else COMMA
    word = _SPACES.sub("_", found.digits).replace(thousands, "_").replace(mark, POINT).replace("\u066b", POINT)
    word = word.replace("_", "") if _GROUPED.fullmatch(word) else word or "0"
    if not _WHOLE.fullmatch(word):
        raise ValueError(text)
    return f"-{word}" if found.is_negative else word


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
    is_exact: bool = False  # of a workbook, which keeps numbers and not how they look: 1.25 is one and a quarter

    def see(self, text: str) -> None:
        """Take a value into account: 3.54 proves a point, 3,54 a comma; 1,234 and 1.234 could be either."""
        if COMMA not in text and POINT not in text:
            return
        if self.is_exact and _PLAIN.fullmatch(text):
            self.proofs.setdefault(POINT, text)
            return
        if not _UNMARKED.fullmatch(text):
            spelled = spell_out(text)
            text = spelled.digits if spelled is not None else ""
        if COMMA in text and POINT in text:
            self.proofs.setdefault(POINT if text.rfind(POINT) > text.rfind(COMMA) else COMMA, text)
        elif COMMA in text or POINT in text:
            self._see_one(text, COMMA if COMMA in text else POINT)

    def _see_one(self, text: str, mark: str) -> None:
        other = COMMA if mark == POINT else POINT
        parts = ["".join(filter(str.isdigit, part)) for part in text.split(mark)]
        if len(parts) > 2:
            self.proofs.setdefault(other, text)
        elif len(parts[1]) != 3 or len(parts[0]) > 3 or parts[0] in ("", "0"):
            self.proofs.setdefault(mark, text)
        else:
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
