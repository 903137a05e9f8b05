"""The company that the benches sell for. One rule: made through core's front doors, with targets set and history."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, act_as_operator, load_viewer
from core.catalog.products import add_product
from core.company import create_company
from core.db import Database
from core.goals.goals import set_goal
from core.migrations import migrate
from core.money import E3, E4
from core.people.accounts import Visitor, link_account
from core.people.keys import create_key
from core.people.members import add_person
from core.periods import month_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale

FIRST_TELEGRAM_ID = 7000
SALE = "/sale 2 SOL-3077 @24.99"
PRODUCTS, DAYS_OF_HISTORY, SALES_A_DAY = 40, 45, 2
PLATFORMS = ("Etsy", "Direct", None)
PLENTY_E3 = 10_000_000 * E3
TARGET_E4 = 10**8 * E4  # never met, so that it is measured at every sale


@dataclass(frozen=True, slots=True)
class Company:
    """Whom one can write as, and the key of the manager, who is the first of them."""

    telegram_ids: tuple[int, ...]
    api_key: str


@contextmanager
def open_company(url: str, people: int) -> Iterator[tuple[Database, Company]]:
    """An empty database at `url`, migrated, with a company of so many people in it."""
    database = Database(url)
    migrate(database)
    with database.begin() as tx:
        company = found_company(tx, people)
    yield database, company
    database.close()


def found_company(tx: Connection, people: int) -> Company:
    """One branch, a catalogue, targets for the branch and everybody in it, and some weeks of sales."""
    company = create_company(tx, "Lumina", currency="SAR", time_zone="Asia/Riyadh", first_branch="Mall")
    operator = act_as_operator(company)
    telegram_ids = tuple(range(FIRST_TELEGRAM_ID, FIRST_TELEGRAM_ID + people))
    numbers = []
    for number, telegram_id in enumerate(telegram_ids):
        role = Role.EMPLOYEE if number else Role.MANAGER
        person = add_person(tx, operator, f"Person {number}", role, handle=f"person{number}")
        link_account(tx, Visitor(telegram_id, person.name), person.id)
        numbers.append(person.id)
    manager = load_viewer(tx, numbers[0])
    products = [
        add_product(
            tx,
            manager,
            sku=f"SOL-{3077 + number}",
            name=f"SolarGlow Light No. {number}",
            price_e4=249_900,
            cost_e4=114_000,
            stock_e3=PLENTY_E3,
        ).id
        for number in range(PRODUCTS)
    ]
    month = month_of(clock.today(company.time_zone))
    for person_id in (None, *numbers):
        set_goal(tx, manager, measure="revenue", target=TARGET_E4, period=month, person_id=person_id)
    _tell_history(tx, numbers, products)
    return Company(telegram_ids, create_key(tx, manager, numbers[0]))


def _tell_history(tx: Connection, people: list[int], products: list[int]) -> None:
    for number, person_id in enumerate(people):
        viewer = load_viewer(tx, person_id)
        for sale in range(DAYS_OF_HISTORY * SALES_A_DAY):
            day = clock.today(viewer.time_zone) - timedelta(days=sale // SALES_A_DAY)
            line = SaleLine(E3, products[(sale + number) % len(products)])
            terms = SaleTerms((line,), day=day, platform=PLATFORMS[sale % len(PLATFORMS)])
            record_sale(tx, viewer, RecordSale("history", f"{person_id}:{sale}", terms))
