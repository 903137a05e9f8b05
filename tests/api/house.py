"""The small company the API is tried on. One rule: built through core's front doors, as an installation is."""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from sqlalchemy.engine import Connection

from api.problems import CODES, UNKNOWN_FIELD
from api.routes import TABLES
from core import clock
from core.access import Role, act_as_operator, find_viewer, load_viewer
from core.catalog.products import add_product
from core.company import add_branch, create_company, list_branches
from core.goals.goals import set_goal
from core.people.guests import welcome_guest
from core.people.invitations import invite
from core.people.keys import create_key
from core.people.members import add_person, get_person
from core.periods import month_of

PEOPLE = {
    "alice": (Role.MANAGER, "Riyadh"),
    "bob": (Role.EMPLOYEE, "Riyadh"),
    "charlie": (Role.EMPLOYEE, "Jeddah"),
    "dana": (Role.ADMIN, "Riyadh"),
    "sam": (Role.SUPER_ADMIN, "Riyadh"),
}


@dataclass(frozen=True, slots=True)
class House:
    """Who is there and what they hold: numbers of people and products, a full key each."""

    people: dict[str, int]
    products: dict[str, int]
    keys: dict[str, str]


def build_house(tx: Connection) -> House:
    """Two branches; Alice and Bob in one, Charlie in the other; three products, one of them with stock."""
    company = create_company(tx, "Acme", currency="SAR", time_zone="Asia/Riyadh", first_branch="Riyadh")
    operator = act_as_operator(company)
    add_branch(tx, operator, "Jeddah")
    branches = {branch.name: branch.id for branch in list_branches(tx, operator)}
    people = {
        handle: add_person(tx, operator, handle.capitalize(), role, branches[branch], handle).id
        for handle, (role, branch) in PEOPLE.items()
    }
    for handle, branch in (("charlie", "Riyadh"), ("bob", "Jeddah")):
        welcome_guest(tx, operator, get_person(tx, operator, people[handle]), branches[branch])
    alice = load_viewer(tx, people["alice"])
    invite(tx, alice, Role.EMPLOYEE)
    products = {
        "SOL-3077": add_product(tx, alice, sku="SOL-3077", name="SolarGlow", price_e4=259900, cost_e4=100000).id,
        "GRP-1": add_product(
            tx,
            alice,
            sku="GRP-1",
            name="Grip Arm",
            price_e4=100000,
            cost_e4=40000,
            stock_e3=5000,
            reorder_point_e3=2000,
        ).id,
        "OLD-1": add_product(tx, alice, sku="OLD-1", name="<b>No price</b> & co").id,
    }
    today = clock.today("Asia/Riyadh")
    set_goal(tx, alice, measure="revenue", target=1_000_0000, period=month_of(today), person_id=people["bob"])
    set_goal(tx, alice, measure="revenue", target=4_000_0000, period=month_of(today))
    keys = {handle: create_key(tx, operator, number) for handle, number in people.items()}
    return House(people, products, keys)


def require_known(method: str, path: str, field: str | None) -> None:
    """A field at fault is one of those that the route takes, or a header."""
    routes = [route for table in TABLES for route in table if route.method == method]
    fitting = [route for route in routes if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path)]
    if field is None or not fitting:
        return
    route = max(fitting, key=lambda one: one.path == path)
    known = {"Authorization", "Content-Type", "Idempotency-Key", "body", "query"}
    for section in route.sections:
        schema = section.adapter.json_schema()
        for part in [schema, *schema.get("$defs", {}).values()]:
            known |= set(part.get("properties", ()))
    assert field.partition(".")[0] in known, (route.name, field)


def make_key(tx: Connection, handle: str, *scopes: str) -> str:
    """A key of that person with these scopes only."""
    viewer = find_viewer(tx, handle)
    return create_key(tx, viewer, viewer.person_id or 0, scopes)


@dataclass(slots=True)
class Caller:
    """Somebody with a key, at the other end of the wire."""

    client: TestClient[Any, Any]
    key: str | None

    async def call(self, method: str, path: str, **options: Any) -> ClientResponse:
        """The raw answer."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return await self.client.request(method, path, headers=headers | options.pop("headers", {}), **options)

    async def get(self, path: str, **params: Any) -> Any:
        """The content of an answer that has to be a success."""
        response = await self.call("GET", path, params=params)
        assert response.status == 200, await response.text()
        return await response.json()

    async def sell(self, key: str | None = None, **body: Any) -> Any:
        """Record a sale that has to be accepted; its `data`."""
        headers = {"Idempotency-Key": key} if key else {}
        response = await self.call("POST", "/api/sales", json=body, headers=headers)
        assert response.status == 201, await response.text()
        return (await response.json())["data"]

    async def refused(self, status: int, method: str, path: str, **options: Any) -> Any:
        """The problem of a request that has to be refused so."""
        response = await self.call(method, path, **options)
        assert response.status == status, await response.text()
        assert response.content_type == "application/problem+json"
        problem = await response.json(content_type=None)
        assert (problem["status"], problem["request_id"]) == (status, response.headers["X-Request-Id"])
        assert problem["title"]
        assert problem["detail"]
        assert problem["type"].startswith("/api/docs#problem-")
        assert problem["code"] in CODES
        if problem["code"] != UNKNOWN_FIELD:
            require_known(method, path, problem.get("field"))
        return problem
