"""Sales as sent and as answered. One rule: the words are those of the transactions document."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from api.schemas.branch import BranchQuery
from api.schemas.fields import (
    AmountE4,
    Body,
    Day,
    Instant,
    Name40,
    Name100,
    Note,
    Number,
    PageLength,
    PageNumber,
    PercentE2,
    QuantityE3,
    Query,
    RateE9,
    SaleDate,
    ShareE2,
    Text50,
    Text100,
    Text200,
)

MOST_LINES = 100
MOST_SHARES, MOST_TAXES = 20, 20
_NULL = {"type": "null"}
_BLANK = {"anyOf": [_NULL, {"type": "string", "pattern": r"^[\s\u0000-\u001f\u007f-\u009f]*$"}]}
_UNNAMED = {"properties": {"product_id": _NULL, "sku": _BLANK, "unit_price": _NULL}}


def _name_something(schema: dict[str, Any]) -> None:
    """As `not`, which generators of clients leave alone: of an `anyOf` they make types without the other fields."""
    schema["not"] = _UNNAMED


class SaleItem(Body):
    """One item: a product by number or code, or an amount alone by its `unit_price`."""

    model_config = ConfigDict(json_schema_extra=_name_something)

    product_id: Number | None = Field(None, description="the product's number")
    sku: Text100 = Field(None, description="the product's code, or its variant's own, instead of its number")
    variant_id: Number | None = Field(
        None, description="the number of the product's variant; the base product unless given"
    )
    quantity: QuantityE3 = Field(description="how many; up to three decimals, as 2.5 kilograms")
    unit_price: AmountE4 | None = Field(
        None, description="what one sold for; the list price unless given: kept for ever"
    )
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


def _say_one(schema: dict[str, Any]) -> None:
    names = ("percentage", "amount")
    neither = {"properties": dict.fromkeys(names, _NULL)}
    both = {"required": list(names), "properties": {name: {"type": "number"} for name in names}}
    schema["not"] = {"anyOf": [neither, both]}


class TaxItem(Body):
    """A tax on top of the whole sale: a percentage of it, or an amount."""

    model_config = ConfigDict(json_schema_extra=_say_one)

    name: Name40 = Field(description="what it is called, such as VAT")
    percentage: PercentE2 | None = Field(None, description="of the sale after discount, in per cent")
    amount: AmountE4 | None = Field(None, description="in the sale's currency")

    @model_validator(mode="after")
    def _require_one(self) -> Self:
        if (self.percentage is None) == (self.amount is None):
            raise ValueError("is either a percentage or an amount")
        return self


class ShareItem(Body):
    """Somebody else's part of a sale; the seller has the rest."""

    person: Name100 = Field(description="the handle or name of who shares in it; they are asked, unless it is yourself")
    percentage: ShareE2 = Field(description="how much of every figure counts for them, in per cent")


Taxes = Annotated[list[TaxItem], Field(max_length=MOST_TAXES)]
Sharing = Annotated[list[ShareItem], Field(max_length=MOST_SHARES)]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$")]


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
    taxes: Taxes | None = Field(None, description="on top of the sale")
    currency: CurrencyCode | None = Field(None, description="of the amounts, where it is not the company's (ISO 4217)")
    rate: RateE9 | None = Field(
        None,
        description="what one unit of `currency` is worth in the company's; the rate kept for that day unless given",
    )
    shares: Sharing | None = Field(None, description="who else it counts for, once they have said yes")


class SaleOfOne(SaleTermsBody, SaleItem):
    """A sale of one item."""


class SaleOfSeveral(SaleTermsBody):
    """A sale of several items."""

    lines: list[SaleItem] = Field(
        min_length=1, max_length=MOST_LINES, description="several items, instead of the fields of one"
    )


def tell_apart(body: object) -> str:
    """Which of the two shapes of a sale it is."""
    return "several" if isinstance(body, dict) and "lines" in body else "one"


SaleBody = Annotated[
    Annotated[SaleOfOne, Tag("one")] | Annotated[SaleOfSeveral, Tag("several")], Discriminator(tell_apart)
]


class SalePath(Query):
    """Which sale."""

    id: Number = Field(description="the sale's number")


class AsOfQuery(Query):
    """At which moment."""

    as_of: Instant | None = Field(None, description="as the ledger had it then; as it is now unless given")


class SalesQuery(BranchQuery):
    """Which sales."""

    product_id: Number | None = Field(None, description="with this product, by its number")
    sku: Text100 = Field(None, description="with the products of this code")
    variant_id: Number | None = Field(None, description="with this variant")
    category: Text200 = Field(None, description="with products of this category; case does not count")
    platform: Text50 = Field(None, description="sold on this platform; case does not count")
    coupon_code: Text50 = Field(None, description="with this coupon; case does not count")
    customer_name: Text200 = Field(None, description="to this customer; case does not count")
    kind: Literal["sale", "guest", "return", "exchange"] | None = Field(
        None, description="only documents of this kind; sales, guest coverage among them, unless given"
    )
    person: Text100 = Field(None, description="sold by this person, a handle or name")
    start_date: Day | None = Field(None, description="sold on this day or later")
    end_date: Day | None = Field(None, description="sold on this day (included) or earlier")
    as_of: Instant | None = Field(None, description="as the ledger had them at this moment")
    sort: Literal["date", "-date", "revenue", "-revenue", "profit", "-profit"] = Field(
        "-date", description="in which order; with `-` the latest or largest first"
    )
    page: PageNumber = Field(1, description="which page, from 1")
    limit: PageLength = Field(50, description="how many on a page")
