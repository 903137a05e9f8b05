"""Who and what a row of our own names, found or made. One rule: by what the ledger itself tells them apart by."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer
from core.catalog.customers import find_or_add_customer
from core.catalog.filings import keep_filing
from core.company import add_branch
from core.imports.own.columns import OwnRow
from core.models.catalog import products, variants
from core.models.company import branches, custom_fields
from core.models.people import people
from core.people.members import add_person
from core.text import fold

MOST_REMEMBERED = 50_000
_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


@dataclass
class OwnEntities:
    """The branches, people, products, variants and customers of one company, for one run."""

    viewer: Viewer
    created: dict[str, int] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def name(self, tx: Connection, row: OwnRow) -> dict[str, int | None]:
        """The numbers that a line holds for what a row names."""
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()
        branch = self._find_branch(tx, row.said["Branch"])
        product = self._find_product(tx, row) if row.said["SKU"] else None
        return {
            "branch_id": branch,
            "person_id": self._find_person(tx, row, branch),
            "product_id": product,
            "variant_id": self._find_variant(tx, row, product) if product and row.said["Variant"] else None,
            "customer_id": self._find_customer(tx, row) if row.said["Customer"] else None,
            "filing_id": self._find_filing(tx, row, product) if product else None,
        }

    def _find_filing(self, tx: Connection, row: OwnRow, product: int) -> int | None:
        """The category it was sold in, which its product may have left since."""
        category, subcategory = row.said["Category"], row.said["Subcategory"]
        if not (category or subcategory):
            return None
        key = ("filing", product, category, subcategory)
        if key not in self._known:
            self._known[key] = keep_filing(tx, self.viewer.company.id, product, category, subcategory)
        return self._known[key]

    def declare_fields(self, tx: Connection, names: tuple[str, ...]) -> None:
        """Make the company's own fields that the file has dimensions of this one too."""
        rows = [
            {"company_id": self.viewer.company.id, "name": name, "label": name.replace("_", " ").capitalize()}
            for name in names
        ]
        if rows:
            tx.execute(_DIALECTS[tx.dialect.name].insert(custom_fields).on_conflict_do_nothing(), rows)

    def _find_branch(self, tx: Connection, name: str) -> int:
        key = ("branch", fold(name))
        if key not in self._known:
            own = select(branches.c.id, branches.c.name).where(branches.c.company_id == self.viewer.company.id)
            self._known |= {("branch", fold(row.name)): row.id for row in tx.execute(own)}
        if key not in self._known:
            self._known[key] = add_branch(tx, self.viewer, name).id
            self._count("branches")
        return self._known[key]

    def _find_person(self, tx: Connection, row: OwnRow, branch_id: int) -> int:
        """By handle; somebody else of that handle is not meant, where the names differ and only one has the name."""
        handle, name = row.said["Handle"].removeprefix("@"), row.said["Person"] or row.said["Handle"]
        key = ("person", handle, name)
        if key in self._known:
            return self._known[key]
        own = select(people.c.id, people.c.handle, people.c.name).where(people.c.company_id == self.viewer.company.id)
        there = list(tx.execute(own))
        by_handle = [one for one in there if one.handle == handle]
        by_name = [one for one in there if fold(one.name) == fold(name)]
        if by_handle and (fold(by_handle[0].name) == fold(name) or len(by_name) != 1):
            self._known[key] = by_handle[0].id
        elif len(by_name) == 1:
            self._known[key] = by_name[0].id
        else:
            self._known[key] = add_person(tx, self.viewer, name, Role.EMPLOYEE, branch_id, handle).id
            self._count("people")
        return self._known[key]

    def _find_product(self, tx: Connection, row: OwnRow) -> int:
        sku, name = row.said["SKU"], row.said["Product"] or row.said["SKU"]
        named = {"company_id": self.viewer.company.id, "sku": sku, "name": name}
        described = {"category": row.said["Category"], "subcategory": row.said["Subcategory"]}
        standing = {"tracks_stock": False, "is_active": True, "created_at": clock.now()}
        return self._find_or_add(tx, products, named, described | standing, "products")

    def _find_variant(self, tx: Connection, row: OwnRow, product_id: int) -> int:
        named = {"company_id": self.viewer.company.id, "product_id": product_id, "name": row.said["Variant"]}
        return self._find_or_add(tx, variants, named, {"is_active": True}, "variants")

    def _find_or_add(
        self, tx: Connection, table: Table, named: dict[str, Any], described: dict[str, Any], kind: str
    ) -> int:
        key = (table.name, *named.values())
        if key not in self._known:
            same = (table.c[column] == value for column, value in named.items())
            found = tx.execute(select(table.c.id).where(*same)).scalar()
            if found is None:
                found = tx.execute(insert(table).returning(table.c.id), named | described).scalar_one()
                self._count(kind)
            self._known[key] = int(found)
        return self._known[key]

    def _find_customer(self, tx: Connection, row: OwnRow) -> int:
        name, code = row.said["Customer"], row.said["Customer ID"]
        key = ("customer", name, code)
        if key not in self._known:
            self._known[key] = find_or_add_customer(tx, self.viewer.company.id, name, code).id
        return self._known[key]

    def _count(self, kind: str) -> None:
        self.created[kind] = self.created.get(kind, 0) + 1
