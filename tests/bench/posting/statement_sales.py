"""The statements of a sale of ours and nothing else, in one transaction on SQLite: what they cost by themselves.

A document, its revision and line, every rollup, a move and a level of stock, the goals in force: through Tortoise's
connection, where each is a hop of its own to a thread, and in one hop of all of them to a thread with plain sqlite3.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web
from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.dialects import sqlite
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from core import clock
from core.db import Database
from core.models.catalog import products, stock_levels, stock_moves
from core.models.goals import goals
from core.models.people import people
from core.models.rollups import ROLLUPS
from core.models.sales import documents, lines, revisions
from core.money import E3, E4
from tests.bench.company import open_company
from tests.bench.posting import tortoise_sales
from tests.bench.serving import serve

PEOPLE = 16
Values = tuple[Any, ...]
Record = Callable[[Mapping[str, Any]], Awaitable[int]]
_DIALECT = sqlite.dialect(paramstyle="qmark")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as SQLite takes it, and the names of its values in order."""

    sql: str
    names: tuple[str, ...]

    def fill(self, values: Mapping[str, Any]) -> Values:
        """Its values."""
        return tuple(values[name] for name in self.names)


def _prepare(statement: Any) -> Prepared:
    compiled = statement.compile(dialect=_DIALECT)
    return Prepared(str(compiled), tuple(compiled.positiontup))


def _insert(table: Table, *names: str) -> Any:
    return insert(table).values({name: bindparam(name) for name in names})


def _add_up(table: Table, keys: tuple[str, ...], sums: tuple[str, ...]) -> Any:
    upsert = sqlite.insert(table).values({name: bindparam(name) for name in (*keys, *sums)})
    added = {name: table.c[name] + upsert.excluded[name] for name in sums}
    return upsert.on_conflict_do_update(index_elements=keys, set_=added)


def list_statements() -> tuple[Prepared, ...]:
    """All of them, the document first, which gives its number."""
    of_goals = goals.c.company_id == bindparam("company_id"), goals.c.branch_id == bindparam("branch_id")
    in_force = goals.c.start_day <= bindparam("day"), goals.c.end_day > bindparam("day")
    moved = "company_id", "branch_id", "product_id"
    built = (
        _insert(documents, "company_id", "kind", "source", "external_id", "revision", "created_at"),
        _insert(revisions, "company_id", "document_id", "number", "action", "person_id", "recorded_at"),
        _insert(
            lines, "company_id", "document_id", "revision", "position", "kind", "source", "sold_at", "day", "branch_id",
            "person_id", "product_id", "filing_id", "platform", "quantity_e3", "unit_price_e4", "discount_e4",
            "amount_e4", "cost_e4", "recorded_at",
        ),
        *(_add_up(one.table, ("company_id", *one.keys, "day"), one.sums) for one in ROLLUPS if one.word != "coupon"),
        _insert(stock_moves, *moved, "quantity_e3", "reason", "document_id", "moved_by", "moved_at"),
        _add_up(stock_levels, moved, ("on_hand_e3",)),
        select(goals).where(*of_goals, *in_force),
    )  # fmt: skip
    return tuple(map(_prepare, built))


@dataclass(frozen=True, slots=True)
class Sales:
    """A company of ours, and what a posted sale gives the statements for values."""

    company: Mapping[str, int]
    products: Mapping[str, Mapping[str, int]]  # by code, the numbers of each and of how it is filed

    def describe(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Every value but the document's number."""
        now = clock.now().replace(tzinfo=None)
        quantity, price_e4 = int(body["quantity"]), round(float(body["unit_price"]) * E4)
        amounts = {"quantity_e3": quantity * E3, "unit_price_e4": price_e4, "amount_e4": quantity * price_e4}
        sums = {name: 0 for rollup in ROLLUPS for name in rollup.sums} | {"entries": 1, "lines": 1, "orders": 1}
        sums |= {"units_e3": amounts["quantity_e3"], "revenue_e4": amounts["amount_e4"]}
        told = {"kind": "sale", "source": "bench", "external_id": str(next(_numbers)), "platform": body["platform"]}
        at = dict.fromkeys(("created_at", "recorded_at", "sold_at", "moved_at"), now.isoformat(" "))
        same = {"revision": 1, "number": 1, "position": 1, "action": "recorded", "reason": "sale", "customer_id": 0}
        money = {"discount_e4": 0, "cost_e4": 0, "on_hand_e3": -amounts["quantity_e3"], "day": now.date().isoformat()}
        whom = {**self.products[body["sku"]], "moved_by": self.company["person_id"]}
        return {**sums, **amounts, **told, **at, **same, **money, **whom, **self.company}


def _find_sales(database: Database) -> Sales:
    with database.begin_read() as tx:
        whose = select(people.c.company_id, people.c.branch_id, people.c.id.label("person_id")).limit(1)
        company = dict(tx.execute(whose).one()._mapping)
        known = tx.execute(select(products.c.sku, products.c.id, products.c.filing_id))
        return Sales(company, {sku: {"product_id": one, "filing_id": filing or 0} for sku, one, filing in known})


@asynccontextmanager
async def _serve(record: Record) -> AsyncIterator[tuple[str, dict[str, str]]]:
    async def create_sale(request: web.Request) -> web.Response:
        return web.json_response({"id": await record(await request.json())}, status=201)

    app = web.Application()
    app.router.add_post("/api/sales", create_sale)
    async with serve(app) as address:
        yield f"{address}/api/sales", {}


@asynccontextmanager
async def serve_through_tortoise(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Each statement through the connection of Tortoise's transaction."""
    with open_company(url, PEOPLE) as (database, _):
        sales, (first, *others) = _find_sales(database), list_statements()
    await Tortoise.init(db_url=tortoise_sales.write_tortoise_url(url), modules={"models": [tortoise_sales.__name__]})

    async def record(body: Mapping[str, Any]) -> int:
        values = sales.describe(body)
        async with in_transaction() as connection:
            document_id = await connection.execute_insert(first.sql, list(first.fill(values)))
            values["document_id"] = document_id
            for one in others:
                await connection.execute_query(one.sql, list(one.fill(values)))
        return int(document_id)

    async with _serve(record) as served:
        yield served
    await Tortoise.close_connections()


@asynccontextmanager
async def serve_through_thread(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """All of them in one hop to a thread."""
    with open_company(url, PEOPLE) as (database, _):
        sales, (first, *others) = _find_sales(database), list_statements()
    path = url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def write(values: dict[str, Any]) -> int:
        connection.execute("BEGIN IMMEDIATE")
        values["document_id"] = connection.execute(first.sql, first.fill(values)).lastrowid
        for one in others:
            connection.execute(one.sql, one.fill(values)).fetchall()
        connection.execute("COMMIT")
        return int(values["document_id"])

    with ThreadPoolExecutor(1) as thread:

        async def record(body: Mapping[str, Any]) -> int:
            return await asyncio.get_running_loop().run_in_executor(thread, write, sales.describe(body))

        async with _serve(record) as served:
            yield served
    connection.close()
