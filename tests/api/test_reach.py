"""The contract's part 3 over HTTP, multiplied out: role × membership × route × branch and person asked for.

What is expected is reckoned from tests.reach. A route that is in no table here fails the first test.
"""

import csv
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_api
from api.routes import TABLES
from core import clock
from core.access import Role, act_as_operator
from core.db import Database
from core.exports import EXPORTS
from core.people.keys import create_key
from tests.reach import DEALS, MALL, MOVED, NOBODY, PEOPLE, PIER, STOCK, ZONE, Someone, World, add_up, build_world

ASKED = (None, MALL, PIER, "all", "Moon")
# Whom is asked about: oneself besides.
TARGETS = ("employee_mall", "assistant_manager_pier", "manager_both", "employee_moved", "super_admin_moved", NOBODY)
Told = Decimal | int | tuple[int, str | None]  # an amount, or the status and the field of a refusal


@dataclass(frozen=True)
class Route:
    """A way to ask: whose sales it is about, where the figure stands, and the parameter that names a person.

    "team": everybody's whom one sees; "my": one's own; "own": one's own of one branch; "page": as the "my" pages have
    it.
    """

    path: str
    view: str
    figure: Callable[[Any], Any]
    params: dict[str, str] = field(default_factory=dict)
    person: str | None = None  # "{target}" stands for the handle


def at(*names: str) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        for name in names:
            data = data[name]
        return data

    return read


def add_each(*names: str) -> Callable[[Any], Any]:
    return lambda data: sum(row[names[-1]] for row in at(*names[:-1])(data))


def find_card(data: Any) -> Any:
    return next(card["value"] for card in data["cards"] if card["name"] == "total_revenue")


BY_PERSON, MONTH, MY = "where=person=@{target}", {"period": "month"}, {"view": "my"}
REVENUE, ALL_LINES = {"measures": "revenue"}, {"measure": "revenue", "limit": "200"}
ROUTES = [
    Route("/api/metrics/dashboard", "team", at("currentMonthActual")),
    Route("/api/metrics/dashboard", "team", add_each("teamTable", "actual")),
    Route("/api/metrics/dashboard", "team", add_each("salesBreakdown", "actual")),
    Route("/api/dashboard", "team", at("currentMonthActual")),
    Route("/api/metrics/query", "team", at("totals", "revenue"), REVENUE | MONTH, BY_PERSON),
    Route("/api/metrics/query", "my", at("totals", "revenue"), REVENUE | MONTH | MY, BY_PERSON),
    Route("/api/metrics/cards", "team", find_card, MONTH, BY_PERSON),
    Route("/api/metrics/cards", "my", find_card, MONTH | MY),
    Route("/api/metrics/charts/{name}", "team", at("total"), MONTH, BY_PERSON),
    Route("/api/metrics/charts/{name}", "my", at("total"), MONTH | MY),
    Route("/api/metrics/lines", "team", at("value"), ALL_LINES, BY_PERSON),
    Route("/api/metrics/lines", "team", at("amount"), {"card": "total_revenue"}),
    Route("/api/metrics/lines", "my", at("value"), ALL_LINES | MY),
    Route("/api/metrics/my-target", "own", at("mtdSales")),
    Route("/api/me/targets", "own", at("mtdSales")),
    Route("/api/metrics/sales-my", "page", at("netSalesTotal")),
    Route("/api/metrics/sales-my", "page", add_each("breakdownByEmployee", "netSales")),
    Route("/api/me/sales", "page", at("netSalesTotal")),
    Route("/api/sales/summary", "page", at("netSalesTotal")),
    Route("/api/metrics/sales-my", "team", at("netSalesTotal"), {"view": "team"}),
    Route("/api/metrics/sales-my", "own", at("netSalesTotal"), MY),
    Route("/api/metrics/returns", "page", add_each("items", "amount"), {"limit": "200"}),
    Route("/api/metrics/returns", "team", add_each("items", "amount"), {"view": "team", "limit": "200"}),
    Route("/api/sales", "team", add_each("total_revenue"), {"limit": "200"}, "person=@{target}"),
    Route("/api/sales/analytics", "team", at("total_revenue"), {}, "person=@{target}"),
    Route("/api/sales/analytics", "team", add_each("by_product", "revenue")),
    Route("/api/sales/analytics", "team", lambda data: sum(one["revenue"] for one in data["by_platform"].values())),
    Route("/api/sales-entry", "team", add_each("totalRevenue"), {"limit": "200"}, "person=@{target}"),
    Route("/api/performance/metrics", "team", at("summary", "revenue"), {}, "person=@{target}"),
    Route("/api/performance/metrics", "team", add_each("categories", "revenue")),
    Route("/api/months/{month}", "team", at("reported", "revenue")),
]
OF_ONE_SALE = ("/api/sales/{id}", "/api/sales/{id}/history")
AS_FILE = "/api/exports/{name}.{format}"
GOALS, STOCK_LIST = "/api/goals/status", "/api/stock"
# Routes that read nothing of a branch or a person, and why; all others change something.
TELL_NOTHING = {
    "/api/metrics/cards/choices": "one's own choices",
    "/api/products": "what is sold in the whole company",
    "/api/products/{id}": "likewise; what was sold of it is asked for as analytics are",
    "/api/products/{id}/variants": "likewise",
    "/api/variants/{id}": "likewise",
    "/api/categories": "likewise",
    "/api/months": "how far the company's months are closed",
    "/api/rates": "what currencies are worth",
    "/api/keys": "keys, no figures: see test_access",
    "/api/invitations": "likewise",
    "/api/performance/recalculate": "how far the company's sums are proved",
    "/api/health": "whether it runs",
    "/api/ready": "whether it can answer",
}


