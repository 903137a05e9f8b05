"""Products over HTTP. One rule: what they cost shows only to whoever may see profit."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer, Money
from api.schemas.fields import (
    After,
    AmountE4,
    Body,
    Name100,
    Name200,
    Name300,
    Number,
    PageLength,
    PageNumber,
    QuantityE3,
    Query,
    StockE3,
    Text100,
    Text200,
    Text300,
)

Switch = Literal["true", "false"]


class ProductsQuery(Query):
    """Which products."""

    search: Text200 = Field(None, description="whose name or code contains this, whatever its case")
    after: After = Field(0, description="those after this number")
    limit: PageLength = Field(50, description="how many")


class ProductPath(Query):
    """Which product."""

    id: Number = Field(description="the product's number")


class ProductQuery(Query):
    """What to tell of it besides."""

    include_sales: Switch = Field("false", description="`true`: with what was sold of it, in one's own scope")


class ProductTerms(Body):
    """What may be said of a product."""

    category: Text200 = Field(None, description="null: none")
    subcategory: Text200 = Field(None, description="null: none")
    price: AmountE4 | None = Field(None, description="the list price of one; null only while it has none")
    cost: AmountE4 | None = Field(None, description="what one costs; null: nobody knows")
    reorder_point: StockE3 | None = Field(None, description="it is low in stock below this; null: never")


class NewProduct(ProductTerms):
    """A new product."""

    sku: Name100 = Field(description="its code, which no other product has")
    name: Name300 = Field(description="what it is called")
    stock: StockE3 | None = Field(None, description="on hand in the branch worked on; said, its stock is kept")


class ProductEdit(ProductTerms):
    """What is to be different in a product; what is not there stays."""

    sku: Text100 = Field(None, description="its code; null: as it was")
    name: Text300 = Field(None, description="what it is called; null: as it was")
    tracks_stock: bool | None = Field(None, description="whether its stock is kept; null: as it was")
    is_active: bool | None = Field(None, description="true: a deleted product is sold again; null: as it was")


class ProductAnswer(Answer):
    """A product. Amounts are numbers with the currency's decimals, or with up to four where they have more."""

    id: int
    sku: str
    name: str
    category: str | None
    subcategory: str | None
    price: Money | None = Field(description="the list price of one; null where there is none")
    cost: Money | None = Field(description="what one costs; null where unknown, or not for this person to see")
    tracks_stock: bool
    reorder_point: Money | None
    is_active: bool = Field(description="false: it was deleted; what was sold of it stays")
    currency: str


class VariantPath(Query):
    """Which variant."""

    id: Number = Field(description="the variant's number")


class NewVariant(Body):
    """A new variant of a product: a size, a colour."""

    name: Name200 = Field(description="such as `Blue, L`")
    sku: Text100 = Field(None, description="a code of its own; null: the product's")
    price: AmountE4 | None = Field(None, description="a list price of its own; null: the product's")
    cost: AmountE4 | None = Field(None, description="a cost of its own; null: the product's")


class VariantEdit(Body):
    """What is to be different in a variant; what is not there stays."""

    name: Text200 = Field(None, description="null: as it was")
    sku: Text100 = Field(None, description="null: the product's")
    price: AmountE4 | None = Field(None, description="null: the product's")
    cost: AmountE4 | None = Field(None, description="null: the product's")


class VariantAnswer(Answer):
    """A variant; what is null is as for the product."""

    id: int
    product_id: int
    name: str
    sku: str | None
    price: Money | None
    cost: Money | None = Field(description="null too where this person may not see it")
    is_active: bool
    currency: str


class SalesSummaryAnswer(Answer):
    """What was sold of a product, as far as one may see."""

    total_quantity_sold: Money
    total_revenue: Money
    total_profit: Money | None = Field(description="null where this person may not see it")
    average_sale_price: Money | None = Field(
        description="total_revenue / total_quantity_sold; null where none was sold"
    )
    last_sale_date: datetime | None


class ProductDetail(ProductAnswer):
    """A product with its variants, its stock in the branch worked on and, where asked for, its sales."""

    variants: list[VariantAnswer]
    on_hand: Money | None = Field(description="in the branch worked on; null where its stock is not kept")
    sales_summary: SalesSummaryAnswer | None = Field(description="with `include_sales=true`")


class CategoryPath(Query):
    """Which category."""

    id: Number = Field(description="the category's number")


class CategoryBody(Body):
    """A category."""

    name: Name200 = Field(description="what it is called")


class CategoryQuery(Query):
    """What becomes of its products."""

    move_to: Text200 = Field(None, description="the category its products move to; needed where it has any")


class CategoryAnswer(Answer):
    """A category."""

    id: int | None = Field(description="null where only products name it; posted, it gets a number")
    name: str
    products: int = Field(description="how many products are in it, deleted ones too")


class StockQuery(BranchQuery):
    """Of which products, in which branch."""

    search: Text200 = Field(None, description="whose name or code contains this, whatever its case")
    low: Switch = Field("false", description="`true`: only those below their reorder point")
    page: PageNumber = Field(1, description="which page, from 1")
    limit: PageLength = Field(50, description="how many on a page")


class StockBody(Body):
    """Goods that came in, or that were counted."""

    product_id: Number = Field(description="the product's number")
    received: QuantityE3 | None = Field(None, description="so many came in; or")
    counted: StockE3 | None = Field(None, description="so many are there")
    branch: Text200 = Field(None, description="in which branch, by handle or name; the one worked on unless given")


class StockAnswer(Answer):
    """What a branch has of a product."""

    product_id: int
    sku: str
    product_name: str
    category: str | None
    on_hand: Money
    cost: Money | None = Field(description="null where unknown, or not for this person to see")
    price: Money | None
    reorder_point: Money | None
    is_low: bool = Field(description="below its reorder point")
    currency: str
