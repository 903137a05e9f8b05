"""Who and what a row names, found or made. One rule: a batch asks once for each kind, and remembers what it met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer
from core.catalog.customers import identify_customer, make_customer_row
from core.company import add_branch
from core.errors import InvalidInput
from core.imports.reading.dates import Moment, fix_moment
from core.imports.reading.memo import Memo
from core.imports.sales.items import MOST_REMEMBERED, Items, divide, insert_new, refuse_unknown
from core.imports.sales.rows import SaleRows
from core.models.catalog import customers
from core.models.company import branches
from core.models.people import people
from core.people.members import add_person
from core.text import fold

NOBODY = "Imported sales"  # whose sales they are where a file does not say
Buyer = tuple[str | None, str | None]  # name, code


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
class Seats:
    """Who and what each row names, a list each, and when it was; a refusal stands where something is unknown."""

    person_id: list[Any]
    branch_id: list[Any]
    product_id: list[Any]
    customer_id: list[Any]
    moment: list[Any]  # the instant and the business day


@dataclass
class Entities:
    """The products, customers, people and branches of one company, for one run.

    In a trial nothing is made: what would be is counted, under numbers that nothing has.
    """

    viewer: Viewer
    creates: frozenset[str]
    default_branch: str | None
    default_person: str | None
    codes_are_products: bool = False
    is_trial: bool = False
    created: dict[str, int] = field(default_factory=dict)
    _customers: dict[str, int] = field(default_factory=dict)
    _branches: dict[str, Place] = field(default_factory=dict)
    _people: dict[str, list[Person]] = field(default_factory=dict)
    _first_branch: int = 0

    def __post_init__(self) -> None:
        self._items = Items(
            self.viewer.company.id,
            self._count,
            may_make="products" in self.creates,
            codes_are_products=self.codes_are_products,
            is_trial=self.is_trial,
        )
        self._sellers = Memo(self._find_seller)
        self._moments = Memo(self._fix_moment)
        self._identities = Memo(_identify)
        self._unused_ids = count(10**15)
        self._todays: Memo[str, date] = Memo(lambda zone: clock.day_of(clock.now(), zone))

    def open(self, tx: Connection) -> None:
        """Learn the branches and people there are. InvalidInput names --branch or --person where there is no such."""
        self._load_branches(tx)
        self._load_people(tx)
        if self.default_branch is not None and fold(self.default_branch) not in self._branches:
            known = ", ".join(sorted(self._branches))
            raise InvalidInput(f"There is no branch “{self.default_branch}”.", field="--branch", hint=known)
        if self.default_person is not None:
            self._find_person(self.default_person, "--person")

    def resolve(self, tx: Connection, rows: SaleRows) -> Seats:
        """Find everything these rows name, and make what is missing and may be made."""
        if len(self._customers) > MOST_REMEMBERED:
            self._customers.clear()
        self._todays.clear()
        sellers = list(zip(rows.get_texts("person"), rows.get_texts("branch"), strict=True))
        for person, branch in dict.fromkeys(sellers):
            self._prepare_branch(tx, branch)
            self._prepare_person(tx, person, branch)
        buyers = list(zip(rows.get_texts("customer"), rows.get_texts("customer_id"), strict=True))
        self._prepare_customers(tx, buyers)
        seats: list[Any] = list(map(self._sellers.__getitem__, sellers))
        zones = [seat if seat.__class__ is InvalidInput else seat[1].time_zone for seat in seats]
        customer_ids = {buyer: self._find_customer(buyer) for buyer in set(buyers)}
        return Seats(
            [seat if seat.__class__ is InvalidInput else seat[0].id for seat in seats],
            [seat if seat.__class__ is InvalidInput else seat[1].id for seat in seats],
            self._items.resolve(tx, rows),
            list(map(customer_ids.__getitem__, buyers)),
            list(map(self._moments.__getitem__, zip(rows.moments, zones, strict=True))),
        )

    def _find_customer(self, buyer: Buyer) -> int | None:
        identity = self._identities[buyer]
        return self._customers[identity] if identity else None

    def _find_seller(self, words: tuple[str | None, str | None]) -> tuple[Person, Place]:
        """Who a row counts for and where: the branch it names, else --branch, else where that person works."""
        person = self._find_person(words[0] or self.default_person or NOBODY, "person")
        branch = words[1] or self.default_branch
        if branch is None:
            return person, next(place for place in self._branches.values() if place.id == person.branch_id)
        place = self._branches.get(fold(branch))
        if place is None:
            raise refuse_unknown("branch", "branches", branch)
        return person, place

    def _fix_moment(self, told: tuple[Moment, Any]) -> tuple[datetime, date]:
        """The instant and the business day; InvalidInput where it is ahead."""
        moment, zone = told
        if isinstance(zone, InvalidInput):
            raise zone
        sold_at, day = fix_moment(moment, zone)
        if day > self._todays[zone]:
            raise InvalidInput(f"The date is {day}, which is in the future.", field="date", hint="--date-format")
        return sold_at, day

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
            if self.is_trial:
                self._branches[fold(words)] = Place(next(self._unused_ids), self.viewer.company.time_zone)
            else:
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

    def _prepare_person(self, tx: Connection, named: str | None, branch: str | None) -> None:
        words = named or self.default_person or NOBODY
        is_ours = words == NOBODY or "people" in self.creates
        if self._get_people(words) or not is_ours or words.startswith("@"):
            return
        home = self._branches.get(fold(branch or self.default_branch or ""))
        place = home.id if home else self._first_branch
        if self.is_trial:
            self._people[fold(words)] = [Person(next(self._unused_ids), place)]
        else:
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
        raise refuse_unknown(field_, "people", words)

    def _prepare_customers(self, tx: Connection, buyers: Iterable[Buyer]) -> None:
        """Customers are always made when new, as they are when a sale is told in chat."""
        wanted: dict[str, str] = {}
        for buyer in dict.fromkeys(buyers):
            identity = self._identities[buyer]
            if identity and identity not in self._customers:
                wanted.setdefault(identity, buyer[0] or buyer[1] or "")
        self._match_customers(tx, wanted)
        company_id = self.viewer.company.id
        missing = {key: name for key, name in wanted.items() if key not in self._customers}
        new = [make_customer_row(company_id, key, name) for key, name in sorted(missing.items())]
        if self.is_trial:
            self._count("customers", len(new))
            self._customers |= {identity: next(self._unused_ids) for identity in missing}
        elif new:
            self._count("customers", len(tx.execute(insert_new(tx, customers), new).all()))
            self._match_customers(tx, missing)

    def _match_customers(self, tx: Connection, wanted: Mapping[str, str]) -> None:
        for some in divide(wanted):
            own = customers.c.company_id == self.viewer.company.id, customers.c.identity.in_(some)
            found = tx.execute(select(customers.c.identity, customers.c.id).where(*own))
            self._customers.update((row.identity, row.id) for row in found)

    def _count(self, kind: str, number: int = 1) -> None:
        if number:
            self.created[kind] = self.created.get(kind, 0) + number


def _identify(buyer: Buyer) -> str | None:
    name, code = buyer
    return identify_customer(name or code or "", code) if name or code else None
