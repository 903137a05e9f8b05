"""The same person, branch and month: the same number on every route, in chat, digest and on the command line."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from api.app import create_api
from bot.cli.main import salesbell
from bot.sandbox.correspondent import Correspondent
from core import clock
from core.access import Permission, Role, load_viewer
from core.people.accounts import Visitor, link_account
from core.people.employment import transfer_person
from core.people.keys import create_key
from core.people.members import add_person
from core.reports.digest import compose_digest
from tests.bot.conftest import Chat
from tests.shop import set_target

OMAR_ID = 1006
MONTH = "2026-07"
RANGE = {"from": "2026-07-01", "to": "2026-07-31"}
DASHBOARDS = ("/api/metrics/dashboard", "/api/dashboard")
SALES = ("/api/metrics/sales-my", "/api/me/sales", "/api/sales/summary")
TARGETS = ("/api/metrics/my-target", "/api/me/targets")
NAMES = ("bob", "dana", "alice", "omar", "sam", "charlie")
PRICES = {"light": Decimal("24.99"), "dumbbell": Decimal("119.99")}

# What each sold in July, and their branch; before and after Bob is moved to the Corniche. What he sold stays.
OWN = {"bob": 4 * PRICES["light"], "dana": 2 * PRICES["light"], "alice": PRICES["dumbbell"], "omar": PRICES["light"]}
OWN |= {"sam": Decimal(0), "charlie": PRICES["dumbbell"]}
MALL, CORNICHE = OWN["bob"] + OWN["dana"] + OWN["alice"] + OWN["omar"], OWN["charlie"]
OWN_AFTER = OWN | {"bob": PRICES["dumbbell"]}


@dataclass
class Everywhere:
    """Every place a figure can be read."""

    chat: Chat
    client: TestClient[Any, Any]
    keys: dict[str, str]
    writers: dict[str, Correspondent]
    people: dict[str, int]

    async def get(self, name: str, path: str, **params: str) -> Any:
        answer = await self.client.get(path, params=params, headers={"Authorization": f"Bearer {self.keys[name]}"})
        content = json.loads(await answer.text(), parse_float=Decimal, parse_int=Decimal)
        return content["data"] if answer.status == 200 else (answer.status, content.get("field"))

    async def say(self, name: str, text: str) -> str:
        return (await self.writers[name].send(text)).text

    def run_ask(self, name: str, view: str) -> Decimal:
        words = ["ask", "--as", name, "--measures", "revenue", "--period", MONTH, "--view", view, "--json"]
        result = CliRunner().invoke(salesbell, words)
        assert result.exit_code == 0, result.output
        return Decimal(json.loads(result.stdout)["totals"]["revenue"])

    def read_digest(self, name: str) -> Decimal:
        with self.chat.database.begin_read() as tx:
            digest = compose_digest(tx, load_viewer(tx, self.people[name]), "monthly", clock.now())
        assert (digest.period.start, digest.is_so_far) == (date(2026, 7, 1), True)
        return Decimal(next(kpi.value for kpi in digest.kpis if kpi.measure == "revenue") or 0) / 10_000


@pytest.fixture
def late_in_july() -> Iterator[None]:
    """Saturday 25 July 2026, 15:00 in Riyadh: late enough for a digest of the month so far."""
    with time_machine.travel(datetime(2026, 7, 25, 12, tzinfo=UTC)):
        yield


@pytest.fixture
async def everywhere(
    late_in_july: None, chat: Chat, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Everywhere]:
    """The shop with an admin, Omar, besides; sales, returns and guest coverage; a key and a chat for everybody."""
    monkeypatch.setenv("SALESBELL_DATABASE_URL", database_url)
    shop = chat.shop
    with chat.database.begin() as tx:
        omar = load_viewer(tx, add_person(tx, shop.operator, "Omar", Role.ADMIN, shop.mall_id, "omar").id)
        link_account(tx, Visitor(OMAR_ID, "Omar"), omar.person_id or 0)
        for viewer, count, product in (
            (shop.bob, 4, shop.lights),
            (shop.dana, 2, shop.lights),
            (shop.alice, 1, shop.dumbbells),
            (omar, 1, shop.lights),
            (shop.charlie, 1, shop.dumbbells),
        ):
            shop.sell(tx, viewer, count, product, day=date(2026, 7, 20))
            shop.sell(tx, viewer, 1, shop.dumbbells, day=date(2026, 6, 30))
        shop.take_back(tx, shop.bob, "return", 249_900, date(2026, 7, 21))
        shop.take_back(tx, shop.bob, "exchange", 499_800, date(2026, 7, 22))
        shop.sell(tx, shop.charlie, 3, day=date(2026, 7, 20), guest_at=shop.mall_id)
        set_target(tx, shop, 1_000, date(2026, 7, 1))
        set_target(tx, shop, 200, date(2026, 7, 1), person=shop.bob)
        seen = {name: getattr(shop, name) for name in NAMES if name != "omar"} | {"omar": omar}
        people = {name: viewer.person_id or 0 for name, viewer in seen.items()}
        keys = {name: create_key(tx, shop.operator, number) for name, number in people.items()}
    chat.world.add_person(OMAR_ID, "Omar", "omar")
    writers = {name: getattr(chat, name) for name in NAMES if name != "omar"}
    writers["omar"] = Correspondent(chat.world, OMAR_ID, chat.application)
    async with TestClient(TestServer(create_api(chat.database))) as client:
        yield Everywhere(chat, client, keys, writers, people)


def _find(pattern: str, text: str) -> Decimal:
    found = re.search(pattern, text)
    assert found, text
    return Decimal(found[1].replace(",", ""))


async def _list_own(everywhere: Everywhere, name: str) -> dict[str, Decimal]:
    """The person's own figure, from every place that tells it."""
    own = {path: (await everywhere.get(name, path, month=MONTH))["mtdSales"] for path in TARGETS}
    for path in SALES:
        own[path] = (await everywhere.get(name, path, **RANGE, view="my"))["netSalesTotal"]
    asked = await everywhere.get(name, "/api/metrics/query", measures="revenue", period=MONTH, view="my")
    own["query"] = Decimal(asked["totals"]["revenue"])
    own["calendar"] = sum(day["amount"] for day in (await everywhere.get(name, TARGETS[0], month=MONTH))["calendar"])
    own["salesbell ask"] = everywhere.run_ask(name, "my")
    own["/me"] = _find(r"Month: SAR ([\d,.]+)", await everywhere.say(name, "/me"))
    board = await everywhere.say(name, "/leaderboard")
    own["/leaderboard"] = _find(r"\(you\)\n +SAR ([\d,.]+)", board) if "(you)" in board else Decimal(0)
    return own


