"""What is found in a file: vouchers, masters, the company. One rule: names are small letters, lists are lists."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Fields = dict[str, Any]  # small-letter name: text, or a list of texts or of Fields, or Fields

VOUCHER, COMPANY, SETTING, COMPLAINT = "voucher", "company", "setting", "complaint"
MASTERS = ("vouchertype", "ledger", "group", "stockitem")
RECORDS = frozenset((VOUCHER, COMPANY, *MASTERS))
DEEPEST = 64  # levels one inside the other; Tally's own files have about ten


@dataclass(frozen=True, slots=True)
class Found:
    """One record of a file: of which kind, what it says, and the line it begins at."""

    kind: str
    fields: Fields
    line: int


@lru_cache(maxsize=8192)
def name_field(name: str) -> str:
    """A tag or key as it is known here: small letters, without the .LIST that only says it may come again."""
    lowered = name.lower()
    return lowered[:-5] if lowered.endswith(".list") else lowered
