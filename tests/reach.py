"""Everybody the contract's part 3 tells apart, and what each sold where. One rule: what is expected is reckoned from
these lists, never asked of the code."""

from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from core import clock
from core.access import Company, Role, Viewer, act_as_operator, load_viewer
from core.catalog.products import add_product
from core.catalog.stocktaking import count_stock
from core.company import add_branch, create_company, list_branches
from core.goals.goals import set_goal
from core.models.sales import lines
from core.money import E3, E4
from core.people.employment import add_branch_membership, transfer_person
from core.people.members import add_person
from core.people.teams import add_to_team, form_team
from core.periods import month_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.intake import take_in
from core.sales.record import record_sale
from core.sales.restating import Incoming

MALL, PIER = "Mall", "Pier"
ZONE = "Asia/Riyadh"
STOCK = {MALL: 70, PIER: 30}


@dataclass(frozen=True)
class Someone:
    """Who asks or is asked about: role, branch of employment now and at first, and those that may be asked for."""

    role: Role
    home: str
    first_home: str
    may_ask: tuple[str, ...]

    @property
    def sees_team(self) -> bool:
        """Whether others' figures are theirs to see."""
        return self.role > Role.EMPLOYEE

    @property
    def sees_everything(self) -> bool:
        """Whether every branch at once is."""
        return self.role is Role.SUPER_ADMIN


def _seat(role: Role, home: str, first_home: str) -> Someone:
    return Someone(role, home, first_home, (MALL, PIER) if role >= Role.ADMIN else (home,))


# Every role, in each way of belonging: to one branch, to the other, to another one since; and a manager of both.
PEOPLE = {f"{role.label}_mall": _seat(role, MALL, MALL) for role in Role}
PEOPLE |= {f"{role.label}_pier": _seat(role, PIER, PIER) for role in Role}
PEOPLE |= {f"{role.label}_moved": _seat(role, PIER, MALL) for role in Role}
PEOPLE["manager_both"] = Someone(Role.MANAGER, MALL, MALL, (MALL, PIER))
NOBODY = "nobody"


@dataclass(frozen=True)
class Deal:
    """Who sold, where they worked then, and for how much: powers of two, so that a sum tells whose are in it."""

    seller: str
    branch: str
    amount: int


DEALS = [Deal(name, one.first_home, 2**index) for index, (name, one) in enumerate(PEOPLE.items())]
MOVED = [name for name, one in PEOPLE.items() if one.home != one.first_home]
DEALS += [Deal(name, PIER, 2 ** (len(PEOPLE) + index)) for index, name in enumerate(MOVED)]


def add_up(branch: str | None = None, seller: str | None = None) -> int:
    """What was sold in a branch (None: in all), by somebody (None: by everybody)."""
    return sum(one.amount for one in DEALS if branch in (None, one.branch) and seller in (None, one.seller))


@dataclass
class World:
    """The company with everybody in it: numbers of people and of their sales."""

    company: Company
    people: dict[str, int] = field(default_factory=dict)
    documents: dict[Deal, int] = field(default_factory=dict)


def build_world(tx: Connection) -> World:
    """Everything sold and brought back once, some people moved since; a target, a team and stock in each branch."""
    company = create_company(tx, "Acme", currency="SAR", time_zone=ZONE, first_branch=MALL)
    operator = act_as_operator(company)
    add_branch(tx, operator, PIER)
    branches = {branch.name: branch.id for branch in list_branches(tx, operator)}
    world = World(company)
    for name, one in PEOPLE.items():
        added = add_person(tx, operator, name, one.role, branches[one.first_home], name)
        world.people[name] = added.id
    add_branch_membership(tx, operator, world.people["manager_both"], branches[PIER])
    for deal in DEALS:
        if deal.branch != PEOPLE[deal.seller].first_home:
            transfer_person(tx, operator, world.people[deal.seller], branches[deal.branch])
        _sell(tx, world, deal)
    _take_back(tx, world, operator, branches)
    team = form_team(tx, operator, "Falcons").id
    for name, number in world.people.items():
        add_to_team(tx, operator, team, number)
        set_goal(
            tx,
            operator,
            measure="revenue",
            target=add_up(seller=name) * E4,
            period=month_of(clock.today(ZONE)),
            person_id=number,
        )
    mall, pier = (load_viewer(tx, world.people[f"manager_{where}"]) for where in ("mall", "pier"))
    lamp = add_product(tx, mall, sku="SOL-1", name="Solar lamp", price_e4=E4, stock_e3=STOCK[MALL] * E3)
    count_stock(tx, pier, lamp.id, STOCK[PIER] * E3)
    return world


def _sell(tx: Connection, world: World, deal: Deal) -> None:
    seller = load_viewer(tx, world.people[deal.seller])
    command = RecordSale("test", str(deal.amount), SaleTerms((SaleLine(E3, total_e4=deal.amount * E4),)))
    world.documents[deal] = record_sale(tx, seller, command).document_id


def _take_back(tx: Connection, world: World, operator: Viewer, branches: dict[str, int]) -> None:
    """Everything was returned as well: that is never taken off."""
    kept = ("id", "document_id", "revision", "position", "recorded_at", "superseded_at")
    blank = {column.name: None if column.nullable else 0 for column in lines.c if column.name not in kept}
    now, told = clock.now(), []
    for deal in DEALS:
        said: dict[str, object] = {"kind": "return", "day": clock.today(ZONE), "sold_at": now, "source": "test"}
        said |= {"row_key": str(deal.amount), "branch_id": branches[deal.branch]}
        said |= {"person_id": world.people[deal.seller], "quantity_e3": E3, "discount_e4": 0}
        said |= {"unit_price_e4": deal.amount * E4, "amount_e4": deal.amount * E4}
        told.append(Incoming("return", f"r{deal.amount}", [blank | said]))
    take_in(tx, operator, "test", told, at=clock.now())
