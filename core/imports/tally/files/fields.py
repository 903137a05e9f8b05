"""Fields by any of their names. One rule: case, lists and the names several systems have for one thing do not matter.

The names are those of the dashboard's data model (sales dashboard document, part 2).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.imports.tally.files.found import Fields, name_field
from core.imports.tally.files.values import read_text

SAMPLE = 10  # vouchers looked at to learn the fields there are
DEEPEST_PATH = 5

# What stands under one of several names, the first that says something.
ALIASES: dict[str, tuple[str, ...]] = {
    "date": ("date", "cp_date", "voucherdate"),
    "masterid": ("masterid", "mstid"),
    "alterid": ("alterid",),
    "vchno": ("vouchernumber", "vchno"),
    "vchtype": ("vouchertypename", "vchtype"),
    "customer": ("partyledgername", "customer", "party", "partyname", "basicbuyername"),
    "party_ledger": ("partyledgername", "customer", "party"),  # the ledger itself; the others may name somebody else
    "partyid": ("partyledgernameid", "partyid"),
    "gstno": ("partygstin", "gstno", "gstin", "consigneegstin"),
    "item": ("stockitemname", "item"),
    "itemid": ("stockitemnameid", "itemid"),
    "category": ("stockitemcategory", "category", "stockgroup", "stockitemgroup"),
    "quantity": ("billedqty", "qty", "quantity", "actualqty"),
    "uom": ("uom", "unit"),
    "grosscost": ("grosscost",),
    "grossexpense": ("grossexpense", "grosexpense"),
    "profit": ("profit",),
    "ledgergroup": ("ledgergroup", "ledgergroupidentify", "groupname"),
    "region": ("region", "statename", "state", "placeofsupply", "consigneestatename", "basicbuyerstate"),
    "country": ("country", "countryofresidence", "consigneecountryname", "basicbuyercountry"),
    "pincode": ("pincode", "partypincode", "consigneepincode", "basicbuyerpincode"),
    "salesperson": ("salesperson", "salesprsn", "salespersonname", "udf:salesperson", "udf:salespersonname"),
    "reference": ("reference", "basicorderref", "referencenumber"),
    "note": ("narration", "note"),
    "source_company": ("sourcecompany", "companyname"),
    "source_company_guid": ("sourcecompanyguid", "companyguid", "remotealtguid"),
    "source_company_tallyloc_id": ("sourcecompanytallylocid", "tallylocid", "tallylocationid", "locationid"),
}

# Lists go by several names too: a path through one of them finds what stands in any.
LISTS: tuple[tuple[str, ...], ...] = (
    ("allledgerentries", "ledgerentries"),
    ("allinventoryentries", "inventoryentries", "inventry", "inventoryentriesout", "inventoryentriesin"),
    ("accountingallocations", "accountingallocation", "accalloc"),
    ("batchallocations", "batchallocation"),
    ("billallocations", "billallocation"),
    ("inventoryallocations", "inventoryallocation"),
)
_SAME = {name: names for names in LISTS for name in names}
HIERARCHY = {
    "ledgerentries": "Ledger Entries",
    "billallocations": "Bill Allocations",
    "allinventoryentries": "Inventory Entries",
    "inventoryallocations": "Inventory Entries",
    "batchallocations": "Batch Allocations",
    "accountingallocations": "Accounting Allocations",
    "address": "Address",
}
_GROUP_OF = {same: HIERARCHY[name] for name in HIERARCHY for same in _SAME.get(name, (name,))}
GROUPS = ("Voucher Fields", *dict.fromkeys(HIERARCHY.values()))


def get_field(fields: Fields, name: str) -> str | None:
    """What a record says under a name or one of its aliases, in any case; None where it says nothing."""
    for alias in ALIASES.get(name, (name,)):
        text = read_text(fields.get(alias))
        if text is not None:
            return text
    return None


def list_entries(fields: Fields, name: str) -> list[Fields]:
    """The records of a list that goes by this name or another of its names; one alone is a list of one."""
    for same in _SAME.get(name, (name,)):
        value = fields.get(same)
        found = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict) and one]
        if found:
            return found
    return []


def is_list_of_entries(name: str) -> bool:
    """Whether a name is that of a list whose entries become lines."""
    same = _SAME.get(name_field(name.strip()), ())
    return bool(same) and same[0] in ("allinventoryentries", "allledgerentries", "inventoryallocations")


def get_nested_field_value(value: Any, path: str) -> str | None:
    """The first thing a path leads to ("ledgerentries.billallocations.name"), through lists, in any case; or None."""
    names = [name_field(part.strip()) for part in path.split(".") if part.strip().lower() != "list"]
    return _follow(value, names) if names else read_text(value)


def _follow(value: Any, names: list[str]) -> str | None:
    if isinstance(value, list):
        return next((text for one in value if (text := _follow(one, names)) is not None), None)
    if not names:
        return read_text(value)
    if not isinstance(value, dict):
        return None
    for wanted in (*_SAME.get(names[0], (names[0],)), *ALIASES.get(names[0], ())):
        for key, one in value.items():
            if name_field(key) == wanted and (text := _follow(one, names[1:])) is not None:
                return text
    return None


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A field a file has: its path, the group it is shown in, something it says, and whether somebody defined it."""

    path: str
    group: str
    example: str
    is_user_defined: bool


def list_fields(vouchers: Iterable[Fields], deepest: int = DEEPEST_PATH) -> tuple[FieldPath, ...]:
    """Every path in a sample of vouchers, by group (Voucher Fields, Ledger Entries, …) in the order it was met.

    Fields that begin with _ or $ are internal and left out.
    """
    found: dict[str, FieldPath] = {}
    for voucher in vouchers:
        for path, text in _walk(voucher, (), deepest):
            name = ".".join(path)
            if name not in found:
                found[name] = FieldPath(name, _group_of(path), text[:60], any(part.startswith("udf:") for part in path))
    return tuple(sorted(found.values(), key=lambda one: GROUPS.index(one.group)))


def _walk(value: Any, path: tuple[str, ...], deepest: int) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, path, deepest)
    elif isinstance(value, dict):
        for name, one in value.items():
            if len(path) < deepest and not name.startswith(("_", "$")):
                yield from _walk(one, (*path, name_field(name)), deepest)
    elif path and (text := read_text(value)) is not None:
        yield path, text


def _group_of(path: tuple[str, ...]) -> str:
    named = [_GROUP_OF[part] for part in path if part in _GROUP_OF]
    return named[-1] if named else "Voucher Fields"