async def _list_page(everywhere: Everywhere, name: str) -> dict[str, Decimal]:
    """The figure of the dashboard: the branch's, or an employee's own; from every place that tells it."""
    page: dict[str, Decimal] = {}
    for path in DASHBOARDS:
        board = await everywhere.get(name, path, month=MONTH)
        page |= {path: board["currentMonthActual"], f"{path} snapshot": board["snapshot"]["currentMonthActual"]}
        page[f"{path} breakdown"] = sum(row["actual"] for row in board["salesBreakdown"])
        page[f"{path} team"] = sum(row["actual"] for row in board["teamTable"])
    asked = await everywhere.get(name, "/api/metrics/query", measures="revenue", period=MONTH)
    page["query"] = Decimal(asked["totals"]["revenue"])
    team = await everywhere.get(name, SALES[0], **RANGE, view="team")
    page |= {"sales-my team": team["netSalesTotal"], "gross": team["grossSalesTotal"]}
    page["by employee"] = sum(part["netSales"] for part in team["breakdownByEmployee"])
    page["salesbell ask"] = everywhere.run_ask(name, "team")
    page["digest"] = everywhere.read_digest(name)
    with everywhere.chat.database.begin_read() as tx:
        if load_viewer(tx, everywhere.people[name]).may(Permission.SEE_TEAM):
            page["/team"] = _find(r"SAR ([\d,.]+)", await everywhere.say(name, "/team"))
            page["/leaderboard"] = _find(r"Together: SAR ([\d,.]+)", await everywhere.say(name, "/leaderboard"))
    return page


