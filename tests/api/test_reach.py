"""The contract's part 3 over HTTP, multiplied out: role × membership × route × branch asked for, each with its outcome.

What is expected is worked out from a list of sales and the table of roles below, not asked of the code.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_api
from core.access import Role, act_as_operator, load_viewer
from core.company import add_branch, create_company, list_branches
from core.db import Database
from core.money import E3, E4
from core.people.employment import add_branch_membership, transfer_person
from core.people.keys import create_key
from core.people.members import add_person
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale

MALL, PIER = "Mall", "Pier"


@dataclass(frozen=True)
class Someone:
    """Whom a request comes from: role, the branch of employment, and the branches there may be asked for."""

    role: Role
    home: str
    may_ask: tuple[str, ...]
    sees_team: bool
    sees_everything: bool = False


# Every role, in each way of belonging: one branch, two, and another one since.
PEOPLE = {
    "ella": Someone(Role.EMPLOYEE, MALL, (MALL,), False),
    "piet": Someone(Role.EMPLOYEE, PIER, (PIER,), False),
    "milo": Someone(Role.EMPLOYEE, PIER, (PIER,), False),  # of the Mall, until moved
    "asha": Someone(Role.ASSISTANT_MANAGER, MALL, (MALL,), True),
    "amir": Someone(Role.ASSISTANT_MANAGER, PIER, (PIER,), True),  # moved as well
    "mona": Someone(Role.MANAGER, MALL, (MALL,), True),
    "tara": Someone(Role.MANAGER, MALL, (MALL, PIER), True),  # belongs to both
    "omar": Someone(Role.ADMIN, MALL, (MALL, PIER), True),
    "sami": Someone(Role.SUPER_ADMIN, MALL, (MALL, PIER), True, sees_everything=True),
}
MOVED = ("milo", "amir")
# Who sold for how much, and where they worked then: powers of two, so that a sum tells whose are in it.
SOLD = [(name, MALL if name in MOVED else one.home, 2**index) for index, (name, one) in enumerate(PEOPLE.items())]
SOLD += [(name, PIER, 2 ** (index + len(PEOPLE))) for index, name in enumerate(MOVED)]

# Route, its parameters, whose sales it is about, and where its figure stands.
ROUTES = [
    ("/api/metrics/dashboard", {}, "team", "currentMonthActual"),
    ("/api/dashboard", {}, "team", "currentMonthActual"),
    ("/api/metrics/query", {"measures": "revenue", "period": "month"}, "team", "totals.revenue"),
    ("/api/metrics/query", {"measures": "revenue", "period": "month", "view": "my"}, "my", "totals.revenue"),
    ("/api/metrics/my-target", {}, "own", "mtdSales"),
    ("/api/me/targets", {}, "own", "mtdSales"),
    ("/api/metrics/sales-my", {}, "page", "netSalesTotal"),
    ("/api/me/sales", {}, "page", "netSalesTotal"),
    ("/api/sales/summary", {}, "page", "netSalesTotal"),
    ("/api/metrics/sales-my", {"view": "team"}, "team", "netSalesTotal"),
    ("/api/metrics/sales-my", {"view": "my"}, "own", "netSalesTotal"),
    ("/api/metrics/returns", {}, "page", None),
    ("/api/sales", {}, "team", "total_revenue"),
]
ASKED = (None, MALL, PIER, "all", "Moon")


def expect(name: str, view: str, asked: str | None) -> int:
    """The amount to be told, or the status to be refused with."""
    one = PEOPLE[name]
    is_self = view in ("my", "own") or not one.sees_team or (view == "page" and one.role is not Role.MANAGER)
    if asked == "Moon":
        return -404
    if asked == "all":
        is_refused = not one.sees_everything or view in ("own", "page")  # one's own figures are those of one branch
        return -403 if is_refused else sum(amount for who, _, amount in SOLD if not is_self or who == name)
    if asked is not None and asked not in one.may_ask:
        return -403
    branch = asked or one.home
    return sum(amount for who, where, amount in SOLD if where == branch and (not is_self or who == name))


@pytest.fixture
def keys(database: Database) -> dict[str, str]:
    """The company with everybody in it, everything sold, two people moved; a key for each."""
    with database.begin() as tx:
        company = create_company(tx, "Acme", currency="SAR", time_zone="Asia/Riyadh", first_branch=MALL)
        operator = act_as_operator(company)
        add_branch(tx, operator, PIER)
        branches = {branch.name: branch.id for branch in list_branches(tx, operator)}
        numbers = {}
        for name, one in PEOPLE.items():
            home = MALL if name in MOVED else one.home
            numbers[name] = add_person(tx, operator, name.capitalize(), one.role, branches[home], name).id
        add_branch_membership(tx, operator, numbers["tara"], branches[PIER])
        for index, (name, branch, amount) in enumerate(SOLD):
            if name in MOVED and branch == PIER:
                transfer_person(tx, operator, numbers[name], branches[PIER])
            terms = SaleTerms((SaleLine(E3, total_e4=amount * E4),))
            record_sale(tx, load_viewer(tx, numbers[name]), RecordSale("test", str(index), terms))
        return {name: create_key(tx, operator, number) for name, number in numbers.items()}


def _read(content: Any, figure: str | None) -> Decimal:
    data = content["data"]
    if isinstance(data, list):
        return Decimal(sum(row[figure] for row in data))
    for part in (figure or "total").split("."):
        data = data[part]
    return Decimal(data)


async def test_everybody_reaches_as_far_as_the_contract_says(database: Database, keys: dict[str, str]) -> None:
    wrong = []
    async with TestClient(TestServer(create_api(database))) as client:
        for name in PEOPLE:
            headers = {"Authorization": f"Bearer {keys[name]}"}
            for path, params, view, figure in ROUTES:
                for asked in ASKED:
                    query = params if asked is None else {**params, "boutiqueId": asked}
                    answer = await client.get(path, params=query, headers=headers)
                    content = json.loads(await answer.text(), parse_float=Decimal)
                    told = _read(content, figure) if answer.status == 200 else Decimal(-answer.status)
                    wanted = expect(name, view, asked)
                    if figure is None and wanted >= 0:
                        wanted = 0  # nothing came back
                    if told != wanted or (wanted < 0 and content["field"] != "branch"):
                        wrong.append((name, path, params, asked, told, wanted))
    assert wrong == []


async def test_nobody_reaches_a_person_beyond_their_branch(database: Database, keys: dict[str, str]) -> None:
    wrong = []
    async with TestClient(TestServer(create_api(database))) as client:
        for name, one in PEOPLE.items():
            for other in PEOPLE:
                params = {"measures": "revenue", "period": "month", "where": f"person=@{other}"}
                answer = await client.get(
                    "/api/metrics/query", params=params, headers={"Authorization": f"Bearer {keys[name]}"}
                )
                content = await answer.json(content_type=None)
                if not one.sees_team and other != name:
                    is_right = (answer.status, content["field"]) == (403, "person")
                else:
                    here = sum(amount for who, where, amount in SOLD if who == other and where == one.home)
                    is_right = answer.status == 200 and Decimal(content["data"]["totals"]["revenue"]) == here
                if not is_right:
                    wrong.append((name, other, answer.status, content))
    assert wrong == []
