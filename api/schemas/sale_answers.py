"""Sales as answered. One rule: the words are those of the transactions document; what one may not see is null."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.envelope import Answer, Money


class SoldAt(Answer):
    """A price in the currency the sale was made in."""

    unit_price: Money
    discount_amount: Money
    total_revenue: Money


class SaleLineAnswer(Answer):
    """One item of a sale."""

    position: int = Field(description="its place in the sale, from 1")
    product_id: int | None
    sku: str | None
    product_name: str | None
    variant_id: int | None
    variant_name: str | None
    quantity: Money
    unit_price: Money
    discount_amount: Money
    discount_percentage: Money
    total_revenue: Money
    tax: Money
    sold_in: SoldAt | None = Field(description="its price in the currency it was sold in, where not the company's")


class TaxAnswer(Answer):
    """A tax on top of a sale."""

    name: str
    amount: Money


class SoldIn(Answer):
    """The currency a sale was made in."""

    currency: str = Field(description="ISO 4217")
    rate: Money = Field(description="what one unit of it was worth in the company's currency")
    total_revenue: Money
    taxes: list[TaxAnswer]


class ShareAnswer(Answer):
    """Somebody's part of a sale."""

    person: str
    percentage: Money
    state: Literal["pending", "confirmed", "declined"] = Field(description="it counts once it is confirmed")


_OF_ONE = "of the only item; null where there are several"
_FOR_PROFIT = "null where a cost is unknown, or this person may not see it"


class SaleAnswer(Answer):
    """A sale. Amounts are numbers with the currency's decimals, a `unit_price` with up to four."""

    id: int
    kind: Literal["sale", "guest", "return", "exchange"]
    original_id: int | None = Field(description="the sale it brings goods back of, or the exchange it went out for")
    product_id: int | None = Field(description=_OF_ONE)
    sku: str | None = Field(description=_OF_ONE)
    product_name: str | None = Field(description=_OF_ONE)
    variant_id: int | None = Field(description=_OF_ONE)
    variant_name: str | None = Field(description=_OF_ONE)
    sale_date: datetime
    quantity: Money = Field(description="of all items together")
    unit_price: Money | None = Field(description=_OF_ONE)
    discount_amount: Money = Field(description="of all items together, after rounding to the smallest coin")
    discount_percentage: Money | None = Field(
        description=f"of the subtotal (unit_price × quantity), in per cent with one decimal; {_OF_ONE}"
    )
    total_revenue: Money = Field(description="Σ unit_price × quantity − discount, before tax")
    taxes: list[TaxAnswer]
    total_payable: Money = Field(description="total_revenue with taxes, rounded off")
    coupon_code: str | None
    platform: str | None
    customer_name: str | None
    notes: str | None
    person: str = Field(description="who sold it")
    is_guest_coverage: bool = Field(description="sold while helping out in a branch not the seller's own")
    currency: str = Field(description="of the amounts: the company's (ISO 4217)")
    sold_in: SoldIn | None = Field(description="the currency it was sold in, where that is another")
    created_at: datetime = Field(description="when it was recorded")
    updated_at: datetime = Field(description="when it was corrected last")
    lines: list[SaleLineAnswer]


class SaleDetail(SaleAnswer):
    """A sale with all that is known of it."""

    revision: int = Field(description="how many times it was written, from 1")
    is_void: bool = Field(description="it was undone, and counts no more")
    product_cost: Money | None = Field(description=f"what its goods had cost; {_FOR_PROFIT}")
    profit: Money | None = Field(description=f"total_revenue − product_cost; {_FOR_PROFIT}")
    profit_margin: Money | None = Field(description=f"profit / total_revenue × 100, with one decimal; {_FOR_PROFIT}")
    shares: list[ShareAnswer] = Field(
        description="who else it counts for, or is asked to share; the seller has the rest"
    )
    returns: list[int] = Field(description="the numbers of the documents by which goods of it came back")


class SaleWritten(SaleDetail):
    """A sale as it is after the change."""

    warnings: list[str] = Field(description="what to look at again, such as a date of more than a year ago")


class ReturnWritten(SaleWritten):
    """What came back, as a document of its own."""

    outgoing: SaleDetail | None = Field(description="the sale that went out for it")


class ChangeAnswer(Answer):
    """One change of a sale, and what it said from then on."""

    revision: int
    action: Literal["recorded", "edited", "voided", "restored", "noted", "shared"]
    changed_by: str | None = Field(description="null: the operator of the installation")
    changed_at: datetime
    reason: str | None
    notes: str | None
    person: str | None = Field(description="whose sale it was; null once it was undone")
    sale_date: datetime | None
    customer_name: str | None
    platform: str | None
    coupon_code: str | None
    quantity: Money
    discount_amount: Money
    total_revenue: Money
    lines: list[SaleLineAnswer]
