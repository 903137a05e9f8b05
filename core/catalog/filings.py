"""How products were filed when they were sold: a line keeps its category, wherever its product is moved later."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from core.models.catalog import filings, products

MOST_AT_ONCE = 500


def find_filings(tx: Connection, company_id: int, product_ids: Iterable[int]) -> dict[int, int]:
    """How these products are filed now, by their numbers; those in no category are missing. What is new is kept."""
    found: dict[int, int] = {}
    wanted = sorted(set(product_ids))
    columns = products.c.id, products.c.filing_id, products.c.category, products.c.subcategory
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = products.c.id.in_(wanted[start : start + MOST_AT_ONCE])
        for row in tx.execute(select(*columns).where(products.c.company_id == company_id, some)).all():
            if row.category or row.subcategory:
                found[row.id] = row.filing_id or _file_now(tx, company_id, row)
    return found


def file_product(tx: Connection, company_id: int, product_id: int) -> None:
    """File a product that is new, or was moved, from now on; what was sold of it stays where it is."""
    moved = products.c.company_id == company_id, products.c.id == product_id
    tx.execute(update(products).where(*moved).values(filing_id=None))
    find_filings(tx, company_id, [product_id])


def _file_now(tx: Connection, company_id: int, product: Any) -> int:
    kept = keep_filing(tx, company_id, product.id, product.category, product.subcategory)
    known_anew = {"filing_id": kept, "changes": products.c.changes + 1}
    tx.execute(update(products).where(products.c.id == product.id).values(**known_anew))
    return kept


def keep_filing(tx: Connection, company_id: int, product_id: int, category: str | None, subcategory: str | None) -> int:
    """The number of a product's being in a category, as it is or ever was."""
    names = {"category": category, "subcategory": subcategory}
    same = (filings.c[name].is_(None) if value is None else filings.c[name] == value for name, value in names.items())
    own = filings.c.company_id == company_id, filings.c.product_id == product_id
    kept = tx.execute(select(filings.c.id).where(*own, *same).limit(1)).scalar()
    if kept is None:
        row = {"company_id": company_id, "product_id": product_id, **names}
        kept = tx.execute(insert(filings).returning(filings.c.id), row).scalar_one()
    return int(kept)


def file_all(tx: Connection, company_id: int) -> None:
    """File every product of a company that is new, by a few statements."""
    names = "company_id", "product_id", "category", "subcategory"
    told = products.c.company_id, products.c.id, products.c.category, products.c.subcategory
    is_new = products.c.company_id == company_id, products.c.filing_id.is_(None), products.c.category.is_not(None)
    tx.execute(insert(filings).from_select(names, select(*told).where(*is_new)))
    newest = select(filings.c.id).where(filings.c.company_id == company_id, filings.c.product_id == products.c.id)
    tx.execute(update(products).where(*is_new).values(filing_id=newest.scalar_subquery()))


def rename_filings(tx: Connection, company_id: int, names: Mapping[str, str]) -> None:
    """Call categories otherwise in the past too: they are the same, under another name."""
    for old, new in names.items():
        own = filings.c.company_id == company_id, filings.c.category == old
        tx.execute(update(filings).where(*own).values(category=new))
