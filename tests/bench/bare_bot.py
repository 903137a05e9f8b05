"""The bot one would write by hand. One rule: four statements in one transaction, nothing checked, nothing shared.

It stores amounts as integers and commits as durably as ours does; there is no scope, no undo, no history, no target.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiosqlite
import asyncpg
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import World
from tests.bench.databases import SQLITE

TABLES = (
    "CREATE TABLE sales (id {id}, person_id BIGINT NOT NULL, sku TEXT NOT NULL, quantity_e3 BIGINT NOT NULL,"
    " amount_e4 BIGINT NOT NULL, day TEXT NOT NULL, message TEXT NOT NULL UNIQUE)",
    "CREATE TABLE stock (sku TEXT PRIMARY KEY, on_hand_e3 BIGINT NOT NULL)",
    "CREATE TABLE rollup (person_id BIGINT, day TEXT, orders BIGINT NOT NULL, revenue_e4 BIGINT NOT NULL,"
    " PRIMARY KEY (person_id, day))",
    "CREATE TABLE outbox (id {id}, event TEXT NOT NULL, content TEXT NOT NULL)",
    "INSERT INTO stock VALUES ('SOL-3077', 10000000000)",
)
SALE = "INSERT INTO sales (person_id, sku, quantity_e3, amount_e4, day, message) VALUES ($1, $2, $3, $4, $5, $6)"
STOCK = "UPDATE stock SET on_hand_e3 = on_hand_e3 - $1 WHERE sku = $2"
ROLLUP = (
    "INSERT INTO rollup (person_id, day, orders, revenue_e4) VALUES ($1, $2, 1, $3) ON CONFLICT (person_id, day)"
    " DO UPDATE SET orders = rollup.orders + 1, revenue_e4 = rollup.revenue_e4 + excluded.revenue_e4"
)
OUTBOX = "INSERT INTO outbox (event, content) VALUES ($1, $2)"


class Store(Protocol):
    """Where the bare bot keeps its sales."""

    async def record(self, sale: "BareSale") -> None:
        """One durable transaction of four statements."""


class BareSale:
    """What a message said, as parameters of the four statements."""

    def __init__(self, update: Update, words: list[str]) -> None:
        quantity, self.sku, price = int(words[0]), words[1], words[2].removeprefix("@")
        units, _, cents = price.partition(".")
        message, user = update.effective_message, update.effective_user
        assert message is not None
        assert user is not None
        self.quantity_e3 = quantity * 1000
        self.amount_e4 = quantity * (int(units) * 10_000 + int(cents.ljust(4, "0")))
        self.person_id = user.id
        self.day = time.strftime("%Y-%m-%d")  # noqa: TID251 - as one would write it by hand
        self.message = f"{message.chat_id}:{message.message_id}"

    @property
    def statements(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """The four, each with its parameters."""
        sale = (self.person_id, self.sku, self.quantity_e3, self.amount_e4, self.day, self.message)
        return (
            (SALE, sale),
            (STOCK, (self.quantity_e3, self.sku)),
            (ROLLUP, (self.person_id, self.day, self.amount_e4)),
            (OUTBOX, ("sale", self.message)),
        )


class SqliteStore:
    """aiosqlite: one connection, one transaction after the other."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()

    async def record(self, sale: BareSale) -> None:
        """One durable transaction of four statements."""
        async with self._lock:
            await self._connection.execute("BEGIN IMMEDIATE")
            for statement, parameters in sale.statements:
                await self._connection.execute(statement, parameters)
            await self._connection.commit()


class PostgresStore:
    """asyncpg: a pool, one transaction each."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def record(self, sale: BareSale) -> None:
        """One durable transaction of four statements."""
        async with self._pool.acquire() as connection, connection.transaction():
            for statement, parameters in sale.statements:
                await connection.execute(statement, *parameters)


@asynccontextmanager
async def open_store(kind: str, url: str) -> AsyncIterator[Store]:
    """The bare bot's store at `url`, empty."""
    if kind == SQLITE:
        async with aiosqlite.connect(url.removeprefix("sqlite:///"), isolation_level=None) as connection:
            await connection.execute("PRAGMA journal_mode=WAL")
            await connection.execute("PRAGMA synchronous=FULL")
            for statement in TABLES:
                await connection.execute(statement.format(id="INTEGER PRIMARY KEY"))
            yield SqliteStore(connection)
        return
    async with asyncpg.create_pool(url, min_size=8, max_size=8) as pool:
        for statement in TABLES:
            await pool.execute(statement.format(id="BIGSERIAL PRIMARY KEY"))
        yield PostgresStore(pool)


def build_bare_application(world: World, store: Store) -> Application[Any, Any, Any, Any, Any, Any]:
    """A bot with one handler."""

    async def sell(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        sale = BareSale(update, context.args or [])
        await store.record(sale)
        message = update.effective_message
        assert message is not None
        await message.reply_text(f"Sale recorded: {sale.amount_e4 / 10_000:.2f}")

    builder = Application.builder().token(world.token).request(SandboxRequest(world))
    builder = builder.get_updates_request(SandboxRequest(world)).concurrent_updates(256).updater(None).job_queue(None)
    application = builder.build()
    application.add_handler(CommandHandler("sale", sell))
    return application
