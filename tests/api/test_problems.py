"""What a program is told of an error: a code that stays, and the path of the field as it was sent."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.problems import CODES
from core import clock
from core.access import Role, act_as_operator, find_company, load_viewer
from core.db import Database
from core.errors import Code
from core.people.members import add_person
from core.sales.closing import close_months
from tests.api.house import Caller, House

SALES = "/api/sales"
GONE = "2023-12-05"
ONE: dict[str, Any] = {"sku": "SOL-3077", "quantity": 1}


def test_each_code_is_in_the_reference() -> None:
    reference = (Path(__file__).parents[2] / "docs/reference/api.md").read_text()
    assert set(Code) <= set(CODES)
    for code, meaning in CODES.items():
        assert f"| `{code}` | {meaning}" in reference


async def test_each_fault_has_a_code_of_its_own(
    bob: Caller, alice: Caller, charlie: Caller, database: Database, house: House
) -> None:
    with database.begin() as tx:
        close_months(tx, load_viewer(tx, house.people["dana"]), date.fromisoformat(GONE))
    sold = (await bob.sell(key="taken", sku="GRP-1", quantity=1))["id"]
    variant = await (
        await alice.call("POST", f"/api/products/{house.products['SOL-3077']}/variants", json={"name": "Red"})
    ).json()
    await alice.call("DELETE", f"/api/variants/{variant['data']['id']}")
    ahead = (clock.today("Asia/Riyadh") + timedelta(days=2)).isoformat()
    faults: list[tuple[Caller, str, str, dict[str, Any], Code]] = [
        (bob, "POST", SALES, {"sku": "GRP-1", "quantity": 6}, Code.TOO_LITTLE_STOCK),
        (bob, "PUT", f"{SALES}/{sold}", {"quantity": 6}, Code.TOO_LITTLE_STOCK),
        (alice, "POST", "/api/products", {"sku": "grp-1", "name": "Other"}, Code.DUPLICATE),
        (alice, "POST", f"/api/products/{house.products['OLD-1']}/variants", {"name": "Red"}, Code.DUPLICATE),
        (bob, "POST", SALES, ONE | {"sale_date": ahead}, Code.FUTURE_DATE),
        (bob, "POST", f"{SALES}/{sold}/returns", {"return_date": ahead}, Code.FUTURE_DATE),
        (bob, "POST", SALES, ONE | {"sale_date": GONE}, Code.CLOSED_MONTH),
        (bob, "POST", SALES, ONE | {"discount_amount": 26}, Code.DISCOUNT_TOO_LARGE),
        (bob, "POST", SALES, {"sku": "OLD-1", "quantity": 1}, Code.NO_PRICE),
        (bob, "POST", SALES, ONE | {"unit_price": 1, "currency": "EUR"}, Code.NO_RATE),
        (bob, "POST", SALES, ONE | {"variant_id": variant["data"]["id"]}, Code.SOLD_NO_MORE),
        (bob, "POST", f"{SALES}/{sold}/returns", {"lines": [{"sku": "GRP-1", "quantity": 2}]}, Code.TOO_MUCH_RETURNED),
    ]
    await alice.call("POST", f"/api/products/{house.products['OLD-1']}/variants", json={"name": "Red"})
    for who, method, path, body, code in faults:
        problem = await who.refused(409, method, path, json=body)
        assert problem["code"] == code, problem
    await bob.call("POST", f"{SALES}/{sold}/returns", json={})
    assert (await bob.refused(409, "PUT", f"{SALES}/{sold}", json={"quantity": 2}))["code"] == Code.HAS_RETURNS
    reused = await bob.refused(409, "POST", SALES, json=ONE, headers={"Idempotency-Key": "taken"})
    assert (reused["code"], reused["field"]) == (Code.REUSED_KEY, "Idempotency-Key")
    assert (await bob.refused(422, "POST", SALES, json=ONE | {"quantity": 0}))["code"] == "invalid"
    assert (await bob.refused(422, "POST", SALES, json={"sku": "GRP-1"}))["code"] == "missing"
    assert (await bob.refused(422, "POST", SALES, json=ONE | {"colour": "red"}))["code"] == "unknown_field"
    assert (await charlie.refused(404, "GET", f"{SALES}/{sold}"))["code"] == "not_found"
    assert (await charlie.refused(403, "POST", "/api/products", json={"sku": "X", "name": "X"}))["code"] == "forbidden"


async def test_two_of_one_name_are_ambiguous(bob: Caller, alice: Caller, database: Database) -> None:
    with database.begin() as tx:
        operator = act_as_operator(find_company(tx))
        branch = load_viewer(tx, 1).branch_id
        assert branch is not None
        for handle in ("ann1", "ann2"):
            add_person(tx, operator, "Ann Lee", Role.EMPLOYEE, branch, handle)
    problem = await alice.refused(409, "GET", SALES, params={"person": "Ann Lee"})
    assert (problem["code"], problem["field"]) == (Code.AMBIGUOUS, "person")


SEVERAL: dict[str, Any] = {"lines": [ONE, {"sku": "GRP-1", "quantity": 1}]}


@pytest.mark.parametrize(
    ("second", "status", "field"),
    [
        ({"sku": "NONE", "quantity": 1}, 404, "sku"),
        ({"product_id": 999, "quantity": 1}, 404, "product_id"),
        ({"sku": "GRP-1", "variant_id": 999, "quantity": 1}, 404, "variant_id"),
        ({"sku": "GRP-1", "quantity": 9}, 409, "quantity"),
        ({"sku": "OLD-1", "quantity": 1}, 409, "unit_price"),
        ({"sku": "GRP-1", "quantity": 1, "discount_amount": 11}, 409, "discount_amount"),
        ({"sku": "GRP-1", "quantity": 1, "discount_amount": 1, "discount_percentage": 50}, 409, "discount_percentage"),
        ({"sku": "GRP-1", "quantity": "1"}, 422, "quantity"),
        ({"sku": "GRP-1", "quantity": 1, "colour": "red"}, 422, "colour"),
        ({"sku": "GRP-1"}, 422, "quantity"),
    ],
)
async def test_a_field_of_a_line_is_named_by_its_path(
    bob: Caller, second: dict[str, Any], status: int, field: str
) -> None:
    several = {"lines": [ONE, second]}
    assert (await bob.refused(status, "POST", SALES, json=second))["field"] == field
    assert (await bob.refused(status, "POST", SALES, json=several))["field"] == f"lines.1.{field}"
    number = (await bob.sell(**SEVERAL))["id"]
    assert (await bob.refused(status, "PUT", f"{SALES}/{number}", json=several))["field"] == f"lines.1.{field}"
    back = {"lines": [{"position": 1, "quantity": 1}], "exchange": several}
    problem = await bob.refused(status, "POST", f"{SALES}/{number}/returns", json=back)
    assert problem["field"] == f"exchange.lines.1.{field}"
    assert (await bob.get(SALES, kind="return"))["data"] == (await bob.get(SALES, kind="exchange"))["data"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("POST", "/api/sales-entry", {"sku": "NONE", "unitsSold": 1}, 404, "sku"),
        ("POST", "/api/sales-entry", {"sku": "GRP-1", "unitsSold": 9}, 409, "unitsSold"),
        ("POST", "/api/sales-entry", {"sku": "OLD-1", "unitsSold": 1}, 409, "unitPrice"),
        ("POST", "/api/sales-entry", {"sku": "GRP-1", "unitsSold": 1, "date": "2999-01-01"}, 409, "date"),
        ("POST", "/api/returns", {"sale_id": 1, "lines": [{"sku": "OLD-1", "quantity": 1}]}, 409, "lines.0.quantity"),
        ("POST", "/api/returns", {"sale_id": 1, "return_date": "2999-01-01"}, 409, "return_date"),
        ("POST", "/api/returns", {"lines": [ONE, {"sku": "OLD-1", "quantity": 1}]}, 409, "lines.1.unit_price"),
        ("POST", "/api/sales/1/returns", {"lines": [{"sku": "NONE", "quantity": 1}]}, 404, "lines.0.sku"),
        ("POST", SALES, ONE | {"shares": [{"person": "@nobody", "percentage": 1}]}, 404, "shares.0.person"),
        ("POST", SALES, ONE | {"shares": [{"person": "@charlie", "percentage": 1}]}, 409, "shares.0.person"),
        ("POST", SALES, ONE | {"guest_branch": "Riyadh"}, 409, "guest_branch"),
        ("POST", SALES, ONE | {"person": "@nobody"}, 404, "person"),
        ("PUT", "/api/sales/1", {"sale_date": "2999-01-01"}, 409, "sale_date"),
        ("PUT", "/api/products/999", {"name": "x"}, 404, "id"),
        ("PUT", "/api/categories/999", {"name": "x"}, 404, "id"),
        ("PUT", "/api/variants/999", {"name": "x"}, 404, "id"),
        ("POST", "/api/stock", {"product_id": 999, "received": 1}, 404, "product_id"),
    ],
)
async def test_a_field_is_named_as_it_was_sent(
    alice: Caller, method: str, path: str, body: dict[str, Any], status: int, field: str
) -> None:
    await alice.sell(sku="GRP-1", quantity=1)
    assert (await alice.refused(status, method, path, json=body))["field"] == field


@pytest.mark.parametrize("name", ["branch", "b", "boutiqueId"])
async def test_a_branch_goes_by_the_name_it_was_sent_by(bob: Caller, sam: Caller, name: str) -> None:
    for path in (SALES, "/api/dashboard", "/api/metrics/returns", "/api/goals/status", "/api/stock"):
        assert (await sam.refused(404, "GET", path, params={name: "moon"}))["field"] == name
        assert (await bob.refused(403, "GET", path, params={name: "jeddah"}))["field"] == name
    twice = {"b": "riyadh", "boutiqueId": "jeddah"}
    assert (await sam.refused(409, "GET", SALES, params=twice))["field"] in twice