def test_every_route_is_in_a_table() -> None:
    read = {route.path for table in TABLES for route in table if not route.is_write}
    told = {route.path for route in ROUTES}
    assert told | {*OF_ONE_SALE, AS_FILE, GOALS, STOCK_LIST} | set(TELL_NOTHING) == read
    named = {
        route.path
        for table in TABLES
        for route in table
        for section in route.sections
        if not route.is_write and {"person", "where"} & section.known and route.path != AS_FILE
    }
    assert {route.path for route in ROUTES if route.person} | {GOALS} == named


def miss_branch(one: Someone) -> Told:
    """How a branch that is nowhere is refused: to who may not see every branch as those are that they may not see."""
    return (404 if one.role >= Role.ADMIN else 403), "branch"


def knows(one: Someone, target: str) -> bool:
    """Whether somebody is known to who sees `one`'s branches: they work there, or sold there."""
    if target == NOBODY or one.role >= Role.ADMIN:
        return target != NOBODY
    return any(deal.seller == target and deal.branch in one.may_ask for deal in DEALS) or (
        PEOPLE[target].home in one.may_ask
    )


def expect(name: str, route: Route, asked: str | None, target: str | None = None) -> Told:
    """The amount to be told, or how it is refused."""
    one = PEOPLE[name]
    is_own = route.view in ("my", "own") or (route.view == "page" and one.role is not Role.MANAGER)
    is_self = is_own or not one.sees_team
    if asked == "Moon":
        return miss_branch(one)
    is_one_branch = route.view in ("own", "page")  # one's own figures are those of one branch
    if asked == "all" and (not one.sees_everything or is_one_branch):
        return 403, "branch"
    if asked not in (None, "all", *one.may_ask):
        return 403, "branch"
    if not one.sees_team and target not in (None, name):
        return 403, "person"
    if not (target is None or knows(one, target)):
        return 404, "person"
    if is_self and target not in (None, name):
        return 403, "person"
    branch = None if asked == "all" else asked or one.home
    return add_up(branch, target or (name if is_self else None))


# What the parameters that these tests send are about: a refusal names them as they were sent.
ABOUT = {"boutiqueId": "branch", "b": "branch", "where": "person"}


def read_refusal(status: int, content: Any) -> tuple[int, str | None]:
    """The status of a refusal, and what it is about."""
    return status, ABOUT.get(content.get("field"), content.get("field"))


