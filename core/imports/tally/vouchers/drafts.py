"""A voucher as a document of lines. One rule: what its lines add up to is what the party owes, to the last fraction.

Item lines carry goods after discount and before tax; taxes and round-off are shared out between them by amount.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from core.imports.tally.files.fields import get_field, list_entries
from core.imports.tally.files.found import Fields
from core.imports.tally.files.values import (
    Amount,
    read_amount,
    read_day,
    read_text,
)
from core.imports.tally.vouchers.lines import DraftLine, draft_item, turn_amount, write_foreign
from core.imports.tally.vouchers.masters import Masters, Meaning
from core.imports.tally.vouchers.taxes import Role, find_role
from core.money import share_out

DIFFERENCE = "Difference"  # between what the entries add up to and what the party owes


@dataclass(frozen=True, slots=True)
class Draft:
    """What a voucher of sale or return says: its day, party and lines; `party_e4` is what the party owes for it."""

    day: date
    customer: str | None
    ledger_group: str | None
    region: str | None
    country: str | None
    pincode: str | None
    gstin: str | None
    lines: tuple[DraftLine, ...]
    party_e4: int
    is_balanced: bool  # whether its entries added up to that by themselves


@dataclass(slots=True)
class _Sides:
    """A voucher's entries by what they are, with the sign of a sale."""

    party_e4: int = 0
    has_party: bool = False
    taxes: dict[str, int] = field(default_factory=dict)
    round_off_e4: int = 0
    goods: list[tuple[Fields, Amount]] = field(default_factory=list)
    party_entry: Fields | None = None


def draft_voucher(voucher: Fields, meaning: Meaning, masters: Masters) -> Draft:
    """Read one voucher of a sale or a return. Raises InvalidInput naming the field at fault."""
    sign = -1 if meaning is Meaning.RETURN else 1
    sides = _sort_entries(voucher, get_field(voucher, "customer"), masters, sign)
    items = [draft_item(entry, masters, sign) for entry in list_entries(voucher, "allinventoryentries")]
    items += [one for entry, _ in sides.goods for one in _draft_allocated(entry, masters, sign)]
    charges = _find_charges(sides, items)
    _take_direct_taxes(voucher, sides, sign)
    lines = [*items, *charges]
    if not lines and not list_entries(voucher, "ledgerentries"):
        lines = _draft_flat(voucher, masters)
    lines = lines or [DraftLine(None, 0)]
    if not sides.has_party and meaning is Meaning.RETURN and sum(line.amount_e4 for line in lines) < 0:
        _turn(lines, sides)  # a file without signs: nothing but its type says which way the goods went
    _share(lines, sides, items)
    is_balanced = True
    owed = sides.party_e4 if sides.has_party else sum(line.total_e4 for line in lines)
    difference = owed - sum(line.total_e4 for line in lines)
    if difference:
        is_balanced = False
        lines.append(DraftLine(None, difference, details={"ledger": DIFFERENCE}))
    return _place(voucher, sides.party_entry, masters, lines, owed, is_balanced)


def _sort_entries(voucher: Fields, customer: str | None, masters: Masters, sign: int) -> _Sides:
    sides = _Sides()
    for entry in list_entries(voucher, "ledgerentries"):
        amount = turn_amount(read_amount(entry.get("amount")), sign)
        role, head = find_role(entry, customer, masters, is_owed=amount.e4 < 0)
        if role is Role.PARTY:
            sides.has_party, sides.party_entry = True, sides.party_entry or entry
            sides.party_e4 -= amount.e4
        elif role is Role.TAX:
            sides.taxes[head] = sides.taxes.get(head, 0) + amount.e4
        elif role is Role.ROUND_OFF:
            sides.round_off_e4 += amount.e4
        else:
            sides.goods.append((entry, amount))
    return sides


def _draft_allocated(entry: Fields, masters: Masters, sign: int) -> list[DraftLine]:
    """The stock that an accounting voucher keeps inside a ledger's entry."""
    ledger = get_field(entry, "ledgername")
    lines = [draft_item(one, masters, sign) for one in list_entries(entry, "inventoryallocations")]
    for line in lines:
        line.details["ledger"] = line.details.get("ledger") or ledger
    return lines


def _find_charges(sides: _Sides, items: list[DraftLine]) -> list[DraftLine]:
    """Lines for what goods ledgers hold beyond the items: freight, services, a discount for the whole.

    Some exports list the sales ledger beside the items it is made of: then the entries add up without the items, and
    the items' value is taken out of those ledgers, the item's own ledger first.
    """
    entries = sides.party_e4 * -1 + sum(sides.taxes.values()) + sides.round_off_e4
    entries += sum(amount.e4 for _, amount in sides.goods)
    top = [item for item in items if not any(item.entry is one for one in _allocated(sides))]
    listed_e4 = sum(item.amount_e4 for item in top) if sides.has_party and entries == 0 else 0
    own = {item.details.get("ledger") for item in top}
    charges = []
    for entry, amount in sorted(sides.goods, key=lambda one: get_field(one[0], "ledgername") not in own):
        inside = sum(read_amount(one.get("amount")).e4 for one in list_entries(entry, "inventoryallocations"))
        rest = amount.e4 - (inside if amount.e4 * inside >= 0 else -inside)
        taken = min(rest, listed_e4) if listed_e4 > 0 and rest > 0 else 0
        listed_e4 -= taken
        if rest - taken or (not items and not amount.e4):
            charges.append(_draft_charge(entry, replace(amount, e4=rest - taken), is_whole=not inside and not taken))
    return charges