async def _require_agreement(everywhere: Everywhere, own: dict[str, Decimal], pages: dict[str, Decimal]) -> None:
    for name in NAMES:
        for told, expected in ((await _list_own(everywhere, name), own), (await _list_page(everywhere, name), pages)):
            assert {where: amount for where, amount in told.items() if amount != expected[name]} == {}, name
        for path in SALES:  # unless told otherwise: a manager's is the team's, everybody else's their own
            wanted = pages[name] if name == "alice" else own[name]
            assert (await everywhere.get(name, path, **RANGE))["netSalesTotal"] == wanted, (name, path)


async def test_the_same_number_is_told_everywhere_also_after_a_transfer(everywhere: Everywhere) -> None:
    pages = {"bob": OWN["bob"], "charlie": CORNICHE} | dict.fromkeys(("dana", "alice", "omar", "sam"), MALL)
    await _require_agreement(everywhere, OWN, pages)

    shop = everywhere.chat.shop
    with everywhere.chat.database.begin() as tx:
        transfer_person(tx, shop.operator, everywhere.people["bob"], shop.corniche_id)
        shop.sell(tx, load_viewer(tx, everywhere.people["bob"]), 1, shop.dumbbells, day=date(2026, 7, 24))
    await _require_agreement(everywhere, OWN_AFTER, pages | {"bob": PRICES["dumbbell"]})
    for path in (*DASHBOARDS, *SALES, *TARGETS, "/api/metrics/returns"):
        assert await everywhere.get("bob", path, branch="mall") == (403, "branch"), path


async def test_what_came_back_and_what_guests_sold_is_told_beside_it(everywhere: Everywhere) -> None:
    exchange = {"type": "EXCHANGE", "dateKey": "2026-07-22", "name": "Bob", "amount": 2 * PRICES["light"]}
    back = {"type": "RETURN", "dateKey": "2026-07-21", "name": "Bob", "amount": PRICES["light"]}
    for name in ("bob", "alice"):
        page = await everywhere.get(name, "/api/metrics/returns", **RANGE)
        items = [{field: item[field] for field in exchange} for item in page["items"]]
        assert (items, page["total"]) == ([exchange, back], 2)
        report = await everywhere.get(name, SALES[0], **RANGE)
        assert (report["returnsTotal"], report["exchangesTotal"]) == (PRICES["light"], 2 * PRICES["light"])
        assert report["guestCoverageNetSales"] == (3 * PRICES["light"] if name == "alice" else 0)
    for name in ("dana", "sam", "charlie"):
        assert (await everywhere.get(name, "/api/metrics/returns", **RANGE))["items"] == []


async def test_my_figures_are_ones_own_in_the_branch_worked_on(everywhere: Everywhere) -> None:
    await everywhere.chat.sam.send("/sale 500")
    assert (await everywhere.get("sam", TARGETS[0]))["mtdSales"] == 500
    for path in SALES:
        assert (await everywhere.get("sam", path))["netSalesTotal"] == 500
        assert (await everywhere.get("sam", path, boutiqueId="corniche"))["netSalesTotal"] == 0
        assert await everywhere.get("sam", path, b="all") == (403, "b")
    await everywhere.chat.sam.send("/branch corniche")
    own = await _list_own(everywhere, "sam")
    assert set(own.values()) == {Decimal(0)}
    assert (await everywhere.get("sam", TARGETS[0], b="mall"))["mtdSales"] == 500
    assert (await everywhere.get("sam", TARGETS[0]))["branch"] == "Corniche"
