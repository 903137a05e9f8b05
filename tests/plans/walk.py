"""A walk through every front door: chat commands and their buttons, routes, commands of the shell, jobs.

One rule: what is tried comes from the tables of commands, routes, dimensions and jobs: a new entry is walked by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from api.app import create_api
from api.routes import TABLES
from api.routing import Route
from bot.cli.main import COMMANDS as SHELL_COMMANDS
from bot.cli.main import salesbell
from bot.commands import COMMANDS
from bot.delivery import deliver_due
from bot.sandbox.correspondent import Answers, Correspondent
from bot.sandbox.world import World
from bot.scheduler import JOBS, JobContext
from core.access import find_viewer
from core.db import Database
from core.demo import Demo
from core.errors import SalesbellError
from core.exports import EXPORTS
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import MEASURES
from core.people.keys import create_key
from tests.bot.conftest import build_chat_application
from tests.bot.sandbox.small_bot import build_png
from tests.core.imports.tally.daybooks import sell, write_book

COMPANY = "lumina_home"
ROLES = ("employee", "manager", "super admin")  # who sees themselves, a branch, all
MOST_PRESSES = 8  # under one message
# What is written besides every command's own examples.
MORE_MESSAGES = (
    "sold 2 SOL-3077 on etsy to Jane Roe",
    "/sales",
    "/sales returns",
    "/sales to Jane Roe",
    "/sales #SUMMER",
    "/sales etsy last month",
    "/return #1",
    "/history #1",
    "/sale 1 SOL-3077 guest at Jeddah",
    "/kpi platform=etsy",
    "/why revenue month sort=-amount",
    "/leaderboard by customers",
)
SALES_FILE = "Order,Day,Item,Amount,Channel,Buyer\nA-1,2026-01-13,Lamp,5,Fair,Jo\nA-1,2026-01-13,Rug,6,Fair,Jo\n"
MAPPED = "--map order_id=Order --map date=Day --map product=Item --map stall=Channel --map customer=Buyer --yes"
MAPPED += " --create-missing --branch riyadh_mall --person ann"
TARGETS_FILE = "Month,Branch,Target\n2026-01,Riyadh Mall,1000\n"


# ---- chat -----------------------------------------------------------------------------------------------------------


async def walk_chat(database: Database, demo: Demo) -> None:
    """Everybody's commands with their examples, each button under what is answered, and what is sent by itself."""
    world = World()
    application = build_chat_application(database, world)
    for one in demo.people:
        world.add_person(one.telegram_id, one.name, one.handle)
    world.add_group(demo.group_chat_id, demo.group_title, [one.telegram_id for one in demo.people])
    async with application:
        for role in ROLES:
            person = next(one for one in demo.people if one.role == role)
            writer = Correspondent(world, person.telegram_id, application)
            for words in _list_messages():
                answers = await writer.send(words)
                if role == "manager":
                    await _press_everything(writer, answers)
            receipt = (await writer.send("sold 1 SOL-3077"))[0].message_id
            await writer.edit(receipt - 1, "sold 2 SOL-3077")
            await _press_everything(writer, await writer.send_photo(build_png(), reply_to=receipt))
            await writer.search("lamp")
        await deliver_due(database, application.bot)


def _list_messages() -> Iterator[str]:
    yield from MORE_MESSAGES
    for command in COMMANDS.values():
        more = command.more.examples if command.more else ()
        yield from (f"/{command.name}", *command.examples, *more)


async def _press_everything(writer: Correspondent, answers: Answers) -> None:
    """Each button there is under a message and under what becomes of it, once; what a button asks for is not said."""
    if not answers:
        return
    message_id, pressed = answers[-1].message_id, set[str]()
    for _ in range(MOST_PRESSES):
        shown = next((one for one in reversed(writer.messages) if one.message_id == message_id), None)
        label = next((one for one in (shown.buttons if shown else ()) if one not in pressed), None)
        if label is None:
            return
        pressed.add(label)
        try:
            await writer.press(label, message_id=message_id)
        except LookupError:  # it opens a search
            continue


# ---- API ------------------------------------------------------------------------------------------------------------

