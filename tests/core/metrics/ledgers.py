"""Random ledgers, random questions. One rule: an event is plain values, so that the same ledger can be made twice."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Role, Viewer, act_as_operator, find_viewer, load_viewer
from core.catalog.customers import find_or_add_customer
from core.catalog.products import add_product
from core.company import add_branch, create_company, list_branches
from core.errors import Conflict
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import MEASURES
from core.metrics.question import Question
from core.models.company import custom_fields
from core.models.sales import lines
from core.money import E3
from core.people.employment import transfer_person
from core.people.guests import welcome_guest
from core.people.members import add_person, get_person
from core.people.teams import add_to_team, form_team
from core.periods import END_OF_DAYS, FIRST_DAY, Period
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, restore_sale, void_sale
from core.sales.intake import take_in
from core.sales.pricing import PercentOff
from core.sales.record import record_sale
from core.sales.restating import Incoming

BRANCHES = ("Mall", "Pier")
# Two people of one name; everybody's first branch.
PEOPLE = {
    "ann": ("Ann", Role.MANAGER, "Mall"),
    "ben": ("Ben", Role.EMPLOYEE, "Mall"),
    "cara": ("Cara", Role.ASSISTANT_MANAGER, "Pier"),
    "ann2": ("Ann", Role.EMPLOYEE, "Pier"),
    "sam": ("Sam", Role.SUPER_ADMIN, "Mall"),
}
TEAMS = {"Falcons": ("ann", "ben", "ann2"), "Hawks": ("ben",)}
# Code: name, category, cost (e4). Two of one name, two of one category, one that cost nobody knows what.
PRODUCTS = {
    "L-1": ("Lamp", "Lighting", 30_000),
    "L-2": ("Lamp", "Lighting", 90_000),
    "T-1": ("Torch", "lighting", None),
    "M-1": ("Mat", None, 10_000),
}
CUSTOMERS = (None, "Jane Roe", "JANE ROE", "Wei", "José")
PLATFORMS = (None, "Etsy", "etsy", "Café", "CAFÉ")
COUNTRIES = (None, "India", "Saudi Arabia")
ATTRIBUTES = (None, {"ship_mode": "air"}, {"ship_mode": "sea", "tier": "1"})
DAYS = [date(2025, 12, 25), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 30)]
DAYS += [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 4, 3), date(2024, 2, 29)]


@dataclass(frozen=True)
class Item:
    """A line: product, pieces, what one costs, and what is taken off."""

    sku: str | None
    quantity: int
    price_e4: int
    percent: int = 0


@dataclass(frozen=True)
class Sold:
    """A sale, or guest coverage of the other branch."""

    seller: str
    day: date
    items: tuple[Item, ...]
    customer: str | None = None
    platform: str | None = None
    coupon: str | None = None
    is_guest: bool = False


@dataclass(frozen=True)
class Told:
    """A line of a document that an import tells of: each may be of another day, branch and person."""

    kind: str
    day: date
    seller: str
    branch: str
    item: Item
    customer: str | None
    country: str | None
    platform: str | None
    coupon: str | None
    attributes: dict[str, str] | None = field(hash=False, default=None)


@dataclass(frozen=True)
class Imported:
    """A document of several such lines."""

    lines: tuple[Told, ...]


@dataclass(frozen=True)
class Changed:
    """One of the sales so far, by its place, is undone, brought back or corrected."""

    act: str
    place: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Moved:
    """Somebody works in another branch from now on."""

    person: str
    branch: str


Event = Sold | Imported | Changed | Moved

_days = st.sampled_from(DAYS)
_items = st.builds(
    Item,
    st.sampled_from([None, *PRODUCTS]),
    st.integers(1, 3),
    st.sampled_from([10_000, 12_500, 99_900]),
    st.sampled_from([0, 0, 10, 33]),
)
_several = st.lists(_items, min_size=1, max_size=3).map(tuple)
_people, _branches = st.sampled_from(sorted(PEOPLE)), st.sampled_from(BRANCHES)
_sold = st.builds(
    Sold,
    _people,
    _days,
    _several,
    st.sampled_from(CUSTOMERS),
    st.sampled_from(PLATFORMS),
    st.sampled_from([None, "SUMMER"]),
    st.booleans(),
)


# In what the lines of one document may differ, apart from their items: nothing, everything, or what a company is marked
# for by itself.
_ALL = ("day", "branch", "seller", "platform", "coupon")
_FREE = [(), ("seller",), ("platform", "coupon"), ("day",), ("branch",), ("seller", "platform"), _ALL]


@st.composite
def _imported(draw: st.DrawFn, free: tuple[str, ...]) -> Imported:
    kind = draw(st.sampled_from(["sale", "sale", "return", "exchange"]))
    told = st.builds(
        Told,
        st.just(kind),
        _days,
        _people,
        _branches,
        _items,
        st.sampled_from(CUSTOMERS),
        st.sampled_from(COUNTRIES),
        st.sampled_from(PLATFORMS),
        st.sampled_from([None, "SUMMER", "B"]),
        st.sampled_from(ATTRIBUTES),
    )
    first, *others = draw(st.lists(told, min_size=1, max_size=3))
    alike = {name: getattr(first, name) for name in _ALL if name not in free}
    return Imported((first, *(replace(one, **alike) for one in others)))


_changed = st.builds(Changed, st.sampled_from(["void", "restore", "amend"]), st.integers(0, 30), _several)


@st.composite
def _draw_events(draw: st.DrawFn) -> list[Event]:
    imported = _imported(draw(st.sampled_from(_FREE)))
    each = st.one_of(_sold, _sold, imported, imported, _changed, st.builds(Moved, _people, _branches))
    return draw(st.lists(each, min_size=10, max_size=24))


events = _draw_events()


@dataclass
class Ledger:
    """A company with a ledger: who asks, and each instant after an event."""

    operator: Viewer
    instants: list[datetime] = field(default_factory=list)
    branches: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    products: dict[str | None, int | None] = field(default_factory=dict)
    documents: list[int] = field(default_factory=list)

    def seat(self, tx: Connection, name: str) -> Viewer:
        """The viewer of that name, as of now; "operator" for the command line."""
        company = act_as_operator(find_viewer(tx, "sam", self.operator.company.handle).company)
        return company if name == "operator" else load_viewer(tx, self.people[name])


def open_ledger(tx: Connection) -> Ledger:
    """A company in which nothing was sold yet."""
    company = create_company(tx, "Random", currency="SAR", time_zone="Asia/Riyadh", first_branch=BRANCHES[0])
    operator = act_as_operator(company)
    add_branch(tx, operator, BRANCHES[1])
    ledger = Ledger(operator, branches={branch.name: branch.id for branch in list_branches(tx, operator)})
    for handle, (name, role, branch) in PEOPLE.items():
        ledger.people[handle] = add_person(tx, operator, name, role, ledger.branches[branch], handle).id
    for name, members in TEAMS.items():
        team = form_team(tx, operator, name).id
        for handle in members:
            add_to_team(tx, operator, team, ledger.people[handle])
    ledger.products[None] = None
    for sku, (name, category, cost_e4) in PRODUCTS.items():
        made = add_product(tx, operator, sku=sku, name=name, category=category, price_e4=20_000, cost_e4=cost_e4)
        ledger.products[sku] = made.id
    fields = [
        {"company_id": company.id, "name": name, "label": name.replace("_", " ")} for name in ("ship_mode", "tier")
    ]
    tx.execute(insert(custom_fields), fields)
    return ledger


def happen(tx: Connection, ledger: Ledger, event: Event) -> None:
    """Let an event happen; one that cannot (what is undone is corrected, a branch is one's own) does not."""
    match event:
        case Sold():
            _sell(tx, ledger, event)
        case Imported():
            _import(tx, ledger, event)
        case Changed():
            _change(tx, ledger, event)
        case Moved():
            transfer_person(tx, ledger.operator, ledger.people[event.person], ledger.branches[event.branch])
    ledger.instants.append(clock.now())


def _read_items(ledger: Ledger, items: tuple[Item, ...]) -> tuple[SaleLine, ...]:
    return tuple(
        SaleLine(
            one.quantity * E3,
            ledger.products[one.sku],
            unit_price_e4=one.price_e4,
            discount=PercentOff(one.percent * 100) if one.percent else None,
        )
        for one in items
    )


def _sell(tx: Connection, ledger: Ledger, event: Sold) -> None:
    seller = load_viewer(tx, ledger.people[event.seller])
    other = next(number for number in ledger.branches.values() if number != seller.branch_id)
    terms = SaleTerms(
        _read_items(ledger, event.items),
        customer=event.customer,
        platform=event.platform,
        coupon=event.coupon,
        day=event.day,
        guest_at=other if event.is_guest else None,
    )
    if event.is_guest:
        operator = act_as_operator(seller.company)
        welcome_guest(tx, operator, get_person(tx, operator, ledger.people[event.seller]), other)
    receipt = record_sale(tx, seller, RecordSale("random", str(len(ledger.instants)), terms))
    ledger.documents.append(receipt.document_id)


def _import(tx: Connection, ledger: Ledger, event: Imported) -> None:
    kept = ("id", "document_id", "revision", "position", "recorded_at", "superseded_at")
    blank: dict[str, Any] = {
        column.name: None if column.nullable else 0 for column in lines.c if column.name not in kept
    }
    rows, name = [], str(len(ledger.instants))
    for place, told in enumerate(event.lines):
        product, pieces = ledger.products[told.item.sku], told.item.quantity
        cost_e4 = PRODUCTS[told.item.sku][2] if told.item.sku else None
        rows.append(
            blank
            | {
                "kind": told.kind,
                "source": "file",
                "row_key": f"{name}.{place}",
                "sold_at": datetime(told.day.year, told.day.month, told.day.day, 9, tzinfo=UTC),
                "day": told.day,
                "branch_id": ledger.branches[told.branch],
                "person_id": ledger.people[told.seller],
                "product_id": product,
                "customer_id": _find_customer(tx, ledger, told.customer),
                "country": told.country,
                "platform": told.platform,
                "coupon": told.coupon,
                "attributes": told.attributes,
                "quantity_e3": pieces * E3,
                "unit_price_e4": told.item.price_e4,
                "amount_e4": pieces * told.item.price_e4,
                "cost_e4": None if cost_e4 is None else cost_e4 * pieces,
            }
        )
    incoming = Incoming(event.lines[0].kind, name, rows)
    take_in(tx, ledger.operator, "file", [incoming], at=clock.now())


def _find_customer(tx: Connection, ledger: Ledger, name: str | None) -> int | None:
    return None if name is None else find_or_add_customer(tx, ledger.operator.company.id, name).id


def _change(tx: Connection, ledger: Ledger, event: Changed) -> None:
    if not ledger.documents:
        return
    number = ledger.documents[event.place % len(ledger.documents)]
    try:
        if event.act == "void":
            void_sale(tx, ledger.operator, number)
        elif event.act == "restore":
            restore_sale(tx, ledger.operator, number)
        else:
            amend_sale(tx, ledger.operator, number, SaleTerms(_read_items(ledger, event.items)))
    except Conflict:
        pass  # it is undone


# ---- questions ------------------------------------------------------------------------------------------------------

PERIODS = [
    Period(FIRST_DAY, END_OF_DAYS),
    Period(date(2026, 1, 1), date(2026, 2, 1)),
    Period(date(2025, 12, 31), date(2026, 2, 2)),
    Period(date(2025, 1, 1), date(2027, 1, 1)),
    Period(date(2026, 1, 30), date(2026, 2, 1)),
    Period(date(2024, 2, 10), date(2026, 4, 4)),
]
# Filters, some by a value that nobody ever used.
FILTERS = [
    ("person", "@ann"),
    ("person", "Ann"),
    ("person", "ben"),
    ("team", "falcons"),
    ("branch", "pier"),
    ("product", "lamp"),
    ("sku", "t-1"),
    ("category", "LIGHTING"),
    ("customer", "jane roe"),
    ("customer", "JOSÉ"),
    ("platform", "etsy"),
    ("platform", "café"),
    ("country", "india"),
    ("coupon", "summer"),
    ("ship_mode", "AIR"),
    ("tier", "1"),
    ("month", "2026-01"),
    ("day", "2026-01-31"),
    ("quarter", "2025-Q4"),
    ("financial_year", "2025"),
    ("person", "zoe"),
    ("country", "Atlantis"),
    ("ship_mode", "rail"),
]
SPLITS = [*DIMENSIONS, "ship_mode", "tier"]
# Everything by everything, of all there is: asked of every ledger.
SWEEP = [("operator", Question(tuple(MEASURES), PERIODS[0], by=(name,))) for name in SPLITS]
_some_measures = st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, max_size=4, unique=True).map(tuple)
_splits = st.lists(st.sampled_from(SPLITS), min_size=1, max_size=3, unique=True).map(tuple)
_filters = st.lists(st.sampled_from(FILTERS), min_size=1, max_size=2).map(tuple)
viewers = st.sampled_from(["operator", "sam", "operator", *PEOPLE])
questions = st.builds(
    Question,
    _some_measures,
    st.sampled_from(PERIODS),
    by=st.one_of(_splits, _splits, st.just(())),
    where=st.one_of(st.just(()), st.just(()), _filters),
    branch=st.sampled_from([None, None, None, None, None, "all", "all", "mall", "Pier", "Moon"]),
    reach=st.sampled_from([Reach.TEAM, Reach.TEAM, Reach.MY]),
    limit=st.sampled_from([None, None, 1, 3]),
)