@dataclass
class Office:
    """The API, a key for everybody, and who is to ask: on PostgreSQL only those who were moved."""

    client: TestClient[Any, Any]
    keys: dict[str, str]
    world: World
    asking: tuple[str, ...]

    async def ask(self, name: str, path: str, params: Any = ()) -> tuple[int, Any]:
        answer = await self.client.get(path, params=params, headers={"Authorization": f"Bearer {self.keys[name]}"})
        return answer.status, json.loads(await answer.text(), parse_float=Decimal)

    async def tell(self, name: str, route: Route, asked: str | None, target: str | None = None) -> Told:
        query = {**route.params, **({} if asked is None else {"boutiqueId": asked})}
        if target is not None and route.person is not None:
            parameter, _, value = route.person.format(target=target).partition("=")
            query[parameter] = value
        path = route.path.format(name="salesperson_totals", month=f"{clock.today(ZONE):%Y-%m}")
        status, content = await self.ask(name, path, query)
        return Decimal(route.figure(content["data"])) if status == 200 else read_refusal(status, content)


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    """One world for all."""
    with database.begin() as tx:
        world = build_world(tx)
        operator = act_as_operator(world.company)
        keys = {name: create_key(tx, operator, number) for name, number in world.people.items()}
    async with TestClient(TestServer(create_api(database))) as client:
        yield Office(client, keys, world, tuple(PEOPLE if tx.dialect.name == "sqlite" else MOVED))


async def test_everybody_reaches_as_far_as_the_contract_says(office: Office) -> None:
    wrong = []
    for name in office.asking:
        for route in ROUTES:
            for asked in ASKED:
                told, wanted = await office.tell(name, route, asked), expect(name, route, asked)
                if told != wanted:
                    wrong.append((name, route.path, route.params, asked, told, wanted))
    assert wrong == []


async def test_nobody_reaches_a_person_they_may_not_see(office: Office) -> None:
    wrong = []
    for name in office.asking:
        for route in (route for route in ROUTES if route.person):
            for asked in (None, MALL, PIER):
                for target in {name, *TARGETS}:
                    told, wanted = await office.tell(name, route, asked, target), expect(name, route, asked, target)
                    if told != wanted and (
                        isinstance(wanted, Decimal | int) or told != expect(name, route, None, target)
                    ):
                        wrong.append((name, route.path, route.params, asked, target, told, wanted))
    assert wrong == []


async def test_one_sale_is_found_by_whoever_sees_its_seller_and_branch(office: Office) -> None:
    wrong = []
    for name in office.asking:
        one = PEOPLE[name]
        for deal in DEALS:
            is_theirs = deal.seller == name or (one.sees_team and deal.branch in one.may_ask)
            for path in OF_ONE_SALE:
                status, content = await office.ask(name, path.format(id=office.world.documents[deal]))
                found = content["data"][0] if isinstance(content.get("data"), list) else content.get("data")
                told = found["total_revenue"] if status == 200 else read_refusal(status, content)
                if told != (deal.amount if is_theirs else (404, "id")):
                    wrong.append((name, path, deal, told))
    assert wrong == []


async def test_one_sale_is_corrected_by_its_seller_or_a_manager_of_its_branch(office: Office) -> None:
    wrong = []
    for name in office.asking:
        one = PEOPLE[name]
        for deal in DEALS:
            is_own, reaches = deal.seller == name, deal.branch in one.may_ask
            wanted = 404
            if is_own or (one.sees_team and reaches):
                wanted = 200 if is_own or one.role >= Role.MANAGER else 403
            path = OF_ONE_SALE[0].format(id=office.world.documents[deal])
            key = {"Authorization": f"Bearer {office.keys[name]}"}
            answer = await office.client.put(path, json={"notes": f"seen by {name}"}, headers=key)
            if answer.status != wanted:
                wrong.append((name, deal, answer.status, wanted))
    assert wrong == []


async def test_goals_are_those_of_whom_one_may_see(office: Office) -> None:
    """Everybody has a goal, in the branch they work in now."""
    wrong = []
    for name in office.asking:
        one = PEOPLE[name]
        for asked in ASKED:
            status, content = await office.ask(name, GOALS, {} if asked is None else {"boutiqueId": asked})
            told: Any = read_refusal(status, content) if status != 200 else None
            told = told or {goal["person"] for goal in content["data"]["goals"]}
            wanted: Any = expect(name, ROUTES[0], asked)
            if not isinstance(wanted, tuple):
                seen = {other for other, seat in PEOPLE.items() if asked == "all" or seat.home == (asked or one.home)}
                wanted = seen if one.sees_team else {name}
            if told != wanted:
                wrong.append((name, asked, told, wanted))
    assert wrong == []


