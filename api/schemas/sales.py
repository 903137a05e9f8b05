"""Sales as sent and as answered. One rule: the words are those of the transactions document."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer, Money
from api.schemas.fields import (
    AmountE4,
    Body,
    Day,
    Note,
    Number,
    PageLength,
    PageNumber,
    PercentE2,
    QuantityE3,
    Query,
    SaleDate,
    Text50,
    Text100,
    Text200,
)

MOST_LINES = 100
KEY_PATTERN = r"^[!-~]+$"  # what can be seen, in ASCII
NAMED_BY = [
    {"required": ["product_id"], "properties": {"product_id": {"type": "integer"}}},
    {"required": ["sku"], "properties": {"sku": {"type": "string", "pattern": r"[^\s\u0000-\u001f\u007f-\u009f]"}}},
    {"required": ["unit_price"], "properties": {"unit_price": {"type": "number"}}},
]


def _name_something(schema: dict[str, Any]) -> None:
    schema["anyOf"] = NAMED_BY


class SaleItem(Body):
    """One item: a product by number or code, or an amount alone by its `unit_price`."""

    model_config = ConfigDict(json_schema_extra=_name_something)

    product_id: Number | None = Field(None, description="the product's number")
    sku: Text100 = Field(None, description="the product's code, instead of its number")
    variant_id: None = Field(None, description="no product has variants yet")
    quantity: QuantityE3 = Field(description="how many; up to three decimals, as 2.5 kilograms")
    unit_price: AmountE4 | None = Field(None, description="what one sold for; the list price unless given")
    discount_amount: AmountE4 | None = Field(None, description="taken off the item's subtotal, in money")
    discount_percentage: PercentE2 | None = Field(
        None,
        description="taken off the item's subtotal (unit_price × quantity), in per cent. Given together with "
        "`discount_amount`, both must come to the same; 0 is the same as not given",
    )

    @model_validator(mode="after")
    def _require_name(self) -> Self:
        if self.product_id is None and self.sku is None and self.unit_price is None:
            raise ValueError("names neither product_id nor sku nor unit_price")
        return self


class SaleTermsBody(Body):
    """What holds for a whole sale."""

    sale_date: SaleDate = Field(None, description="when it was sold; now unless given; a day alone will do")
    coupon_code: Text50 = Field(None, description="of any form")
    platform: Text50 = Field(None, description="Etsy, Shopify, Direct, Amazon, eBay or any other")
    customer_name: Text200 = Field(None, description="who bought")
    notes: Note = Field(None, description="anything else")
    person: Text100 = Field(None, description="the handle or name of who sold it, for those who may record for others")
    guest_branch: Text200 = Field(
        None,
        description="the branch, by handle or name, in which the seller, of another one, was helping out: the sale is "
        "guest coverage there, and counts in nobody's revenue (contract, part 2.1)",
    )


class SaleOfOne(SaleTermsBody, SaleItem):
    """A sale of one item."""


class SaleOfSeveral(SaleTermsBody):
    """A sale of several items."""

    lines: list[SaleItem] = Field(
        min_length=1, max_length=MOST_LINES, description="several items, instead of the fields of one"
    )


def _tell_apart(body: object) -> str:
    return "several" if isinstance(body, dict) and "lines" in body else "one"


SaleBody = Annotated[
    Annotated[SaleOfOne, Tag("one")] | Annotated[SaleOfSeveral, Tag("several")], Discriminator(_tell_apart)
]


class WriteHeaders(BaseModel):
    """Headers of a write."""

    model_config = ConfigDict(frozen=True)

    idempotency_key: Annotated[str, Field(min_length=1, max_length=128, pattern=KEY_PATTERN)] | None = Field(
        None, alias="Idempotency-Key", description="a name of your own for this write: the same again changes nothing"
    )


class SalePath(Query):
    """Which sale."""

    id: Number = Field(description="the sale's number")


class SalesQuery(BranchQuery):
    """Which sales."""

    product_id: Number | None = Field(None, description="with this product, by its number")
    sku: Text100 = Field(None, description="with the products of this code")
    variant_id: Number | None = Field(None, description="with this variant; no product has variants yet")
    platform: Text50 = Field(None, description="sold on this platform; case does not count")
    coupon_code: Text50 = Field(None, description="with this coupon; case does not count")
    person: Text100 = Field(None, description="sold by this person, a handle or name")
    start_date: Day | None = Field(None, description="sold on this day or later")
    end_date: Day | None = Field(None, description="sold on this day (included) or earlier")
    page: PageNumber = Field(1, description="which page, from 1")
    limit: PageLength = Field(50, description="how many on a page")


class SaleLineAnswer(Answer):
    """One item of a sale."""

    product_id: int | None
    sku: str | None
    product_name: str | None
    variant_id: None
    variant_name: None
    quantity: Money
    unit_price: Money
    discount_amount: Money
    discount_percentage: Money
    total_revenue: Money


_OF_ONE = "of the only item; null where there are several"


class SaleAnswer(Answer):
    """A sale. Amounts are numbers with the currency's decimals, a `unit_price` with up to four."""

    id: int
    product_id: int | None = Field(description=_OF_ONE)
    sku: str | None = Field(description=_OF_ONE)
    product_name: str | None = Field(description=_OF_ONE)
    variant_id: None
    variant_name: None
    sale_date: datetime
    quantity: Money = Field(description="of all items together")
    unit_price: Money | None = Field(description=_OF_ONE)
    discount_amount: Money = Field(description="of all items together, after rounding to the smallest coin")
    discount_percentage: Money | None = Field(
        description="discount_amount / unit_price × 100, as the transactions document has it: of the price of one, "
        f"not of the subtotal, with one decimal; {_OF_ONE}"
    )
    total_revenue: Money = Field(description="Σ unit_price × quantity − discount, before tax")
    coupon_code: str | None
    platform: str | None
    customer_name: str | None
    notes: str | None
    person: str = Field(description="who sold it")
    is_guest_coverage: bool = Field(description="sold while helping out in a branch not the seller's own")
    currency: str = Field(description="ISO 4217")
    created_at: datetime
    lines: list[SaleLineAnswer]