def _allocated(sides: _Sides) -> list[Fields]:
    return [one for entry, _ in sides.goods for one in list_entries(entry, "inventoryallocations")]


def _draft_charge(entry: Fields, amount: Amount, *, is_whole: bool) -> DraftLine:
    """A line without a product; below zero it is a discount on the whole invoice."""
    line = DraftLine(None, amount.e4, details={"ledger": get_field(entry, "ledgername")}, entry=entry)
    line.discount_e4 = max(0, -amount.e4)
    line.unit_price_e4 = max(0, amount.e4)
    for category in list_entries(entry, "categoryallocations")[:1]:
        line.details["cost_centre"] = read_text(category.get("costcentreallocations"))
    if is_whole and amount.foreign_e4 is not None and amount.currency is not None:
        line.currency, line.rate_e9 = amount.currency, amount.rate_e9
        line.foreign_amounts = write_foreign(amount.foreign_e4, amount.foreign_e4, 0, line, amount.rate_e9)
    return line


_DIRECT = {"CGST": "cgst", "SGST": "sgst", "IGST": "igst", "Cess": "cess"}


def _take_direct_taxes(voucher: Fields, sides: _Sides, sign: int) -> None:
    """Taxes that stand on the voucher itself, where it lists no entries of them (a cache's own shape)."""
    if sides.taxes or list_entries(voucher, "ledgerentries"):
        return
    for head, name in _DIRECT.items():
        if (text := read_text(voucher.get(name))) is not None:
            sides.taxes[head] = abs(read_amount(text, name.upper()).e4) * (1 if sign else 0)
    sides.round_off_e4 = read_amount(read_text(voucher.get("roundoff")), "ROUNDOFF").e4


def _draft_flat(voucher: Fields, masters: Masters) -> list[DraftLine]:
    """A voucher that is one line: item, quantity and amount stand on the voucher itself."""
    if read_text(voucher.get("amount")) is None:
        return []
    if get_field(voucher, "item") is None:
        return [DraftLine(None, abs(read_amount(voucher.get("amount")).e4), entry=voucher)]
    line = draft_item(voucher, masters, 1)
    line.amount_e4 = abs(line.amount_e4)
    return [line]


def _turn(lines: list[DraftLine], sides: _Sides) -> None:
    for line in lines:
        line.amount_e4 = -line.amount_e4
    sides.round_off_e4 = -sides.round_off_e4
    sides.taxes = {head: abs(amount) for head, amount in sides.taxes.items()}


def _share(lines: list[DraftLine], sides: _Sides, items: list[DraftLine]) -> None:
    """Share taxes and round-off out between items by amount; between all lines where no item has any."""
    among = items if any(item.amount_e4 > 0 for item in items) else lines
    weights = [max(0, line.amount_e4) for line in among]
    for head, tax in sides.taxes.items():
        for line, part in zip(among, share_out(tax, weights), strict=True):
            if tax:
                line.taxes[head] = part
    for line, part in zip(among, share_out(sides.round_off_e4, weights), strict=True):
        line.round_off_e4 = part


def _place(
    voucher: Fields,
    entry: Fields | None,
    masters: Masters,
    lines: list[DraftLine],
    owed_e4: int,
    is_balanced: bool,
) -> Draft:
    """Who and where, from the voucher, else the party's entry, else its master."""
    customer = get_field(voucher, "party_ledger") or (get_field(entry, "ledgername") if entry else None)
    customer = customer or get_field(voucher, "customer")
    ledger = masters.find_ledger(customer)
    own = get_field(voucher, "ledgergroup") or (get_field(entry, "ledgergroup") if entry else None)
    allocated = next((line.details.pop("item_ledger_group", None) for line in lines if line.details), None)
    for line in lines:
        line.details.pop("item_ledger_group", None)
    return Draft(
        day=_read_day(voucher),
        customer=customer,
        ledger_group=own or allocated or (ledger.group if ledger else None),
        region=get_field(voucher, "region") or (ledger.region if ledger else None),
        country=get_field(voucher, "country") or (ledger.country if ledger else None),
        pincode=get_field(voucher, "pincode") or (ledger.pincode if ledger else None),
        gstin=get_field(voucher, "gstno") or (ledger.gstin if ledger else None),
        lines=tuple(lines),
        party_e4=owed_e4,
        is_balanced=is_balanced,
    )


def _read_day(voucher: Fields) -> date:
    return read_day(get_field(voucher, "date"))
