"""/api/metrics/query beside the endpoint one would write by hand. One rule: both run the SQL ours was seen to run."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.app import create_api
from core import clock
from core.db import Database
from core.metrics import ask
from core.metrics.wording import parse_question
from core.people.keys import authenticate_key
from tests.bench.bare_endpoint import Query, add_bare_endpoint, open_reader
from tests.bench.client import open_client
from tests.bench.company import open_company
from tests.bench.databases import SQLITE, Databases
from tests.bench.race import Contest, Heat
from tests.bench.serving import serve
from tests.statements import Heard, record_statements

PEOPLE, CONNECTIONS, REQUESTS_A_LAP = 16, 8, 1200
PATH = "/api/metrics/query"
QUESTIONS = {
    "revenue and orders of the month, by person": {"measures": "revenue,orders", "by": "person", "period": "month"},
    "revenue of the month": {"measures": "revenue", "period": "month"},
    "revenue and orders of 90 days, by platform": {"measures": "revenue,orders", "by": "platform", "period": "90d"},
}


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
            app, headers = create_api(database), {"Authorization": f"Bearer {company.api_key}"}
            async with open_reader(kind, url) as reader, open_client(CONNECTIONS) as client:
                add_bare_endpoint(app, "/bare", reader, _hear_queries(database, company.api_key, QUESTIONS[question]))
                async with serve(app) as address:
                    ours = client.ask(f"{address}{PATH}?{words}", headers)
                    yield Heat(ours, client.ask(f"{address}/bare", headers), REQUESTS_A_LAP)

    setting = f"{question}; {CONNECTIONS} connections"
    return Contest("figures over HTTP", kind, f"bare endpoint, {driver}", "requests", setting, 0.5, prepare)


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
