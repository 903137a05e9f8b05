"""Corrections and returns as sent. One rule: what is not there stays as it is; null takes it away."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from api.schemas.fields import (
    AmountE4,
    Body,
    Day,
    Note,
    Number,
    PercentE2,
    QuantityE3,
    Query,
    RateE9,
    Reason,
    SaleDate,
    Text50,
    Text100,
    Text200,
)
from api.schemas.sales import MOST_LINES, CurrencyCode, SaleBody, SaleItem, Sharing, Taxes


class SaleChanges(Body):
    """What is to be different in a sale; `null` takes away, or goes back to what is usual. A price stays one."""

    product_id: Number | None = Field(None, description="of the only item; null: an amount alone")
    sku: Text100 = Field(None, description="of the only item, instead of its number")
    variant_id: Number | None = Field(None, description="of the only item; null: the base product")
    quantity: QuantityE3 | None = Field(None, description="of the only item; null: as it was")
    unit_price: AmountE4 | None = Field(None, description="of the only item; null only where it reads so")
    discount_amount: AmountE4 | None = Field(None, description="of the only item, in money; null: none")
    discount_percentage: PercentE2 | None = Field(None, description="of the only item's subtotal; null: none")
    lines: list[SaleItem] | None = Field(
        None, min_length=1, max_length=MOST_LINES, description="every item anew, instead of the fields of one"
    )
    sale_date: SaleDate = Field(None, description="when it was sold; null: as it was")
    coupon_code: Text50 = Field(None, description="of any form; null: none")
    platform: Text50 = Field(None, description="null: none")
    customer_name: Text200 = Field(None, description="null: nobody known")
    notes: Note = Field(None, description="null: none")
    person: Text100 = Field(
        None, description="who sold it instead, for those who may record for others; null: as it was"
    )
    taxes: Taxes | None = Field(None, description="every tax anew; null: none")
    currency: CurrencyCode | None = Field(None, description="null: the company's. Prices are said anew with it")
    rate: RateE9 | None = Field(None, description="null: the rate kept for that day")
    shares: Sharing | None = Field(None, description="everybody who shares in it anew; null: nobody")
    reason: Reason = Field(None, description="why, for the history")


class ReturnItem(Body):
    """So much of one item that came back."""

    product_id: Number | None = Field(None, description="the product's number")
    sku: Text100 = Field(None, description="the product's code, or its variant's own, instead of its number")
    variant_id: Number | None = Field(None, description="the number of the product's variant")
    position: Number | None = Field(None, description="which item of the sale, from 1, instead of a product")
    quantity: QuantityE3 = Field(description="how many came back")
    unit_price: AmountE4 | None = Field(
        None, description="what is given back for one, where the sale is not known; the list price unless given"
    )


class ReturnBody(Body):
    """What came back."""

    WORDS: ClassVar[Mapping[str, str]] = {"date": "return_date", "note": "reason"}

    lines: list[ReturnItem] | None = Field(
        None, min_length=1, max_length=MOST_LINES, description="the items; all that is left of the sale unless given"
    )
    written_off: bool = Field(default=False, description="it does not go back into stock")
    return_date: Day | None = Field(None, description="the day it came back; today unless given")
    reason: Reason = Field(None, description="why, for the history")
    exchange: SaleBody | None = Field(None, description="the sale that went out for it, at once")


class FreeReturnBody(ReturnBody):
    """What came back, of a sale known or not."""

    WORDS: ClassVar[Mapping[str, str]] = {**ReturnBody.WORDS, "sale": "sale_id"}

    sale_id: Number | None = Field(None, description="the sale it was part of, if that is known")
    person: Text100 = Field(None, description="whom it counts against, where no sale is known; yourself unless given")
    customer_name: Text200 = Field(None, description="who brought it back, where no sale is known")


class ShareBody(Body):
    """The answer to being asked to share in a sale."""

    agrees: bool = Field(description="whether the share is to count")


class VoidQuery(Query):
    """Why a sale is undone."""

    reason: Reason = Field(None, description="why, for the history")
