"""The contract's pages over HTTP: its field names to the letter, whose figures they are, what is refused by name."""

from typing import Any

import pytest
import time_machine

from core.access import act_as_operator, find_company, load_viewer
from core.company import add_branch
from core.db import Database
from core.goals.goals import set_goal
from core.goals.workdays import set_days, set_weights
from core.money import E4
from core.periods import Period, month_of, parse_day
from tests.api.house import Caller, House

SALES = ("/api/metrics/sales-my", "/api/me/sales", "/api/sales/summary")
TARGETS = ("/api/metrics/my-target", "/api/me/targets")
DASHBOARDS = ("/api/metrics/dashboard", "/api/dashboard")
RETURNS = "/api/metrics/returns"
# Wednesday 15 July 2026, noon in Riyadh; the week began on Saturday the 11th.
NOON = "2026-07-15T09:00:00Z"


@pytest.fixture
def in_july(database: Database, house: House) -> Any:
    """The middle of a month in which Bob has a target of 3,000, Fridays and the 20th not bearing any of it."""
    with time_machine.travel(NOON, tick=False):
        with database.begin() as tx:
            alice = load_viewer(tx, house.people["alice"])
            month = month_of(parse_day("2026-07-01", "day"))
            set_goal(tx, alice, measure="revenue", target=3_000 * E4, period=month, person_id=house.people["bob"])
            set_weights(tx, alice, {4: 0})
            day = parse_day("2026-07-20", "day")
            set_days(tx, alice, Period(day, parse_day("2026-07-21", "day")), is_open=False)
        yield


@pytest.mark.usefixtures("in_july")
async def test_my_target_has_every_field_of_part_1_4(bob: Caller) -> None:
    await bob.sell(quantity=1, unit_price=150, sale_date="2026-07-15")
    await bob.sell(quantity=1, unit_price=50, sale_date="2026-07-11")
    await bob.sell(quantity=1, unit_price=25, sale_date="2026-07-02")
    await bob.sell(quantity=1, unit_price=999, sale_date="2026-06-30")
    for path in TARGETS:
        shown = (await bob.get(path, month="2026-07"))["data"]
        calendar = {day["dateKey"]: (day["amount"], day["target"]) for day in shown.pop("calendar")}
        # 31 days, five of them Fridays, and the 20th: 25 days bear 120 each
        assert shown == {
            "monthKey": "2026-07",
            "monthTarget": 3000,
            "mtdSales": 225,
            "todaySales": 150,
            "weekSales": 200,
            "dailyTarget": 120,
            "weekTarget": 720,
            "remaining": 2775,
            "pctDaily": 125,
            "pctWeek": 27.78,
            "pctMonth": 7.5,
            "branch": "Riyadh",
            "currency": "SAR",
        }
        assert len(calendar) == 31
        assert calendar["2026-07-15"] == (150, 120)
        assert calendar["2026-07-17"] == calendar["2026-07-20"] == (0, 0)
        assert sum(target for _, target in calendar.values()) == 3000
        assert (await bob.get(path))["data"]["mtdSales"] == 225


@pytest.mark.usefixtures("in_july")
async def test_a_month_that_is_over_keeps_its_daily_targets(bob: Caller, database: Database, house: House) -> None:
    reported = (await bob.get(TARGETS[0], month="2026-07"))["data"]["calendar"]
    with time_machine.travel("2026-08-03T09:00:00Z", tick=False):
        with database.begin() as tx:
            set_weights(tx, load_viewer(tx, house.people["alice"]), {4: 2000, 5: 0, 6: 0})
        for path in TARGETS:
            assert (await bob.get(path, month="2026-07"))["data"]["calendar"] == reported


@pytest.mark.usefixtures("in_july")
async def test_another_month_has_no_today_and_perhaps_no_target(bob: Caller) -> None:
    await bob.sell(quantity=1, unit_price=999, sale_date="2026-06-30")
    shown = (await bob.get(TARGETS[0], month="2026-06"))["data"]
    assert (shown["monthKey"], shown["mtdSales"], shown["monthTarget"], shown["remaining"]) == ("2026-06", 999, 0, 0)
    names = ("todaySales", "weekSales", "dailyTarget", "weekTarget", "pctDaily", "pctWeek", "pctMonth")
    assert {shown[name] for name in names} == {None}
    assert shown["calendar"][-1] == {"dateKey": "2026-06-30", "amount": 999, "target": 0}


@pytest.mark.usefixtures("in_july")
async def test_sales_my_has_every_field_of_part_1_2(bob: Caller, alice: Caller, charlie: Caller) -> None:
    await bob.sell(quantity=2, unit_price=100, sale_date="2026-07-10")
    await alice.sell(quantity=1, unit_price=70, sale_date="2026-07-15")
    await charlie.sell(quantity=1, unit_price=500, sale_date="2026-07-11", guest_branch="riyadh")
    for path in SALES:
        shown = (await alice.get(path, **{"from": "2026-07-10", "to": "2026-07-15"}))["data"]
        assert shown == {
            "netSalesTotal": 270,
            "grossSalesTotal": 270,
            "returnsTotal": 0,
            "exchangesTotal": 0,
            "guestCoverageNetSales": 500,
            "breakdownByEmployee": [
                {"empId": "bob", "name": "Bob", "netSales": 200},
                {"empId": "alice", "name": "Alice", "netSales": 70},
            ],
            "currency": "SAR",
        }
        own = (await bob.get(path, **{"from": "2026-07-10", "to": "2026-07-10"}))["data"]
        assert (own["netSalesTotal"], own["guestCoverageNetSales"]) == (200, 0)
        assert (await alice.get(path, view="my"))["data"]["netSalesTotal"] == 70
        assert (await bob.get(path, **{"from": "2026-07-11"}))["data"]["netSalesTotal"] == 0
        assert (await charlie.get(path))["data"]["netSalesTotal"] == 0


