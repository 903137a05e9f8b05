"""Categories as products write them. One rule: case, width and spacing do not count, as in every filter."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select, union
from sqlalchemy.engine import Connection

from core.models.catalog import filings, products
from core.statements import Statement
from core.text import fold

_CATEGORIES = Statement(
    union(
        *(
            select(table.c.category).where(table.c.company_id == bindparam("company"), table.c.category.is_not(None))
            for table in (products, filings)
        )
    ).order_by("category")
)


def list_spellings(tx: Connection, company_id: int) -> Mapping[str, tuple[str, ...]]:
    """Every category there is or was, folded, with the ways products write it."""
    spellings: dict[str, tuple[str, ...]] = {}
    for row in _CATEGORIES.rows(tx, {"company": company_id}):
        name = fold(row.category)
        spellings[name] = (*spellings.get(name, ()), row.category)
    return spellings


def spell_every_way(category: str, spellings: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values a filter by this category means; itself where no product is in it yet."""
    return spellings.get(fold(category), (category,))
