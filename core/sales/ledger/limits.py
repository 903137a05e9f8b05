"""What can be counted: no sum that a company can reach leaves 64 bits, on either database.

Beyond them SQLite adds in floating point or not at all, and PostgreSQL refuses. So a document may come to as much as
one line may, and all that a company records to LARGEST_TOTAL: what several people write at the same moment, and what a
measure adds up of several sums, still fits.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from core.errors import InvalidInput
from core.metrics.count import read_largest_sum
from core.money import LARGEST_E4
from core.sales.ledger.change import Change, pick_column

LARGEST_TOTAL = 2 * 10**18  # of revenue, units, cost …, in the units a sum is kept in
SMALL = 10**11  # twenty million changes as large as this fit: nothing needs to be looked up for them
_SUMMED = {
    "amount_e4": "price",
    "quantity_e3": "quantity",
    "discount_e4": "discount",
    "cost_e4": "cost",
    "tax_e4": "tax",
}


def require_countable(tx: Connection, change: Change) -> None:
    """InvalidInput naming `price`, `quantity`, `discount`, `cost` or `tax` for more than can be counted."""
    sizes = {field: _add_sizes(pick_column(change.opened, name)) for name, field in _SUMMED.items()}
    field = max(sizes, key=lambda name: sizes[name])
    if sizes[field] <= SMALL:
        return
    if sizes[field] > LARGEST_E4 and not change.is_batch:
        raise InvalidInput("That is more than one sale can come to.", field=field)
    if read_largest_sum(tx, change.company_id) + sizes[field] > LARGEST_TOTAL:
        raise InvalidInput("With all that is recorded already, that is more than can be counted.", field=field)


def _add_sizes(values: Iterable[Any]) -> int:
    return sum(abs(value) for value in values if value)
