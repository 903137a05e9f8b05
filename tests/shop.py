"""A small shop that tests share. One rule: Alice owns, Bob is her team-mate, Charlie must see nothing of theirs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.engine import Connection

from core.access import Company, Role, Viewer, act_as_operator, load_viewer
from core.catalog.products import Product, add_product
from core.company import add_branch, create_company
from core.goals.goals import set_goal
from core.models.sales import lines
from core.money import E3, E4
from core.people.accounts import Visitor, link_account
from core.people.guests import welcome_guest
from core.people.members import add_person, find_person
from core.periods import month_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.intake import take_in
from core.sales.receipt import Receipt
from core.sales.record import record_sale
from core.sales.restating import Incoming

TELEGRAM_IDS = {"alice": 1001, "bob": 1002, "charlie": 1003, "dana": 1004, "sam": 1005}
STRANGER_ID = 1999


@dataclass
class Shop:
    """Two branches: Alice (manager), Bob and Dana (assistant manager) in Mall; Charlie in Corniche; Sam over all."""

    company: Company
    mall_id: int
    corniche_id: int
    alice: Viewer
    bob: Viewer
    dana: Viewer
    charlie: Viewer
    sam: Viewer
    operator: Viewer
    lights: Product  # SOL-3077, 24.99, cost 11.40, 100 in stock at the Mall, reorder point 20
    dumbbells: Product  # GAM-2211, 119.99, no stock kept
    sold: int = 0

    def sell(
        self, tx: Connection, viewer: Viewer, quantity: int = 1, product: Product | None = None, **terms: object
    ) -> Receipt:
        """A sale by core's front door; every one is another."""
        self.sold += 1
        line = SaleLine(quantity * E3, (product or self.lights).id)
        command = RecordSale("test", str(self.sold), SaleTerms((line,), **terms))  # type: ignore[arg-type]
        return record_sale(tx, viewer, command)

    def take_back(self, tx: Connection, viewer: Viewer, kind: str, amount_e4: int, day: date) -> None:
        """A return or exchange of dumbbells that the viewer had sold, as an import tells of it."""
        name, at = f"{kind}-{viewer.handle}-{day}", datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        said: dict[str, object] = {"kind": kind, "day": day, "sold_at": at, "row_key": name, "source": "test"}
        said |= {"product_id": self.dumbbells.id}
        said |= {"branch_id": viewer.branch_id, "person_id": viewer.person_id, "quantity_e3": E3, "discount_e4": 0}
        said |= {"unit_price_e4": amount_e4, "amount_e4": amount_e4}
        kept = ("id", "document_id", "revision", "position", "recorded_at", "superseded_at")
        blank = {column.name: None if column.nullable else 0 for column in lines.c if column.name not in kept}
        take_in(tx, viewer, "test", [Incoming(kind, name, [blank | said])], at=at)


def open_shop(tx: Connection, currency: str = "SAR") -> Shop:
    """Make the shop."""
    company = create_company(tx, "Lumina", currency=currency, time_zone="Asia/Riyadh", first_branch="Mall")
    operator = act_as_operator(company)
    corniche = add_branch(tx, operator, "Corniche")
    mall_id = corniche.id - 1
    seats = {
        "alice": (Role.MANAGER, mall_id),
        "bob": (Role.EMPLOYEE, mall_id),
        "dana": (Role.ASSISTANT_MANAGER, mall_id),
        "charlie": (Role.EMPLOYEE, corniche.id),
        "sam": (Role.SUPER_ADMIN, mall_id),
    }
    viewers = {}
    for name, (role, branch_id) in seats.items():
        person = add_person(tx, operator, name.capitalize(), role, branch_id, handle=name)
        link_account(tx, Visitor(TELEGRAM_IDS[name], name.capitalize()), person.id)
        viewers[name] = load_viewer(tx, person.id)
    for name, branch_id in (("charlie", mall_id), ("bob", corniche.id)):
        welcome_guest(tx, operator, find_person(tx, operator, f"@{name}"), branch_id)
    lights = add_product(
        tx,
        viewers["alice"],
        sku="SOL-3077",
        name="SolarGlow Outdoor Lights",
        price_e4=249_900,
        cost_e4=114_000,
        category="Lighting",
        stock_e3=100 * E3,
        reorder_point_e3=20 * E3,
    )
    dumbbells = add_product(
        tx, viewers["alice"], sku="GAM-2211", name="GripArm Pro Dumbbell Set", price_e4=1_199_900, category="Fitness"
    )
    return Shop(company, mall_id, corniche.id, **viewers, operator=operator, lights=lights, dumbbells=dumbbells)


def set_target(tx: Connection, shop: Shop, amount: int, day: date, *, person: Viewer | None = None) -> None:
    """The month's target of a person, or of the Mall."""
    person_id = person.person_id if person else None
    set_goal(tx, shop.alice, measure="revenue", target=amount * E4, period=month_of(day), person_id=person_id)
