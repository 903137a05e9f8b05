"""An item of a voucher as a line. One rule: the amount Tally wrote is the amount, whatever rate and quantity make."""

from dataclasses import dataclass, field, replace

from core.errors import InvalidInput
from core.imports.tally.files.fields import ALIASES, get_field, list_entries
from core.imports.tally.files.found import Fields
from core.imports.tally.files.values import Amount, read_amount, read_percent_e4, read_quantity, read_rate, read_text
from core.imports.tally.vouchers.masters import Masters
from core.money import E3, E4, divide_half_even
from core.text import fold

WHOLE_E4 = 100 * E4  # a hundred per cent


@dataclass(slots=True)
class DraftLine:
    """One line of a voucher: an item, or a ledger where goods have none. Money in ten-thousandths, sign as sold."""

    item: str | None
    amount_e4: int
    quantity_e3: int = 0
    unit_price_e4: int = 0
    discount_e4: int = 0
    cost_e4: int | None = None
    category: str | None = None
    taxes: dict[str, int] = field(default_factory=dict)
    round_off_e4: int = 0
    currency: str | None = None
    rate_e9: int | None = None
    foreign_amounts: dict[str, int] | None = None
    details: dict[str, str | None] = field(default_factory=dict)
    entry: Fields = field(default_factory=dict)  # what it was read from: chosen fields are looked for here first

    @property
    def tax_e4(self) -> int:
        """Every tax on it."""
        return sum(self.taxes.values())

    @property
    def total_e4(self) -> int:
        """Its part of the invoice."""
        return self.amount_e4 + self.tax_e4 + self.round_off_e4


def turn_amount(amount: Amount, sign: int) -> Amount:
    """An amount with the sign it has for what it is: what a return gives back is above zero."""
    if sign > 0:
        return amount
    return replace(amount, e4=-amount.e4, foreign_e4=None if amount.foreign_e4 is None else -amount.foreign_e4)


def draft_item(entry: Fields, masters: Masters, sign: int) -> DraftLine:
    """A line of one inventory entry. Raises InvalidInput naming the field at fault."""
    item = get_field(entry, "item")
    if item is None:
        raise InvalidInput("An item of the voucher has no name.", field="stockitemname")
    amount = turn_amount(read_amount(entry.get("amount")), sign)
    quantity, unit = _read_quantity(entry)
    rate = read_rate(entry.get("rate"))
    line = DraftLine(item, amount.e4, quantity, entry=entry)
    line.unit_price_e4 = rate[0] if rate else divide_half_even(amount.e4 * E3, quantity) if quantity else 0
    line.discount_e4 = _find_discount(entry, line, has_rate=rate is not None)
    line.category = get_field(entry, "category") or masters.items.get(fold(item))
    line.cost_e4 = _find_cost(entry, amount.e4)
    line.details = _find_details(entry, unit)
    if amount.foreign_e4 is not None and amount.currency is not None:
        line.currency, line.rate_e9 = amount.currency, amount.rate_e9
        foreign = rate[1] if rate and rate[1] is not None else None
        line.foreign_amounts = write_foreign(amount.foreign_e4, foreign, quantity, line, amount.rate_e9)
    return line


def _read_quantity(entry: Fields) -> tuple[int, str | None]:
    for name in ALIASES["quantity"]:
        found = read_quantity(entry.get(name), name.upper())
        if found is not None:
            # Which way goods go is said by the amount's sign; Tally shows the quantity without one.
            return abs(found[0]), found[1] or get_field(entry, "uom")
    return 0, get_field(entry, "uom")


def _find_discount(entry: Fields, line: DraftLine, *, has_rate: bool) -> int:
    """What was taken off: the price less the amount where a discount is told at all, for rates may hold tax."""
    percent_e4 = read_percent_e4(entry.get("discount"))
    if not percent_e4:
        return 0
    if has_rate:
        return max(0, divide_half_even(line.unit_price_e4 * line.quantity_e3, E3) - abs(line.amount_e4))
    if percent_e4 >= WHOLE_E4:
        return 0
    return divide_half_even(abs(line.amount_e4) * percent_e4, WHOLE_E4 - percent_e4)


def _find_cost(entry: Fields, amount_e4: int) -> int | None:
    """Cost as the entry tells it, by profit or by gross cost and expense; None where it tells nothing."""
    profit, cost = get_field(entry, "profit"), get_field(entry, "grosscost")
    if profit is not None:
        return amount_e4 - read_amount(profit, "PROFIT").e4
    if cost is None:
        return None
    return abs(read_amount(cost, "GROSSCOST").e4) + abs(read_amount(get_field(entry, "grossexpense")).e4)


def _find_details(entry: Fields, unit: str | None) -> dict[str, str | None]:
    details = {"unit": unit}
    for allocation in list_entries(entry, "accountingallocations")[:1]:
        details["ledger"] = get_field(allocation, "ledgername")
        details["item_ledger_group"] = get_field(allocation, "ledgergroup")
        for category in list_entries(allocation, "categoryallocations")[:1]:
            details["cost_centre"] = read_text(category.get("costcentreallocations"))
    for batch in list_entries(entry, "batchallocations")[:1]:
        details |= {"godown": get_field(batch, "godownname"), "batch": get_field(batch, "batchname")}
    return details


def write_foreign(
    amount_e4: int, price_e4: int | None, quantity_e3: int, line: DraftLine, rate_e9: int | None
) -> dict[str, int]:
    """What the line was in the other currency."""
    if price_e4 is None:
        price_e4 = divide_half_even(amount_e4 * E3, quantity_e3) if quantity_e3 else 0
    discount = divide_half_even(line.discount_e4 * 10**9, rate_e9) if rate_e9 and line.discount_e4 else 0
    return {"unit_price_e4": price_e4, "discount_e4": discount, "amount_e4": amount_e4}
