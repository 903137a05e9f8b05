"""Who and what an invented company consists of. One rule: made before the first sale, in one transaction."""

from dataclasses import dataclass
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Company, Role, act_as_operator
from core.catalog.customers import make_customer_row
from core.catalog.filings import file_all
from core.company import add_branch, create_company, list_branches
from core.generation.size import Size
from core.models.catalog import customers, products
from core.money import E3, E4
from core.people.accounts import Visitor, link_account
from core.people.members import add_person

CURRENCY, TIME_ZONE = "SAR", "Asia/Riyadh"
CITIES = (
    "Riyadh", "Jeddah", "Dammam", "Mecca", "Medina", "Taif", "Tabuk", "Abha", "Hail", "Jubail",
    "Yanbu", "Khobar", "Najran", "Jazan", "Buraidah", "Unaizah", "Arar", "Sakaka", "Qatif", "Hofuf",
)  # fmt: skip
REGIONS = ("Central", "West", "East", "North", "South")
FIRST_NAMES = (
    "Abdullah", "Aisha", "Anjali", "Badr", "Chloe", "Daniel", "Dina", "Elena", "Fatimah", "Faisal", "Ghada", "Grace",
    "Hala", "Huda", "Imran", "James", "Kavita", "Khalid", "Lina", "Maria", "Mei", "Nasser", "Noura", "Omar", "Peter",
    "Priya", "Reem", "Rosa", "Salma", "Sultan", "Tariq", "Yousef",
)  # fmt: skip
FAMILY_NAMES = (
    "Al-Ghamdi", "Al-Harbi", "Al-Mutairi", "Al-Otaibi", "Al-Qahtani", "Al-Shehri", "Al-Zahrani", "Bakr", "Chaudhry",
    "Farouk", "Fischer", "Haddad", "Idris", "Jimenez", "Khoury", "Martin", "Menon", "Mensah", "Nair", "Novak",
    "Okafor", "Petrova", "Porter", "Rao", "Santos", "Siddiqui", "Tan", "Weiss",
)  # fmt: skip
KINDS = (
    ("Lighting", "Lamp"), ("Lighting", "Lantern"), ("Kitchen", "Kettle"), ("Kitchen", "Pan"), ("Kitchen", "Mug"),
    ("Garden", "Planter"), ("Garden", "Chair"), ("Textiles", "Cushion"), ("Textiles", "Rug"), ("Fitness", "Dumbbell"),
    ("Fitness", "Mat"), ("Bath", "Towel"), ("Office", "Desk"), ("Office", "Shelf"), ("Decor", "Vase"),
    ("Decor", "Mirror"),
)  # fmt: skip
STYLES = ("Amber", "Cedar", "Coral", "Dune", "Frost", "Ivory", "Jasmine", "Linen", "Opal", "Sage", "Slate", "Terra")
TRACKED_EVERY, REORDER_POINT_E3 = 2, 24 * E3  # of how many products one has its stock kept, and when it is ordered
FIRST_CHAT = 2**52  # Telegram's own numbers are smaller: no generated notice can reach anybody


@dataclass(frozen=True, slots=True)
class Article:
    """A product as it is sold: its number, price and cost in e4, its code and name, and whether its stock is kept."""

    id: int
    price_e4: int
    cost_e4: int | None
    sku: str
    name: str
    tracks_stock: bool
    filing_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """A branch, who sells there, the manager first, and which customers call it theirs."""

    id: int
    name: str
    region: str
    people: tuple[int, ...]
    customers: tuple[int, ...]

    @property
    def manager_id(self) -> int:
        """Who manages it."""
        return self.people[0]

    @property
    def group_chat(self) -> int:
        """The branch's group, as Telegram numbers groups."""
        return -find_chat(self.id)


@dataclass(frozen=True, slots=True)
class Cast:
    """All of it, ready to sell. The busiest places, best sellers and keenest buyers come first."""

    company: Company
    places: tuple[Place, ...]
    articles: tuple[Article, ...]


def find_chat(person_id: int) -> int:
    """The private chat of a person; unique in the whole database, as the person's number is."""
    return FIRST_CHAT + person_id


def assemble_cast(tx: Connection, name: str, size: Size) -> Cast:
    """Make the company. Raises Conflict when there is one of that name."""
    rng = Random(f"cast {size.seed}")
    company = create_company(tx, name, currency=CURRENCY, time_zone=TIME_ZONE, first_branch=_name_branch(0))
    operator = act_as_operator(company)
    for number in range(1, size.branches):
        add_branch(tx, operator, _name_branch(number))
    names = {branch.id: branch.name for branch in list_branches(tx, operator)}
    branch_ids = sorted(names)
    people: dict[int, list[int]] = {branch_id: [] for branch_id in branch_ids}
    for number in range(size.people):
        branch_id = branch_ids[number % size.branches]
        role = Role.EMPLOYEE if people[branch_id] else Role.MANAGER
        person = add_person(tx, operator, _name_somebody(rng), role, branch_id)
        link_account(tx, Visitor(find_chat(person.id), person.name), person.id)
        people[branch_id].append(person.id)
    buyers = _add_customers(tx, company.id, rng, size.customers)
    places = tuple(
        Place(
            branch_id,
            names[branch_id],
            REGIONS[number % 5],
            tuple(people[branch_id]),
            tuple(buyers[number :: size.branches]),
        )
        for number, branch_id in enumerate(branch_ids)
    )
    return Cast(company, places, _add_products(tx, company.id, rng, size.products))


def _name_branch(number: int) -> str:
    return f"{CITIES[number % len(CITIES)]} {'Mall' if number < len(CITIES) else number}"


def _name_somebody(rng: Random) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(FAMILY_NAMES)}"


def _add_customers(tx: Connection, company_id: int, rng: Random, count: int) -> list[int]:
    rows = [make_customer_row(company_id, f"id:C-{number:06}", _name_somebody(rng)) for number in range(1, count + 1)]
    tx.execute(insert(customers), rows)
    return list(tx.execute(select(customers.c.id).where(customers.c.company_id == company_id).order_by("id")).scalars())


def _add_products(tx: Connection, company_id: int, rng: Random, count: int) -> tuple[Article, ...]:
    rows = []
    for number in range(count):
        category, noun = KINDS[number % len(KINDS)]
        price_e4 = rng.randrange(100, 12_000) * 5 * (E4 // 100)  # 5 to 600, in steps of five hundredths
        known, is_tracked = rng.random() < 0.95, number % TRACKED_EVERY == 0
        rows.append(
            {
                "company_id": company_id,
                "sku": f"{noun[:3].upper()}-{1000 + number}",
                "name": f"{STYLES[number // len(KINDS) % len(STYLES)]} {noun} {number + 1}",
                "category": category,
                "price_e4": price_e4,
                "cost_e4": price_e4 * rng.randrange(40, 75) // 100 if known else None,
                "tracks_stock": is_tracked,
                "reorder_point_e3": REORDER_POINT_E3 if is_tracked else None,
                "is_active": True,
                "created_at": clock.now(),
            }
        )
    tx.execute(insert(products), rows)
    file_all(tx, company_id)
    own = products.c.company_id == company_id
    columns = (products.c[name] for name in ("id", "price_e4", "cost_e4", "sku", "name", "tracks_stock", "filing_id"))
    return tuple(Article(*row) for row in tx.execute(select(*columns).where(own).order_by(products.c.id)))
