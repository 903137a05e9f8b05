"""Making the demo company. One rule: every sale goes through record_sale, so that every figure is a real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from sqlalchemy import update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Company, Viewer, act_as_operator, load_viewer
from core.catalog.products import add_product
from core.catalog.stocktaking import receive_stock
from core.company import add_branch, create_company, list_branches
from core.demo.cast import (
    ACTORS,
    COMPANY_NAME,
    CURRENCY,
    FIRST_TELEGRAM_ID,
    GROUP_CHAT_ID,
    GROUP_TITLE,
    MANAGER,
    TEAMS,
    TIME_ZONE,
)
from core.demo.catalogue import BRANCHES, ITEMS, JEDDAH, RIYADH
from core.demo.history import tell_history
from core.demo.morning import tell_morning
from core.demo.story import Fate, Telling
from core.demo.targets import Target, list_targets
from core.goals.goals import set_goal
from core.models.outbox import outbox
from core.money import E3
from core.people.accounts import Visitor, link_account
from core.people.employment import add_branch_membership
from core.people.keys import create_key
from core.people.members import add_person
from core.people.teams import add_to_team, form_team
from core.sales.commands import RecordSale, SaleTerms
from core.sales.corrections import amend_sale, void_sale
from core.sales.record import record_sale

SOURCE = "demo"
SUGGESTIONS = ("sold 3 griparm for 345 to Hala Mansour", "sold 2 kettles on etsy", "/leaderboard")
GROUP_SUGGESTIONS = ("/sale 2 SOL-3077 -10% etsy #SUMMER", "/leaderboard today", "/goal")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody one can be: `role` as written ("assistant manager"), `telegram_id` of the invented account."""

    handle: str
    name: str
    role: str
    branch: str
    telegram_id: int


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made. `people`: the first is the one to be first, and for whom `suggestions` are meant.

    `api_key` acts as the manager and is known here only.
    """

    company: Company
    people: tuple[DemoPerson, ...]
    group_chat_id: int
    group_title: str
    suggestions: tuple[str, ...]
    group_suggestions: tuple[str, ...]
    api_key: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """The company, made, with nothing sold yet."""

    company: Company
    operator: Viewer
    branches: Mapping[str, int]
    viewers: Mapping[str, Viewer]


def build_demo(tx: Connection, today: date | None = None) -> Demo:
    """A company with people, products, goals and some weeks of sales up to this morning (None: the day it is now).

    The same day gives the same figures. Raises Conflict when the database has a company of that name already.
    """
    day = today or clock.today(TIME_ZONE)
    tellings = tell_story(day)
    stage = _set_stage(tx)
    products = _stock_up(tx, stage, tellings)
    for target in list_targets(tellings, day):
        _set_target(tx, stage, target, products)
    for number, telling in enumerate(tellings, 1):
        _play(tx, stage, telling, str(number), products)
    _silence(tx, stage.company)
    people = tuple(
        DemoPerson(actor.handle, actor.name, actor.role.label.replace("_", " "), actor.branch, number)
        for number, actor in enumerate(ACTORS, FIRST_TELEGRAM_ID)
    )
    manager = stage.viewers[MANAGER]
    key = create_key(tx, manager, manager.person_id or 0, label="Demo")
    return Demo(stage.company, people, GROUP_CHAT_ID, GROUP_TITLE, SUGGESTIONS, GROUP_SUGGESTIONS, key)


def tell_story(today: date) -> list[Telling]:
    """Everything that is to be sold, in order of time: the same for the same day, wherever it is told."""
    past = tell_history(today, Random(f"lumina {today.isoformat()}"))
    return [*past, *tell_morning(today, past)]


def _set_stage(tx: Connection) -> _Stage:
    company = create_company(tx, COMPANY_NAME, currency=CURRENCY, time_zone=TIME_ZONE, first_branch=RIYADH)
    operator = act_as_operator(company)
    add_branch(tx, operator, JEDDAH)
    branches = {branch.name: branch.id for branch in list_branches(tx, operator)}
    numbers = {}
    for telegram_id, actor in enumerate(ACTORS, FIRST_TELEGRAM_ID):
        person = add_person(tx, operator, actor.name, actor.role, branches[actor.branch], handle=actor.handle)
        link_account(tx, Visitor(telegram_id, actor.name), person.id)
        numbers[actor.handle] = person.id
    add_branch_membership(tx, operator, numbers[MANAGER], branches[JEDDAH])
    for name, handles in TEAMS.items():
        team = form_team(tx, operator, name)
        for handle in handles:
            add_to_team(tx, operator, team.id, numbers[handle])
    viewers = {handle: load_viewer(tx, number) for handle, number in numbers.items()}
    return _Stage(company, operator, branches, viewers)


def _stock_up(tx: Connection, stage: _Stage, tellings: Sequence[Telling]) -> dict[str, int]:
    """The number of every product by its code; each branch gets what it will sell and what is to be left."""
    numbers = {}
    for item in ITEMS:
        product = add_product(
            tx,
            stage.operator,
            sku=item.sku,
            name=item.name,
            category=item.category,
            price_e4=item.price_e4,
            cost_e4=item.cost_e4,
            reorder_point_e3=item.reorder_point * E3 if item.reorder_point else None,
        )
        numbers[item.sku] = product.id
        for branch in BRANCHES if item.left else ():
            sold = sum(telling.count_units(item.sku) for telling in tellings if telling.branch == branch)
            quantity_e3 = (sold + item.left_in(branch)) * E3
            receive_stock(tx, stage.operator, product.id, quantity_e3, stage.branches[branch])
    return numbers


def _set_target(tx: Connection, stage: _Stage, target: Target, products: Mapping[str, int]) -> None:
    person = stage.viewers[target.handle] if target.handle else None
    set_goal(
        tx,
        stage.viewers[target.set_by],
        measure=target.measure,
        target=target.target,
        period=target.period,
        person_id=person.person_id if person else None,
        product_id=products[target.sku] if target.sku else None,
    )


def _play(tx: Connection, stage: _Stage, telling: Telling, external_id: str, products: Mapping[str, int]) -> None:
    viewer = stage.viewers[telling.told_by or telling.handle]
    is_corrected = telling.fate is Fate.CORRECTED
    terms = _say(stage, telling, products, first_told=is_corrected)
    document_id = record_sale(tx, viewer, RecordSale(SOURCE, external_id, terms)).document_id
    if is_corrected:
        amend_sale(tx, viewer, document_id, _say(stage, telling, products))
    if telling.fate is Fate.UNDONE:
        void_sale(tx, viewer, document_id, reason=telling.reason)


def _say(stage: _Stage, telling: Telling, products: Mapping[str, int], *, first_told: bool = False) -> SaleTerms:
    """The sale as told. Whoever looks before the shop opens finds this morning's sales made just now."""
    at = min(telling.at.replace(tzinfo=clock.find_zone(TIME_ZONE)), clock.now())
    return SaleTerms(
        lines=tuple(
            piece.say(products[piece.sku] if piece.sku else None, first_told=first_told) for piece in telling.pieces
        ),
        discount=telling.discount,
        platform=telling.platform,
        coupon=telling.coupon,
        customer=telling.customer,
        sold_at=at,
        person_id=stage.viewers[telling.handle].person_id,
        note=telling.note,
    )


def _silence(tx: Connection, company: Company) -> None:
    """Nobody is told today of a goal that was met while the past was played."""
    unsent = outbox.c.company_id == company.id, outbox.c.delivered_at.is_(None)
    tx.execute(update(outbox).where(*unsent).values(delivered_at=clock.now()))
