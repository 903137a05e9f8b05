"""What masters say of names: voucher types, ledgers, stock items. One rule: the parent decides, not the name.

A type a company made ("Tax Invoice") is what its parent is (Sales). Only where no master tells is a name read for the
words in it, and what was made of it is shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import InvalidInput
from core.imports.tally.files.fields import get_field
from core.imports.tally.files.found import Fields, Found
from core.imports.tally.files.values import read_text
from core.text import fold

MOST_PARENTS = 20
TYPE_HINTS = (
    "vchstatusvouchertype",
    "vouchertypeparent",
    "parenttype",
)  # where a voucher tells itself


class Meaning(StrEnum):
    """What a voucher is to the ledger."""

    SALE = "sale"
    RETURN = "return"
    OTHER = "other"  # no sale and no return: an order, a receipt, a purchase
    UNKNOWN = "unknown"


# The voucher types every company of Tally has; all others descend from one of these.
_OWN_TYPES = (
    "purchase", "debit note", "payment", "receipt", "contra", "journal", "sales order", "purchase order",
    "delivery note", "receipt note", "rejections in", "rejections out", "rejection in", "rejection out",
    "stock journal", "physical stock", "memorandum", "reversing journal", "payroll", "attendance",
    "job work in order", "job work out order", "material in", "material out", "quotation",
)  # fmt: skip
BUILT_IN: dict[str, Meaning] = {
    "sales": Meaning.SALE,
    "credit note": Meaning.RETURN,
    **dict.fromkeys(_OWN_TYPES, Meaning.OTHER),
}
_NO_SALE = re.compile(
    r"\b(purchases?|orders?|quot\w*|pro ?forma|challan|delivery|estimate|receipts?|payments?|journal)\b"
)
_RETURN = re.compile(r"\b(credit notes?|sales? returns?|cn)\b")
_SALE = re.compile(r"\b(sales?|invoices?|bill of supply|cash memo|cash bill|pos|retail bill|export)\b")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a ledger's master says."""

    group: str | None
    region: str | None
    country: str | None
    pincode: str | None
    gstin: str | None
    duty: str | None  # CGST, IGST, Cess … where it is a tax


@dataclass
class Masters:
    """Everything masters told, by name in any case; `said` is what the person importing said of types."""

    said: Mapping[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    items: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = {fold(name): _require_type(parent) for name, parent in self.said.items()}

    def learn(self, found: Found) -> None:
        """Take in one master."""
        name, parent = _name(found.fields), get_field(found.fields, "parent")
        if name is None:
            return
        if found.kind == "vouchertype":
            self.types[fold(name)] = fold(parent or name)
        elif found.kind == "group":
            self.groups[fold(name)] = parent or ""
        elif found.kind == "stockitem":
            group = parent or get_field(found.fields, "category")
            self.items[fold(name)] = None if fold(group or "primary") == "primary" else group
        elif found.kind == "ledger":
            self.ledgers[fold(name)] = _read_ledger(found.fields, parent)

    def judge(self, type_name: str, voucher: Fields) -> tuple[Meaning, str]:
        """What vouchers of a type are, and how that is known, in words to show."""
        name = fold(type_name)
        parent = self._follow_types(name)
        if parent is not None:
            how = "as you said" if name in self.said else "by its parent type" if name in self.types else "Tally's own"
            return BUILT_IN[parent], how
        for hint in TYPE_HINTS:
            parent = self._follow_types(fold(get_field(voucher, hint) or ""))
            if parent is not None:
                return BUILT_IN[parent], f"the voucher says {parent}"
        if _RETURN.search(name):
            return Meaning.RETURN, "by its name"
        if _NO_SALE.search(name):
            return Meaning.OTHER, "by its name"
        return (Meaning.SALE, "by its name") if _SALE.search(name) else (Meaning.UNKNOWN, "no master tells")

    def find_ledger(self, name: str | None) -> Ledger | None:
        """What is known of a ledger."""
        return self.ledgers.get(fold(name)) if name else None

    def is_under(self, ledger: Ledger | None, *names: str) -> bool:
        """Whether a ledger's group is one of these, or descends from one."""
        group = fold(ledger.group or "") if ledger else ""
        for _ in range(MOST_PARENTS):
            if not group:
                return False
            if group in names:
                return True
            group = fold(self.groups.get(group, ""))
        return False

    def _follow_types(self, name: str) -> str | None:
        """The built-in type a type descends from; None if that is not known."""
        for _ in range(MOST_PARENTS):
            parent = self.said.get(name) or self.types.get(name, name)
            if name in self.said or parent == name:
                return parent if parent in BUILT_IN else None
            name = parent
        return None


def _require_type(parent: str) -> str:
    word = fold(parent)
    known = {"sale": "sales", "return": "credit note", "other": "journal"}.get(word, word)
    if known not in BUILT_IN:
        raise InvalidInput(
            f"“{parent}” is none of Tally's own voucher types.", field="--type", hint="Tax Invoice=Sales"
        )
    return known


def _name(fields: Fields) -> str | None:
    return read_text(fields.get("name")) or read_text(fields.get("reservedname"))


def _read_ledger(fields: Fields, parent: str | None) -> Ledger:
    def first(*names: str) -> str | None:
        return next((text for name in names if (text := read_text(fields.get(name))) is not None), None)

    return Ledger(
        parent,
        first("ledstatename", "statename", "priorstatename", "state"),
        first("countryofresidence", "countryname", "country"),
        first("pincode", "ledpincode"),
        first("partygstin", "gstin"),
        first("gstdutyhead", "taxclassificationname", "taxtype"),
    )
