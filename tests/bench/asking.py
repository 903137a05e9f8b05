"""/api/metrics/query beside the endpoint one would write by hand. One rule: both run the SQL ours was seen to run."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from api.app import add_api_routes
from core import clock
from core.db import Database
from core.metrics import ask
from core.metrics.wording import parse_question
from core.people.keys import authenticate_key
from tests.bench.bare_endpoint import Query, add_bare_endpoint, open_reader
from tests.bench.company import open_company
from tests.bench.databases import SQLITE, Databases
from tests.bench.race import Contest, Heat, Side
from tests.statements import Heard, record_statements

PEOPLE, CONNECTIONS, REQUESTS_A_LAP = 16, 8, 1200
PATH = "/api/metrics/query"
QUESTIONS = {
    "revenue and orders of the month, by person": {"measures": "revenue,orders", "by": "person", "period": "month"},
    "revenue of the month": {"measures": "revenue", "period": "month"},
    "revenue and orders of 90 days, by platform": {"measures": "revenue,orders", "by": "platform", "period": "90d"},
}


@dataclass(frozen=True, slots=True)
class Asker:
    """The client's process."""

    process: asyncio.subprocess.Process

    def ask(self, url: str, key: str) -> Side:
        """A side that asks so many times."""

        async def run(count: int) -> None:
            order = {"url": url, "headers": {"Authorization": f"Bearer {key}"}, "count": count}
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            assert await self.process.stdout.readline() == b"done\n"

        return run


def list_asking(databases: Databases) -> list[Contest]:
    """On each database, each question."""
    return [_make_contest(databases, kind, name) for kind in databases.kinds for name in QUESTIONS]


def _make_contest(databases: Databases, kind: str, question: str) -> Contest:
    words = "&".join(f"{name}={value}" for name, value in QUESTIONS[question].items())
    driver = "aiosqlite" if kind == SQLITE else "asyncpg"

    @asynccontextmanager
    async def prepare() -> AsyncIterator[Heat]:
        url = databases.make(kind)
        with open_company(url, PEOPLE) as (database, company):
            async with open_reader(kind, url) as reader, _serve(database) as (app, start), open_asker() as asker:
                add_bare_endpoint(app, "/bare", reader, _hear_queries(database, company.api_key, QUESTIONS[question]))
                address = await start()
                ours = asker.ask(f"{address}{PATH}?{words}", company.api_key)
                yield Heat(ours, asker.ask(f"{address}/bare", company.api_key), REQUESTS_A_LAP)

    setting = f"{question}; {CONNECTIONS} connections"
    return Contest("figures over HTTP", kind, f"bare endpoint, {driver}", "requests", setting, 0.5, prepare)


@asynccontextmanager
async def _serve(database: Database) -> AsyncIterator[tuple[web.Application, Callable[[], Awaitable[str]]]]:
    """An application with our API, and what starts it and gives its address."""
    app = web.Application()
    add_api_routes(app, database)
    runner = web.AppRunner(app, access_log=None)

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield app, start
    await runner.cleanup()


@asynccontextmanager
async def open_asker() -> AsyncIterator[Asker]:
    """The client, for as long as the block lasts."""
    arguments = (sys.executable, "-m", "tests.bench.asker", str(CONNECTIONS))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe)
    yield Asker(process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


def _hear_queries(database: Database, key: str, words: dict[str, str]) -> list[Query]:
    """What our endpoint asks of the rollups or lines to answer, without what it asks to know who is asking."""
    with database.begin_read() as tx:
        known = authenticate_key(tx, key)
        assert known is not None
        viewer, _ = known
        today, calendar = clock.today(viewer.time_zone), viewer.company.calendar
        question = parse_question(**words, today=today, calendar=calendar)  # type: ignore[arg-type]
        with record_statements(tx) as heard:
            ask(tx, viewer, question)
        return [_translate(one) for one in heard if re.search(r"\bFROM (rollup_|lines)|\bJOIN (rollup_|lines)", one)]


def _translate(heard: Heard) -> Query:
    """As asyncpg takes it, where its values are beside it."""
    if heard.values is None:
        return str(heard), ()
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", heard)))
    text = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", heard)
    return text, tuple(heard.values[name] for name in names)
