"""Which ledger is what on an invoice. One rule: masters first, then what the entry itself says, then its name."""

import re
from enum import StrEnum

from core.imports.tally.files.fields import get_field
from core.imports.tally.files.found import Fields
from core.imports.tally.files.values import is_yes, read_text
from core.imports.tally.vouchers.masters import Masters
from core.text import fold


class Role(StrEnum):
    """What an entry of an invoice is."""

    PARTY = "party"  # who owes, or what was paid with
    TAX = "tax"
    ROUND_OFF = "round off"
    GOODS = "goods"  # what was sold, freight and the like; below zero, a discount


_ROUND = re.compile(r"\bround(ed|ing)?([ -]?off)?\b|\bround[ -]?up\b")
_OUTPUT = re.compile(r"^(output|o/p)\b|\b([csi]?gst|vat|cst|tax|cess|duty)\s+(on|payable|collected|output)\b")
_INCOME = re.compile(
    r"\b(sales?(?!\s*tax)|income|revenue|services?(?!\s*tax)|turnover|tax[ -]?(free|able|paid|exempt\w*))\b"
)
# The heads a tax can have, each by the words its ledgers are called by; the first that is found counts.
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("CGST", re.compile(r"c\.?gst|central (gst|tax)")),
    ("SGST", re.compile(r"(s|ut)\.?gst|\bstate (gst|tax)\b")),
    ("IGST", re.compile(r"i\.?gst|integrated (gst|tax)")),
    ("Cess", re.compile(r"\bcess\b")),
    ("VAT", re.compile(r"\bvat\b")),
    ("CST", re.compile(r"\bcst\b")),
    ("TCS", re.compile(r"\btcs\b")),
    ("Service tax", re.compile(r"\bservice tax\b|\bst\b")),
    ("Excise duty", re.compile(r"\bexcise\b|\bcenvat\b")),
    ("GST", re.compile(r"\bgst\b")),
    ("Sales tax", re.compile(r"\bsales tax\b")),
    ("Duty", re.compile(r"\bduty\b|\bduties\b")),
    ("Tax", re.compile(r"\btax\b|\bzakat\b")),
)
_PAYMENT = re.compile(r"\b(cash|bank|card|upi|wallet|cheque|gift voucher|tds)\b")
_DEBTORS = ("sundry debtors", "sundry creditors", "cash-in-hand", "cash in hand", "bank accounts", "bank od a/c")
_SALES = ("sales accounts", "direct incomes", "indirect incomes", "income (direct)", "income (indirect)")
_OTHERS = ("others", "other", "default", "discount")
_VAGUE = ("GST", "Duty", "Tax")


def find_role(entry: Fields, party: str | None, masters: Masters, *, is_owed: bool) -> tuple[Role, str]:
    """What an entry is and, of a tax, under which head. `is_owed`: it stands on the side of who owes."""
    name = get_field(entry, "ledgername") or ""
    if is_yes(entry.get("ispartyledger")) or (party is not None and fold(name) == fold(party)):
        return Role.PARTY, ""
    if _ROUND.search(fold(name)):
        return Role.ROUND_OFF, ""
    return _find_by_master(name, masters) or _find_by_name(entry, name, is_owed=is_owed)


def _find_by_master(name: str, masters: Masters) -> tuple[Role, str] | None:
    ledger = masters.find_ledger(name)
    if ledger is not None and masters.is_under(ledger, "duties & taxes"):
        return Role.TAX, _name_head(name, ledger.duty)
    if masters.is_under(ledger, *_DEBTORS):
        return Role.PARTY, ""
    return (Role.GOODS, "") if masters.is_under(ledger, *_SALES) else None


def _find_by_name(entry: Fields, name: str, *, is_owed: bool) -> tuple[Role, str]:
    told = (read_text(entry.get(key)) for key in ("gstdutyhead", "dutyhead", "vchledgertype"))
    duty, folded = next((text for text in told if text and fold(text) not in _OTHERS), None), fold(name)
    if duty is not None:
        return Role.TAX, _name_head(name, duty)
    head = _find_head(folded)
    if _OUTPUT.search(folded) or (head and not _INCOME.search(folded)):
        return Role.TAX, head or name
    return (Role.PARTY, "") if is_owed and _PAYMENT.search(folded) else (Role.GOODS, "")


def _name_head(name: str, duty: str | None) -> str:
    """The head a ledger's name or its duty speaks of, the one that says more; else the name itself."""
    found = [head for text in (duty, name) if text and (head := _find_head(fold(text)))]
    return next((head for head in found if head not in _VAGUE), found[0] if found else name)


def _find_head(folded: str) -> str | None:
    return next((head for head, words in _HEADS if words.search(folded)), None)