async def test_a_guests_sale_is_told_as_such_and_only_away_from_home(
    alice: Caller, charlie: Caller, database: Database
) -> None:
    with database.begin() as tx:
        add_branch(tx, act_as_operator(find_company(tx)), "Airport")
    sale = await charlie.sell("guest-1", quantity=1, unit_price=500, guest_branch="Riyadh")
    again = await charlie.sell("guest-1", quantity=1, unit_price=500, guest_branch="Riyadh")
    assert (sale["is_guest_coverage"], again["id"]) == (True, sale["id"])
    assert [entry["id"] for entry in (await alice.get("/api/sales"))["data"]] == [sale["id"]]
    for branch, status in (("Jeddah", 409), ("Airport", 403), ("Moon", 404)):
        body = {"quantity": 1, "unit_price": 500, "guest_branch": branch}
        problem = await charlie.refused(status, "POST", "/api/sales", json=body)
        assert problem["field"] == "guest_branch"
    key = {"Idempotency-Key": "guest-1"}
    problem = await charlie.refused(409, "POST", "/api/sales", json={"quantity": 1, "unit_price": 500}, headers=key)
    assert problem["field"] == "Idempotency-Key"


@pytest.mark.usefixtures("in_july")
async def test_returns_has_every_field_of_part_1_3(alice: Caller, bob: Caller) -> None:
    days = {"from": "2026-07-01", "to": "2026-07-15"}
    shown = (await alice.get(RETURNS, **days))["data"]
    assert shown == {"items": [], **days, "canAdd": True, "page": 1, "limit": 50, "total": 0, "currency": "SAR"}
    assert (await bob.get(RETURNS))["data"] == {**shown, "canAdd": False}


async def test_the_dashboard_has_every_field_of_part_1_1(alice: Caller, bob: Caller) -> None:
    await bob.sell(quantity=1, unit_price=400)
    figures = {"currentMonthTarget": 4000, "currentMonthActual": 400, "completionPct": 10, "remainingGap": 3600}
    for path in DASHBOARDS:
        shown = (await alice.get(path))["data"]
        assert shown["snapshot"] == figures
        assert {name: shown[name] for name in figures} == figures
        assert shown["salesBreakdown"][0] == {"empId": "bob", "name": "Bob", "target": 1000, "actual": 400, "pct": 40}
        row = next(row for row in shown["teamTable"] if row["empId"] == "bob")
        assert {name: row[name] for name in ("name", "role", "target", "actual", "pct")} == {
            "name": "Bob",
            "role": "employee",
            "target": 1000,
            "actual": 400,
            "pct": 40,
        }


@pytest.mark.parametrize("path", [*DASHBOARDS, *SALES, *TARGETS, RETURNS])
async def test_a_branch_is_named_where_the_role_may(path: str, alice: Caller, bob: Caller, sam: Caller) -> None:
    refused = ((bob, "jeddah", 403), (alice, "jeddah", 403), (alice, "all", 403), (sam, "moon", 404))
    for caller, branch, status in refused:
        for name in ("b", "boutiqueId", "branch"):
            problem = await caller.refused(status, "GET", path, params={name: branch})
            assert problem["field"] == name
    for branch in ("riyadh", "jeddah"):
        await sam.get(path, boutiqueId=branch)
    await bob.get(path, b="riyadh")


@pytest.mark.parametrize("month", ["2025-13", "2025-00", "2025-1", "july", "0026-01"])
async def test_a_month_that_is_none_is_named(month: str, bob: Caller) -> None:
    for path in (*TARGETS, *DASHBOARDS):
        assert (await bob.refused(422, "GET", path, params={"month": month}))["field"] == "month"


@pytest.mark.parametrize(
    ("days", "status", "field"),
    [
        ({"from": "1026-01-01", "to": "2026-01-01"}, 422, "from"),
        ({"from": "2026-01-01", "to": "3026-01-01"}, 422, "to"),
        ({"from": "1900-01-01", "to": "2026-01-01"}, 409, "to"),
        ({"from": "2026-02-01", "to": "2026-01-31"}, 409, "to"),
        ({"from": "2026-02-30"}, 422, "from"),
        ({"to": "2025-13-01"}, 422, "to"),
        ({"view": "all"}, 422, "view"),
    ],
)
async def test_days_that_are_none_are_named(days: dict[str, str], status: int, field: str, bob: Caller) -> None:
    for path in (*SALES, RETURNS):
        assert (await bob.refused(status, "GET", path, params=days))["field"] == field


async def test_it_takes_one_end_of_the_days_and_none(bob: Caller) -> None:
    for days in ({}, {"from": "2999-12-31"}, {"to": "1900-01-01"}, {"from": "2020-02-29"}, {"to": "2020-02-29"}):
        for path in (*SALES, RETURNS):
            await bob.get(path, **days)