async def test_stock_is_that_of_a_branch_one_may_see(office: Office) -> None:
    wrong = []
    for name in office.asking:
        for asked in (None, MALL, PIER, "Moon"):
            status, content = await office.ask(name, STOCK_LIST, {} if asked is None else {"boutiqueId": asked})
            told = content["data"][0]["on_hand"] if status == 200 else read_refusal(status, content)
            wanted: Any = expect(name, ROUTES[0], asked)
            if not isinstance(wanted, tuple):
                wanted = STOCK[asked or PEOPLE[name].home]
            if told != wanted:
                wrong.append((name, asked, told, wanted))
    assert wrong == []


# ---- files ----------------------------------------------------------------------------------------------------------


def see(name: str, branch: str | None) -> int:
    """Everybody's there, or an employee's own."""
    return add_up(branch, None if PEOPLE[name].sees_team else name)


def aim(name: str, branch: str | None) -> int:
    """The targets one sees: of everybody who works there, or an employee's own."""
    seen = (one for one in PEOPLE if PEOPLE[one].home == branch and (PEOPLE[name].sees_team or one == name))
    return sum(add_up(seller=one) for one in seen)


@dataclass(frozen=True)
class Export:
    """Parameters, the column that is added up, and what it comes to. `spans`: it may be of every branch at once."""

    column: str
    expect: Callable[[str, str | None], int]
    params: dict[str, str] = field(default_factory=dict)
    spans: bool = True


FILES = {
    "sales": Export("Amount", lambda name, branch: 2 * see(name, branch)),  # sold, and brought back
    "returns": Export("Amount", see),
    "question": Export("Revenue", see, {"measures": "revenue", "by": "person"}),
    "leaderboard": Export("Revenue", lambda _, branch: add_up(branch)),
    "team": Export("Revenue", lambda _, branch: add_up(branch)),
    "cards": Export("Value", see),
    "chart": Export("Revenue", see, {"chart": "salesperson_totals"}),
    "goals": Export("Target", aim, spans=False),
    "stock": Export("On hand", lambda _, branch: STOCK[branch or ""], spans=False),
    "customers": Export("Revenue", see),
}


def test_every_export_is_in_a_table() -> None:
    assert set(FILES) | {"products"} == set(EXPORTS)  # the products are the whole company's


async def _read_file(office: Office, name: str, export: str, params: dict[str, str]) -> Told:
    path, headers = AS_FILE.format(name=export, format="csv"), {"Authorization": f"Bearer {office.keys[name]}"}
    answer = await office.client.get(path, params=params, headers=headers)
    if answer.status != 200:
        return read_refusal(answer.status, await answer.json(content_type=None))
    rows = list(csv.DictReader((await answer.text()).splitlines()))
    counted = [row for row in rows if row.get("Figure", "Total Revenue") == "Total Revenue"]
    return sum(Decimal(row[FILES[export].column]) for row in counted if "Total" not in row.values())


async def test_a_file_says_no_more_than_the_list_it_is_of(office: Office) -> None:
    wrong = []
    for name in office.asking:
        one = PEOPLE[name]
        for export, file in FILES.items():
            for asked in ASKED:
                told = await _read_file(office, name, export, {**file.params, **({"b": asked} if asked else {})})
                if export == "team" and not one.sees_team:
                    wanted: Told = 403, told[1] if isinstance(told, tuple) else ""
                elif asked == "Moon" or (asked == "all" and not file.spans):
                    wanted = miss_branch(one)
                elif asked not in (None, *one.may_ask) and not (asked == "all" and one.sees_everything):
                    wanted = 403, "branch"
                else:
                    wanted = file.expect(name, None if asked == "all" else asked or one.home)
                if told != wanted:
                    wrong.append((name, export, asked, told, wanted))
    assert wrong == []
