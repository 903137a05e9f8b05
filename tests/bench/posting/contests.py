"""`POST /api/sales` beside a bare insert, and beside its own statements alone: the same client, all in one run."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.bench.client import open_client
from tests.bench.databases import SQLITE, Databases
from tests.bench.race import Field, Pairing, Runner

CONNECTIONS, SALES_A_LAP = 16, 800
BODY = {"sku": "SOL-3077", "quantity": 2, "unit_price": 24.99, "platform": "Etsy"}
# What ours is compared with: the way of `server.py`, how it is called, and the aim on each kind of database.
BARE = (
    ("fastapi", "FastAPI, SQLAlchemy: one insert", {"sqlite": 0.8, "postgresql": 0.5}),
    ("tortoise", "aiohttp, Tortoise: one insert", {}),
)
STATEMENTS = (
    ("statements through Tortoise", "its statements, by Tortoise", {}),
    ("statements in a thread", "its statements, in one hop", {}),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server's process, where it takes sales and the headers it wants."""

    process: asyncio.subprocess.Process
    url: str
    headers: dict[str, str]

    async def read_cpu(self) -> float:
        """Seconds of its processor time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        return float(await self.process.stdout.readline())


def list_posting(databases: Databases, count: int = SALES_A_LAP) -> list[Field]:
    """On each kind of database all servers side by side; ours records `count` sales in a lap."""
    return [_make_field(databases, kind, count) for kind in databases.kinds]


def _make_field(databases: Databases, kind: str, count: int) -> Field:
    others = BARE + STATEMENTS if kind == SQLITE else BARE
    setting = f"{CONNECTIONS} connections, {count:,} sales a lap"
    pairings = tuple(
        Pairing("sale over HTTP", kind, called, "sales", setting, aims.get(kind)) for _, called, aims in others
    )

    @asynccontextmanager
    async def prepare() -> AsyncIterator[Sequence[Runner]]:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(open_client(CONNECTIONS))
            runners = []
            for way in ("ours", *(way for way, _, _ in others)):
                server = await stack.enter_async_context(_open_server(way, databases.make(kind)))
                side = client.ask(server.url, server.headers, BODY)
                runners.append(Runner(side, count if way == "ours" else min(count, SALES_A_LAP), server.read_cpu))
            yield runners

    return Field(pairings, prepare)


@asynccontextmanager
async def _open_server(way: str, url: str) -> AsyncIterator[Server]:
    """The server, for as long as the block lasts."""
    arguments = (sys.executable, "-m", "tests.bench.posting.server", way, url)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    served = json.loads(await process.stdout.readline())
    yield Server(process, served["url"], served["headers"])
    process.stdin.close()
    await process.wait()
