"""The single items of sales, as listed. One rule: those that a figure counts for the same viewer, and no others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.models.catalog import filings, products
from core.models.sales import lines
from core.sales.log import LogFilter, count_matching, narrow_lines
from core.sales.pages import walk_newest


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
    total = count_matching(tx, viewer, wanted, passes, "lines", keys)
    found = [tuple(row) for row in walk_newest(tx, passes, keys, page, limit)]
    items = _read_items(tx, passes, found)
    return ItemPage(items, page, limit, total, viewer.company.currency)


def _read_items(tx: Connection, passes: ColumnElement[bool], found: Sequence[tuple[int, int]]) -> tuple[LogItem, ...]:
    """The items of those documents and positions, in that order."""
    keys = lines.c.document_id, lines.c.position
    named = lines.c.day, products.c.sku, products.c.name, filings.c.category
    sums = (cast(func.sum(column), BigInteger) for column in (lines.c.quantity_e3, lines.c.amount_e4))
    query = (
        select(lines.c.position, lines.c.document_id, *named, *sums)
        .join_from(lines, products, products.c.id == lines.c.product_id, isouter=True)
        .outerjoin(filings, filings.c.id == lines.c.filing_id)
        .where(passes, lines.c.document_id.in_({document_id for document_id, _ in found}))
        .group_by(*keys, *named)
    )
    read = {(document_id, position): (document_id, *rest) for position, document_id, *rest in tx.execute(query)}
    return tuple(LogItem(*read[key]) for key in found)
