"""What one may ask the ledger to do, as plain values. One rule: every edge makes one of these and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime

from core.sales.pricing import Discount


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One item. `product_id` None is an amount alone. Without a price the product's list price counts."""

    quantity_e3: int
    product_id: int | None = None
    unit_price_e4: int | None = None
    total_e4: int | None = None
    discount: Discount | None = None


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a sale says: its lines, and what holds for all of them.

    `person_id` None means the viewer. `day` None means now; a day in the past is a sale of that day. `guest_at` is the
    branch, not their own, in which the seller was helping out: guest coverage of that branch (contract 2.1).
    """

    lines: tuple[SaleLine, ...]
    discount: Discount | None = None
    platform: str | None = None
    coupon: str | None = None
    customer: str | None = None
    day: date | None = None
    sold_at: datetime | None = None
    person_id: int | None = None
    note: str | None = None
    guest_at: int | None = None


@dataclass(frozen=True, slots=True)
class RecordSale:
    """Record a sale. `source` and `external_id` name the input: the same one again changes nothing."""

    source: str
    external_id: str
    terms: SaleTerms
