"""What one may ask the ledger to do, as plain values. One rule: every edge makes one of these and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.sales.pricing import Discount, Tax


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One item. `product_id` None is an amount alone. Without a price the product's list price counts.

    Both `unit_price_e4` and `total_e4`: what is recorded already, and kept to the coin. `is_bare`: a small number and
    nothing else was told, which may have been meant as how many.
    """

    quantity_e3: int
    product_id: int | None = None
    unit_price_e4: int | None = None
    total_e4: int | None = None
    discount: Discount | None = None
    variant_id: int | None = None
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a sale says: its lines, and what holds for all of them.

    `person_id` None means the viewer. `day` None means now; a day in the past is a sale of that day. `guest_at` is the
    branch, not their own, in which the seller was helping out: guest coverage of that branch (contract 2.1). `taxes`
    come on top. Amounts are in `currency` (None: the company's), a unit of which is worth `rate_e9` thousand-millionths
    of the company's; None is the rate kept for that day. `shares` are the parts of other people, in hundredths of a per
    cent by their numbers; None: as they are. `asks`: somebody is there to be asked whether what is far beyond the usual
    is meant (`core/sales/doubts.py`); programs and files are not.
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
    taxes: tuple[Tax, ...] = ()
    currency: str | None = None
    rate_e9: int | None = None
    shares: Mapping[int, int] | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class RecordSale:
    """Record a sale. `source` and `external_id` name the input: the same one again changes nothing.

    `told` is what is kept of the words of a message that told it (core.sales.told).
    """

    source: str
    external_id: str
    terms: SaleTerms
    told: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So much of one item came back: of the line of the sale at `position`, or of a product.

    Without a sale it was sold in, `unit_price_e4` is what is given back for one; the list price unless said.
    """

    quantity_e3: int
    product_id: int | None = None
    variant_id: int | None = None
    position: int | None = None
    unit_price_e4: int | None = None


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """Record what came back, of a sale (`original_id`) or of none known. No lines: all that is left of the sale.

    `kind` is "return", or "exchange" where other goods went out for it. It goes back into stock unless `writes_off`.
    It counts against who had sold it; without a sale against `person_id` (None: the viewer). `asks`: as of a sale.
    """

    source: str
    external_id: str
    lines: tuple[ReturnLine, ...] = ()
    original_id: int | None = None
    kind: str = "return"
    writes_off: bool = False
    day: date | None = None
    person_id: int | None = None
    customer: str | None = None
    reason: str | None = None
    told: str | None = None
    asks: bool = False
