"""What the ledger can hold of a voucher. One rule: what does not fit is refused whole, naming what is too much."""

from core.errors import InvalidInput
from core.imports.tally.vouchers.drafts import Draft
from core.imports.tally.vouchers.lines import DraftLine
from core.money import LARGEST_E4

LONGEST_PERSON = 200
_LONGEST = {"customer": 300, "ledger_group": 100, "region": 100, "country": 100, "pincode": 20}
_LONGEST_OF_LINE = {"item": 300, "category": 200}
_NUMBERS = ("amount_e4", "unit_price_e4", "discount_e4", "cost_e4", "tax_e4", "round_off_e4", "quantity_e3")
LARGEST_RATE_E9 = 10**18


def require_room(draft: Draft, seller: str) -> None:
    """Raise InvalidInput for the first text or number of a voucher that no column holds."""
    for name, longest in _LONGEST.items():
        _require_short(getattr(draft, name), name, longest)
    _require_short(seller, "salesperson", LONGEST_PERSON)
    for line in draft.lines:
        for name, longest in _LONGEST_OF_LINE.items():
            _require_short(getattr(line, name), name, longest)
        _require_small(line)


def _require_short(text: str | None, name: str, longest: int) -> None:
    if text is not None and len(text) > longest:
        raise InvalidInput(
            f"The {name.replace('_', ' ')} is longer than {longest} characters: “{text[:40]}…”.", field=name
        )


def _require_small(line: DraftLine) -> None:
    for name in _NUMBERS:
        if abs(getattr(line, name) or 0) > LARGEST_E4:
            raise InvalidInput(f"The {name.rpartition('_')[0]} of a line is too large to add up.", field=name)
    if (line.rate_e9 or 0) > LARGEST_RATE_E9:
        raise InvalidInput("The rate of exchange is too large.", field="amount")
