"""Categories. One rule: a category is its name; renaming it renames it on every product and goal that has it."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.catalog.filings import rename_filings
from core.company import lock_company
from core.errors import Code, Conflict, NotFound
from core.models.catalog import categories, filings, products
from core.models.goals import goals
from core.text import clean_name, fold

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Category:
    """A category and how many products are in it, retired ones too. `id` is None where only products name it."""

    id: int | None
    name: str
    products: int


def list_categories(tx: Connection, viewer: Viewer) -> tuple[Category, ...]:
    """Every category there is to choose from or that a product is in, by name."""
    company_id = viewer.company.id
    kept = tx.execute(select(categories.c.id, categories.c.name).where(categories.c.company_id == company_id)).all()
    found = {fold(row.name): Category(row.id, row.name, 0) for row in kept}
    query = select(products.c.category, func.count()).where(products.c.company_id == company_id)
    for name, count in tx.execute(query.where(products.c.category.is_not(None)).group_by(products.c.category)):
        known = found.get(fold(name), Category(None, name, 0))
        found[fold(name)] = Category(known.id, known.name, known.products + count)
    return tuple(found[name] for name in sorted(found))


def get_category(tx: Connection, viewer: Viewer, category_id: int) -> Category:
    """One category; NotFound names `category`."""
    found = next((one for one in list_categories(tx, viewer) if one.id == category_id), None)
    if found is None:
        raise NotFound(f"There is no category number {category_id}.", field="category")
    return found


def add_category(tx: Connection, viewer: Viewer, name: str) -> Category:
    """A new category, or one that so far only products name. Raises NotAllowed, InvalidInput, Conflict (`name`)."""
    viewer.require(Permission.MANAGE_CATALOG)
    lock_company(tx, viewer.company.id)
    cleaned = clean_name(name, "name", LONGEST)
    same = _find(tx, viewer, cleaned)
    if same is not None and same.id is not None:
        raise Conflict(f"There is a category “{same.name}” already.", field="name", code=Code.DUPLICATE)
    row = {"company_id": viewer.company.id, "name": same.name if same is not None else cleaned}
    return get_category(tx, viewer, tx.execute(insert(categories).returning(categories.c.id), row).scalar_one())


def rename_category(tx: Connection, viewer: Viewer, category_id: int, name: str) -> Category:
    """Another name for a category, on its products and goals too: figures of it stay whole, the past's as well.

    Raises NotAllowed, NotFound, InvalidInput, Conflict where another one is called so.
    """
    viewer.require(Permission.MANAGE_CATALOG)
    lock_company(tx, viewer.company.id)
    category = get_category(tx, viewer, category_id)
    cleaned = clean_name(name, "name", LONGEST)
    same = _find(tx, viewer, cleaned)
    if same is not None and same.id != category.id:
        raise Conflict(
            f"There is a category “{same.name}” already.",
            field="name",
            hint="delete this one, moving to it",
            code=Code.DUPLICATE,
        )
    tx.execute(update(categories).where(categories.c.id == category_id).values(name=cleaned))
    rename_filings(tx, viewer.company.id, dict.fromkeys(_move(tx, viewer, category.name, cleaned), cleaned))
    return get_category(tx, viewer, category_id)


def delete_category(tx: Connection, viewer: Viewer, category_id: int, move_to: str | None = None) -> Category:
    """Offer a category no more. Products in it move to another one; what was sold of them stays.

    Raises NotAllowed, NotFound, Conflict naming `move_to` where products are in it and none is said.
    """
    viewer.require(Permission.MANAGE_CATALOG)
    lock_company(tx, viewer.company.id)
    category = get_category(tx, viewer, category_id)
    other = _find(tx, viewer, move_to) if move_to is not None else None
    if move_to is not None and (other is None or other.id == category.id):
        raise NotFound(f"There is no other category “{move_to}”.", field="move_to")
    if category.products and other is None:
        raise Conflict(f"Products are in it ({category.products}): say where they go.", field="move_to")
    if other is not None:
        _move(tx, viewer, category.name, other.name)
    tx.execute(delete(categories).where(categories.c.id == category_id))
    return category


def keep_category(tx: Connection, viewer: Viewer, name: str) -> str:
    """A category as it is spelt already; from now on it is there to choose from."""
    exact = categories.c.company_id == viewer.company.id, categories.c.name == name
    if tx.execute(select(categories.c.id).where(*exact)).first() is not None:
        return name
    lock_company(tx, viewer.company.id)
    same = _find(tx, viewer, name)
    if same is None or same.id is None:
        row = {"company_id": viewer.company.id, "name": same.name if same is not None else name}
        tx.execute(insert(categories), row)
    return same.name if same is not None else name


def _find(tx: Connection, viewer: Viewer, name: str) -> Category | None:
    return next((one for one in list_categories(tx, viewer) if fold(one.name) == fold(name)), None)


def _move(tx: Connection, viewer: Viewer, old: str, new: str) -> list[str]:
    """However products and goals spell it; the ways products and what was sold did."""
    company_id = viewer.company.id
    sold = select(filings.c.category).where(filings.c.company_id == company_id).distinct()
    ways = [name for name in tx.execute(sold).scalars() if name is not None and fold(name) == fold(old)]
    for table in (products, goals):
        named = select(table.c.category).where(table.c.company_id == viewer.company.id).distinct()
        spelt = [name for name in tx.execute(named).scalars() if name is not None and fold(name) == fold(old)]
        if spelt:
            moved = table.c.company_id == viewer.company.id, table.c.category.in_(spelt)
            also = {"changes": products.c.changes + 1, "filing_id": None} if table is products else {}
            tx.execute(update(table).where(*moved).values(category=new, **also))
    return ways
