"""The single items of sales, as listed. One rule: those that a figure counts for the same viewer, and no others."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.models.catalog import products
from core.models.sales import lines
from core.sales.log import LogFilter, narrow_lines


@dataclass(frozen=True, slots=True)
class LogItem:
    """One item of a document: as much of it as the viewer may see. Quantity e3, amount e4."""

    document_id: int
    day: date
    sku: str | None
    product_name: str | None
    category: str | None
    quantity_e3: int
    amount_e4: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of items, newest first; `total` counts all that pass the filter."""

    items: tuple[LogItem, ...]
    page: int
    limit: int
    total: int
    currency: str

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.limit))


def list_items(tx: Connection, viewer: Viewer, wanted: LogFilter, page: int = 1, limit: int = 50) -> ItemPage:
    """A page of the single items of the documents a viewer may see, newest first. Raises NotAllowed out of scope.

    Of a sale that is shared, the parts of those whom the viewer may see: the items add up to the figures.
    """
    passes = narrow_lines(tx, viewer, wanted)
    keys = lines.c.document_id, lines.c.position
    each = select(*keys).where(passes).group_by(*keys).subquery()
    total = tx.execute(select(func.count()).select_from(each)).scalar_one()
    named = lines.c.day, products.c.sku, products.c.name, products.c.category
    sums = (cast(func.sum(column), BigInteger) for column in (lines.c.quantity_e3, lines.c.amount_e4))
    query = (
        select(lines.c.document_id, *named, *sums)
        .join_from(lines, products, products.c.id == lines.c.product_id, isouter=True)
        .where(passes)
        .group_by(*keys, *named)
        .order_by(func.max(lines.c.sold_at).desc(), lines.c.document_id.desc(), lines.c.position)
        .offset((page - 1) * limit)
        .limit(limit)
    )
    items = tuple(LogItem(*row) for row in tx.execute(query))
    return ItemPage(items, page, limit, total, viewer.company.currency)
