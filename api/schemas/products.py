"""Products over HTTP. One rule: what they cost shows only to whoever may see profit."""

from pydantic import Field

from api.schemas.envelope import Answer, Money
from api.schemas.fields import After, PageLength, Query, Text200


class ProductsQuery(Query):
    """Which products."""

    search: Text200 = Field(None, description="whose name or code contains this, whatever its case")
    after: After = Field(0, description="those after this number")
    limit: PageLength = Field(50, description="how many")


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
    currency: str
