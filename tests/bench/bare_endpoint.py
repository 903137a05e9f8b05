"""The endpoint one would write by hand. One rule: the same SQL as ours with its values, and JSON; no key is checked."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiosqlite
import asyncpg
from aiohttp import web

from tests.bench.databases import SQLITE

Query = tuple[str, Any]  # the text, and its values as the driver takes them


class Reader(Protocol):
    """Where the bare endpoint reads."""

    async def read(self, query: Query) -> list[Any]:
        """Every row."""


class SqliteReader:
    """aiosqlite: one connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def read(self, query: Query) -> list[Any]:
        """Every row."""
        return list(await self._connection.execute_fetchall(*query))


class PostgresReader:
    """asyncpg: a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def read(self, query: Query) -> list[Any]:
        """Every row."""
        text, values = query
        return [tuple(row) for row in await self._pool.fetch(text, *values)]


@asynccontextmanager
async def open_reader(kind: str, url: str) -> AsyncIterator[Reader]:
    """A reader of the database at `url`."""
    if kind == SQLITE:
        async with aiosqlite.connect(url.removeprefix("sqlite:///")) as connection:
            yield SqliteReader(connection)
        return
    async with asyncpg.create_pool(url, min_size=8, max_size=8) as pool:
        yield PostgresReader(pool)


def add_bare_endpoint(app: web.Application, path: str, reader: Reader, queries: Sequence[Query]) -> None:
    """GET `path` runs the queries and gives their rows."""

    async def answer(_request: web.Request) -> web.Response:
        parts = [await reader.read(query) for query in queries]
        return web.Response(text=json.dumps({"parts": parts}, default=str), content_type="application/json")

    app.router.add_get(path, answer)
