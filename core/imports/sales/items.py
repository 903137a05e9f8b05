"""The products a file's rows name, found or made. One rule: a batch asks once, and what it met is remembered."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from core import clock
from core.errors import InvalidInput
from core.imports.sales.rows import SaleRows
from core.models.catalog import products
from core.text import fold, make_handle

MOST_REMEMBERED = 100_000
ASKED_AT_ONCE = 5_000
_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}

ProductKey = tuple[str | None, str | None]  # code, name
OnMade = Callable[[str, int], None]  # what was made, and how many


class Items:
    """The products of one company, for one run.

    `codes_are_products`: a product is known by its code alone, and is called what the first row that has a price
    calls it. In a trial nothing is made, and what would be has numbers that nothing has.
    """

    def __init__(
        self, company_id: int, on_made: OnMade, *, may_make: bool, codes_are_products: bool, is_trial: bool
    ) -> None:
        self._company_id, self._on_made, self._may_make = company_id, on_made, may_make
        self._codes_are_products, self._is_trial = codes_are_products, is_trial
        self._products: dict[ProductKey, int] = {}
        self._nameless: dict[str, int] = {}  # products by a code that is all there is of them
        self._unused_ids = count(10**15)

    def resolve(self, tx: Connection, rows: SaleRows) -> list[Any]:
        """The product of each row, made where it is missing and may be; None where it names none, or a refusal."""
        if max(len(self._products), len(self._nameless)) > MOST_REMEMBERED:
            self._products.clear()
            self._nameless.clear()
        items = self._list_items(rows)
        self._prepare(tx, rows, items)
        found = {key: self._find(key) for key in set(items)}
        return list(map(found.__getitem__, items))

    def _list_items(self, rows: SaleRows) -> list[ProductKey]:
        skus = rows.get_texts("sku")
        names = rows.get_texts("product")
        if self._codes_are_products:  # what has no code is known by its name all the same
            names = [None if sku else name for sku, name in zip(skus, names, strict=True)]
        return list(zip(skus, names, strict=True))

    def _find(self, key: ProductKey) -> Any:
        number, word = self._products.get(key, 0), key[0] or key[1]
        if number > 0 or word is None:
            return number or None
        if number < 0:
            hint = "a column for sku"
            return InvalidInput(f"Several products are called “{word}”.", field="product", hint=hint)
        return refuse_unknown("product", "products", word)

    def _prepare(self, tx: Connection, rows: SaleRows, items: Sequence[ProductKey]) -> None:
        new = {key: place for place, key in enumerate(items) if key not in self._products and any(key)}
        wanted = dict.fromkeys(key for key in items if key in new)
        names = _find_names(rows) if self._codes_are_products and (wanted or self._nameless) else {}
        self._match(tx, wanted)
        self._name(tx, names)
        if wanted and self._may_make:
            missing = [key for key in wanted if key not in self._products]
            categories, subcategories = rows.get_texts("category"), rows.get_texts("subcategory")
            told = {key: (categories[new[key]], subcategories[new[key]]) for key in missing}
            if self._is_trial:
                self._on_made("products", len(missing))
                self._products |= {key: next(self._unused_ids) for key in missing}
            else:
                self._add(tx, told, names)
                self._match(tx, missing)

    def _match(self, tx: Connection, wanted: Collection[ProductKey]) -> None:
        """Remember the product of each key: of its code and name; of its code, if it is the only one; of its name."""
        found = self._find_candidates(tx, wanted)
        exact = {(row.sku, row.name): row.id for row in found}
        by_sku: dict[str, set[int]] = {}
        by_name: dict[str, set[int]] = {}
        for row in found:
            by_sku.setdefault(row.sku, set()).add(row.id)
            by_name.setdefault(fold(row.name), set()).add(row.id)
            if self._codes_are_products and row.name == row.sku:
                self._nameless[row.sku] = row.id
        for sku, name in wanted:
            same = by_sku.get(sku, set()) if sku else by_name.get(fold(name or ""), set())
            if sku and name and (sku, name) in exact:
                self._products[sku, name] = exact[sku, name]
            elif same and not (sku and name and self._may_make):
                # A code alone, or a name alone, means the one product that has it; -1 says there are several.
                self._products[sku, name] = next(iter(same)) if len(same) == 1 else -1

    def _name(self, tx: Connection, names: Mapping[str, str]) -> None:
        """Call products that were met without a name what rows call them now."""
        for code in () if self._is_trial else self._nameless.keys() & names.keys():
            own = products.c.company_id == self._company_id, products.c.id == self._nameless.pop(code)
            changes = products.c.changes + 1
            tx.execute(update(products).where(*own).values(name=names[code], changes=changes))

    def _find_candidates(self, tx: Connection, wanted: Iterable[ProductKey]) -> list[Row[Any]]:
        """The products that have one of these codes or, where there is none, one of these names in any case."""
        own = select(products.c.id, products.c.sku, products.c.name).where(products.c.company_id == self._company_id)
        skus, names = {sku for sku, _ in wanted if sku}, {name for sku, name in wanted if not sku and name}
        found = [row for some in divide(skus) for row in tx.execute(own.where(products.c.sku.in_(some)))]
        if all(name.isascii() for name in names):
            lowered = func.lower(products.c.name)
            asked = divide({name.lower() for name in names})
            return found + [row for some in asked for row in tx.execute(own.where(lowered.in_(some)))]
        # SQLite knows capitals of ASCII only, so other names are compared here.
        folded = {fold(name) for name in names}
        return found + [row for row in tx.execute(own) if fold(row.name) in folded]

    def _add(
        self, tx: Connection, missing: Mapping[ProductKey, tuple[str | None, str | None]], names: Mapping[str, str]
    ) -> None:
        now = clock.now()
        new = {}
        for (sku, told), (category, subcategory) in missing.items():
            name = names.get(sku or "") or told
            code = sku or make_handle(fold(name or "")).replace("_", "-").upper() or "ITEM"
            new[code, name or code if sku else fold(name or code)] = {
                "company_id": self._company_id,
                "sku": code,
                "name": name or code,
                "category": category,
                "subcategory": subcategory,
                "tracks_stock": False,
                "is_active": True,
                "created_at": now,
            }
        if new:
            self._on_made(
                "products", len(tx.execute(insert_new(tx, products), [new[key] for key in sorted(new)]).all())
            )


def insert_new(tx: Connection, table: Table) -> Any:
    """Add rows nobody added meanwhile; yields the numbers of those that are new."""
    return _DIALECTS[tx.dialect.name].insert(table).on_conflict_do_nothing().returning(table.c.id)


def _find_names(rows: SaleRows) -> dict[str, str]:
    """What each code is called: as the first row that has an amount says, which one about damaged goods has not."""
    names: dict[str, str] = {}
    for sku, name, amounts in zip(rows.get_texts("sku"), rows.get_texts("product"), rows.amounts, strict=True):
        if sku and name and sku not in names and amounts.amount_e4:
            names[sku] = name
    return names


def divide(wanted: Collection[str]) -> Iterator[list[str]]:
    """So few at a time that every database takes them in one question."""
    listed = sorted(wanted)
    return (listed[start : start + ASKED_AT_ONCE] for start in range(0, len(listed), ASKED_AT_ONCE))


def refuse_unknown(field_: str, kind: str, words: str | None) -> InvalidInput:
    """The refusal of a word nobody knows, with what would make it."""
    return InvalidInput(
        f"There is no {field_.removeprefix('--')} “{words}”.", field=field_, hint=f"--create-missing {kind}"
    )