# A value of every query parameter that its route's example does not give.
SAMPLES: dict[str, tuple[str, ...]] = {
    "after": ("1",),
    "as_of": ("2026-01-01T00:00:00Z",),
    "b": ("all",),
    "bom": ("true",),
    "boutiqueId": ("all",),
    "branch": ("all",),
    "by": ("person",),
    "card": ("total_revenue",),
    "category": ("Kitchen",),
    "cell": ("month=2026-01",),
    "chart": ("salesperson_totals",),
    "coupon_code": ("SUMMER",),
    "customer_name": ("Hala Mansour",),
    "day": ("2026-01-15",),
    "end_date": ("2026-01-31",),
    "from": ("2026-01-01",),
    "include_sales": ("true",),
    "kind": ("sale", "return"),
    "limit": ("5",),
    "low": ("true",),
    "measure": ("revenue",),
    "measures": ("revenue",),
    "month": ("2026-01",),
    "move_to": ("Kitchen",),
    "page": ("2",),
    "period": ("month", "year"),
    "person": ("@bob",),
    "platform": ("etsy",),
    "product_id": ("1",),
    "range": ("90d",),
    "reason": ("why not",),
    "search": ("lamp",),
    "sku": ("SOL-3077",),
    "sort": ("date", "-revenue", "profit", "amount", "-day"),
    "start_date": ("2026-01-01",),
    "to": ("2026-01-31",),
    "variant_id": ("1",),
    "view": ("my", "team"),
    "where": ("platform=etsy",),
    "window": ("running:all", "previous"),
}
# Of which only one is said.
EITHER = {(name, "period") for name in ("from", "to", "start_date", "end_date")} | {("measure", "card")}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the API."""

    client: TestClient[Any, Any]
    key: str

    async def call(self, method: str, path: str, query: Any = None, body: Any = None, name: str | None = None) -> Any:
        """What it answers; a refusal is an answer too, a fault of ours is not. `name`: what a repeated call goes by."""
        options = {"json": body} if body is not None else {}
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": name} if name else {})
        answer = await self.client.request(method, path, params=query, headers=headers, **options)
        assert answer.status < 500, (method, path, query, await answer.text())
        return await answer.json(content_type=None) if answer.content_type.endswith("json") else None


@asynccontextmanager
async def open_api(database: Database, *handles: str) -> AsyncIterator[list[Caller]]:
    """The API, and these people at it."""
    with database.begin() as tx:
        viewers = [find_viewer(tx, handle, COMPANY) for handle in handles]
        keys = [create_key(tx, viewer, viewer.person_id or 0) for viewer in viewers]
    async with TestClient(TestServer(create_api(database))) as client:
        yield [Caller(client, key) for key in keys]


async def walk_api(database: Database) -> None:
    """Every route with its example and each of its parameters, for the widest eyes and the narrowest."""
    async with open_api(database, "layla", "noura") as callers:
        for caller in callers:
            for route in (route for table in TABLES for route in table):
                await _try_route(caller, route)
            await _ask_everything(caller)


async def _try_route(caller: Caller, route: Route) -> None:
    path = route.path.format(**{"id": 1, **route.example.path})
    example = dict(route.example.query)
    await caller.call(route.method, path, example, route.example.body)
    known = [name for section in route.sections if section.name == "query" for name in sorted(section.known)]
    for name in known:
        also = {one: value for one, value in example.items() if (name, one) not in EITHER}
        for value in SAMPLES[name]:
            await caller.call(route.method, path, {**also, name: value}, route.example.body)


async def _ask_everything(caller: Caller) -> None:
    """Every measure, split and narrowed by every dimension; every export."""
    every = {"measures": ",".join(MEASURES), "period": "year"}
    await caller.call("GET", "/api/metrics/query", every)
    for name in DIMENSIONS:
        for measures in ("revenue", "orders", "customers"):
            question = {"measures": measures, "period": "year", "by": name}
            answer = await caller.call("GET", "/api/metrics/query", question)
            rows = answer.get("data", {}).get("rows", ())
            label = next((row[name] for row in rows if row.get(name)), None)
            if label is not None:
                await caller.call("GET", "/api/metrics/query", every | {"where": f"{name}={label}"})
    for name in EXPORTS:
        for query in ({"period": "month"}, {"measures": "revenue", "by": "product"}, {"chart": "salesperson_totals"}):
            await caller.call("GET", f"/api/exports/{name}.csv", query)


# ---- shell and jobs --------------------------------------------------------------------------------------------------

# What is typed, in this order; FOLDER is one that holds the files below. `run` and `demo` only serve what is walked.
SHELL = (
    "company create Another --branch Quay",
    "person add Zoe --company second",
    "product add NEW-1 Novelty --price 5 --stock 4 --company second",
    "key create --as ann",
    "key list --company lumina_home",
    "key revoke 1 --company lumina_home",
    "setup-code",
    "goal set 1000 --branch riyadh_mall --company lumina_home",
    "goal show --history --company lumina_home",
    "chat --as ann /me",
    "chat --as nobody /me",
    "ask --measures revenue,orders --by month --company lumina_home",
    "ask --measures revenue --as-of 2026-01-01T00:00:00Z --company lumina_home",
    f"import sales FOLDER/sales.csv {MAPPED} --company lumina_home",
    f"import sales FOLDER/sales.csv {MAPPED} --company lumina_home",
    "import targets FOLDER/targets.csv --company lumina_home",
    "import counters FOLDER/counters.json --branch riyadh_mall --person ann --company lumina_home",
    "import counters FOLDER/counters.json --branch riyadh_mall --person ann --company lumina_home",
    "imports --company lumina_home",
    "import --undo 1 --company lumina_home",
    "export sales --out FOLDER/own.csv --company lumina_home",
    "import FOLDER/own.csv --create-missing --yes --company second",
    "import FOLDER/own.csv --create-missing --yes --company second",
    "sync FOLDER/book.xml --company second",
    "sync FOLDER/later.xml --company second",
    "sync --status --company second",
    "verify --rebuild --company lumina_home",
    "generate --lines 20 --company Third",
    "config",
)
SERVING = {"run", "demo"}


def walk_shell(folder: Path) -> list[str]:
    """Every command of the shell, on the database the environment names; what failed otherwise than in a sentence."""
    assert {line.split()[0] for line in SHELL} | SERVING == set(SHELL_COMMANDS)
    (folder / "sales.csv").write_text(SALES_FILE)
    (folder / "targets.csv").write_text(TARGETS_FILE)
    (folder / "counters.json").write_text('{"qty_sold_GAM-2211": 5}')
    write_book(folder / "book.xml", [sell("a", "5.00"), sell("b", "6.00")])
    write_book(folder / "later.xml", [sell("a", "7.00", alter_id=9), sell("c", "6.00")])
    said = []
    for line in SHELL:
        done = CliRunner().invoke(salesbell, line.replace("FOLDER", str(folder)).split())
        refused = isinstance(done.exception, SalesbellError | SystemExit)
        assert done.exception is None or refused, (line, done.exception)
        said.append(f"{line}: {done.exit_code} {done.exception or ''} {done.output[-100:]}")
    return said


async def walk_jobs(database: Database) -> None:
    """Every periodic job once."""
    for job in JOBS:
        await job.run(JobContext(database, asyncio.Event()))
