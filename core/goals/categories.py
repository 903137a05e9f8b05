"""Categories as products write them. One rule: case, width and spacing do not count, as in every filter."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from core.models.catalog import products
from core.statements import Statement
from core.text import fold

_CATEGORIES = Statement(
    select(products.c.category)
    .where(products.c.company_id == bindparam("company"), products.c.category.is_not(None))
    .distinct()
    .order_by(products.c.category)
)


def list_spellings(tx: Connection, company_id: int) -> Mapping[str, tuple[str, ...]]:
    """Every category there is, folded, with the ways products write it."""
    spellings: dict[str, tuple[str, ...]] = {}
    for row in _CATEGORIES.rows(tx, {"company": company_id}):
        name = fold(row.category)
        spellings[name] = (*spellings.get(name, ()), row.category)
    return spellings


def spell_every_way(category: str, spellings: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values a filter by this category means; itself where no product is in it yet."""
    return spellings.get(fold(category), (category,))
