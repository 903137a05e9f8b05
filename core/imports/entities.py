"""Who and what a row names, found or made. One rule: a batch asks once for each kind, and remembers what it met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import Role, Viewer
from core.catalog.customers import identify_customer
from core.company import add_branch
from core.errors import InvalidInput
from core.imports.rows import SaleRow
from core.models.catalog import customers, products
from core.models.company import branches
from core.models.people import people
from core.people.members import add_person
from core.text import fold, make_handle

MOST_REMEMBERED = 100_000
NOBODY = "Imported sales"  # whose sales they are where a file does not say
_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}

ProductKey = tuple[str | None, str | None]  # code, name


@dataclass(frozen=True, slots=True)
class Place:
    """A branch and the zone its days are counted in."""

    id: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who sells."""

    id: int
    branch_id: int


@dataclass
class Entities:
    """The products, customers, people and branches of one company, for one run."""

    viewer: Viewer
    creates: frozenset[str]
    default_branch: str | None
    default_person: str | None
    created: dict[str, int] = field(default_factory=dict)
    _products: dict[ProductKey, int] = field(default_factory=dict)
    _customers: dict[str, int] = field(default_factory=dict)
    _branches: dict[str, Place] = field(default_factory=dict)
    _people: dict[str, list[Person]] = field(default_factory=dict)
    _first_branch: int = 0

    def open(self, tx: Connection) -> None:
        """Learn the branches and people there are. InvalidInput names --branch or --person where there is no such."""
        self._load_branches(tx)
        self._load_people(tx)
        if self.default_branch is not None and fold(self.default_branch) not in self._branches:
            known = ", ".join(sorted(self._branches))
            raise InvalidInput(f"There is no branch “{self.default_branch}”.", field="--branch", hint=known)
        if self.default_person is not None:
            self._find_person(self.default_person, "--person")

    def prepare(self, tx: Connection, rows: Iterable[SaleRow]) -> None:
        """Find everything these rows name, and make what is missing and may be made."""
        if max(len(self._products), len(self._customers)) > MOST_REMEMBERED:
            self._products.clear()
            self._customers.clear()
        rows = list(rows)
        for row in rows:
            self._prepare_branch(tx, row.texts.get("branch"))
        for row in rows:
            self._prepare_person(tx, row)
        self._prepare_customers(tx, rows)
        self._prepare_products(tx, rows)

    def find_product(self, row: SaleRow) -> int | None:
        """The product of a row; InvalidInput where it is unknown or not the only one."""
        key = _product_key(row)
        if key == (None, None):
            return None
        found = self._products.get(key, 0)
        if found > 0:
            return found
        word = key[0] or key[1]
        if found < 0:
            raise InvalidInput(f"Several products are called “{word}”.", field="product", hint="a column for sku")
        raise _refuse("product", "products", word)

    def find_customer(self, row: SaleRow) -> int | None:
        """The customer of a row, if it names one."""
        identity = _customer_identity(row)
        return self._customers[identity] if identity else None

    def find_seller(self, row: SaleRow) -> tuple[Person, Place]:
        """Who a row counts for and where: the branch it names, else --branch, else where that person works."""
        person = self._find_person(row.texts.get("person") or self.default_person or NOBODY, "person")
        words = row.texts.get("branch") or self.default_branch
        if words is None:
            return person, next(place for place in self._branches.values() if place.id == person.branch_id)
        place = self._branches.get(fold(words))
        if place is None:
            raise _refuse("branch", "branches", words)
        return person, place

    def _load_branches(self, tx: Connection) -> None:
        company = self.viewer.company
        for row in tx.execute(select(branches).where(branches.c.company_id == company.id).order_by(branches.c.id)):
            place = Place(row.id, row.time_zone or company.time_zone)
            self._first_branch = self._first_branch or row.id
            self._branches.setdefault(fold(row.name), place)
            self._branches.setdefault(row.handle, place)
        if not self._branches:
            raise InvalidInput("The company has no branch yet.", field="--branch")

    def _prepare_branch(self, tx: Connection, words: str | None) -> None:
        if words and fold(words) not in self._branches and "branches" in self.creates:
            branch = add_branch(tx, self.viewer, words)
            self._branches[fold(words)] = self._branches[branch.handle] = Place(branch.id, branch.time_zone)
            self._count("branches")

    def _load_people(self, tx: Connection) -> None:
        columns = people.c.id, people.c.branch_id, people.c.name, people.c.handle
        self._people.clear()
        for row in tx.execute(select(*columns).where(people.c.company_id == self.viewer.company.id)):
            self._remember_person(Person(row.id, row.branch_id), row.name, row.handle)

    def _remember_person(self, person: Person, name: str, handle: str) -> None:
        self._people[f"@{handle}"] = [person]
        self._people.setdefault(fold(name), []).append(person)

    def _prepare_person(self, tx: Connection, row: SaleRow) -> None:
        words = row.texts.get("person") or self.default_person or NOBODY
        is_ours = words == NOBODY or "people" in self.creates
        if self._get_people(words) or not is_ours or words.startswith("@"):
            return
        home = self._branches.get(fold(row.texts.get("branch") or self.default_branch or ""))
        place = home.id if home else self._first_branch
        added = add_person(tx, self.viewer, words, Role.EMPLOYEE, place, is_active=words != NOBODY)
        self._remember_person(Person(added.id, added.branch_id), added.name, added.handle)
        self._count("people")

    def _get_people(self, words: str) -> list[Person]:
        return self._people.get(fold(words)) or self._people.get(f"@{fold(words)}") or []

    def _find_person(self, words: str, field_: str) -> Person:
        found = self._get_people(words)
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidInput(f"Several people are called “{words}”.", field=field_, hint="their handle, @ann")
        raise _refuse(field_, "people", words)

    def _prepare_customers(self, tx: Connection, rows: list[SaleRow]) -> None:
        """Customers are always made when new, as they are when a sale is told in chat."""
        wanted: dict[str, str] = {}
        for row in rows:
            identity = _customer_identity(row)
            if identity and identity not in self._customers:
                wanted[identity] = row.texts.get("customer") or row.texts.get("customer_id") or ""
        self._match_customers(tx, wanted)
        company_id = self.viewer.company.id
        missing = {key: name for key, name in wanted.items() if key not in self._customers}
        new = [{"company_id": company_id, "identity": key, "name": name} for key, name in sorted(missing.items())]
        if new:
            self._count("customers", len(tx.execute(_insert(tx, customers), new).all()))
            self._match_customers(tx, missing)

    def _match_customers(self, tx: Connection, wanted: Mapping[str, str]) -> None:
        if wanted:
            own = customers.c.company_id == self.viewer.company.id, customers.c.identity.in_(wanted)
            found = tx.execute(select(customers.c.identity, customers.c.id).where(*own))
            self._customers.update((row.identity, row.id) for row in found)

    def _prepare_products(self, tx: Connection, rows: list[SaleRow]) -> None:
        wanted = {key: row for row in rows if (key := _product_key(row)) not in self._products and any(key)}
        if not wanted:
            return
        self._match_products(tx, wanted)
        if "products" in self.creates:
            missing = {key: row for key, row in wanted.items() if key not in self._products}
            self._add_products(tx, missing)
            self._match_products(tx, missing)

    def _match_products(self, tx: Connection, wanted: Mapping[ProductKey, SaleRow]) -> None:
        """Remember the product of each key: of its code and name; of its code, if it is the only one; of its name."""
        found = self._find_candidates(tx, wanted)
        exact = {(row.sku, row.name): row.id for row in found}
        by_sku: dict[str, set[int]] = {}
        by_name: dict[str, set[int]] = {}
        for row in found:
            by_sku.setdefault(row.sku, set()).add(row.id)
            by_name.setdefault(fold(row.name), set()).add(row.id)
        for sku, name in wanted:
            same = by_sku.get(sku, set()) if sku else by_name.get(fold(name or ""), set())
            if sku and name and (sku, name) in exact:
                self._products[sku, name] = exact[sku, name]
            elif same and not (sku and name and "products" in self.creates):
                # A code alone, or a name alone, means the one product that has it; -1 says there are several.
                self._products[sku, name] = next(iter(same)) if len(same) == 1 else -1

    def _find_candidates(self, tx: Connection, wanted: Iterable[ProductKey]) -> list[Row[Any]]:
        """The products that have one of these codes or, where there is none, one of these names in any case."""
        own = select(products.c.id, products.c.sku, products.c.name).where(
            products.c.company_id == self.viewer.company.id
        )
        skus, names = {sku for sku, _ in wanted if sku}, {name for sku, name in wanted if not sku and name}
        found = list(tx.execute(own.where(products.c.sku.in_(skus)))) if skus else []
        if all(name.isascii() for name in names):
            lowered = {name.lower() for name in names}
            return found + (list(tx.execute(own.where(func.lower(products.c.name).in_(lowered)))) if names else [])
        # SQLite knows capitals of ASCII only, so other names are compared here.
        folded = {fold(name) for name in names}
        return found + [row for row in tx.execute(own) if fold(row.name) in folded]

    def _add_products(self, tx: Connection, missing: Mapping[ProductKey, SaleRow]) -> None:
        if not missing:
            return
        now = clock.now()
        new = {}
        for (sku, name), row in missing.items():
            code = sku or make_handle(fold(name or "")).replace("_", "-").upper() or "ITEM"
            new[code, name or code if sku else fold(name or code)] = {
                "company_id": self.viewer.company.id,
                "sku": code,
                "name": name or code,
                "category": row.texts.get("category"),
                "subcategory": row.texts.get("subcategory"),
                "tracks_stock": False,
                "is_active": True,
                "created_at": now,
            }
        self._count("products", len(tx.execute(_insert(tx, products), [new[key] for key in sorted(new)]).all()))

    def _count(self, kind: str, number: int = 1) -> None:
        if number:
            self.created[kind] = self.created.get(kind, 0) + number


def _insert(tx: Connection, table: Table) -> Any:
    """Add rows nobody added meanwhile; yields the numbers of those that are new."""
    return _DIALECTS[tx.dialect.name].insert(table).on_conflict_do_nothing().returning(table.c.id)


def _product_key(row: SaleRow) -> ProductKey:
    return row.texts.get("sku"), row.texts.get("product")


def _customer_identity(row: SaleRow) -> str | None:
    name, code = row.texts.get("customer"), row.texts.get("customer_id")
    return identify_customer(name or code or "", code) if name or code else None


def _refuse(field_: str, kind: str, words: str | None) -> InvalidInput:
    return InvalidInput(
        f"There is no {field_.removeprefix('--')} “{words}”.", field=field_, hint=f"--create-missing {kind}"
    )
