"""One way to record a sale over HTTP, served in a process of its own.

`python -m tests.bench.posting.server WAY URL`: prints {"url", "headers"} once it serves; each line read is answered by
the seconds of processor time it has taken; it ends with its input.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvloop

from api.app import create_api
from tests.bench.company import open_company
from tests.bench.posting.fastapi_sales import serve_fastapi
from tests.bench.posting.statement_sales import serve_through_thread, serve_through_tortoise
from tests.bench.posting.tortoise_sales import serve_tortoise
from tests.bench.serving import serve

PEOPLE = 16


@asynccontextmanager
async def serve_ours(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Our API for a company with goals, stock and history; its address and the manager's key."""
    with open_company(url, PEOPLE) as (database, company):
        async with serve(create_api(database)) as address:
            yield f"{address}/api/sales", {"Authorization": f"Bearer {company.api_key}"}


WAYS = {
    "ours": serve_ours,
    "fastapi": serve_fastapi,
    "tortoise": serve_tortoise,
    "statements through Tortoise": serve_through_tortoise,
    "statements in a thread": serve_through_thread,
}


async def obey(way: str, url: str) -> None:
    """Serve until standard input ends."""
    async with WAYS[way](url) as (address, headers):
        print(json.dumps({"url": address, "headers": headers}), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(time.process_time(), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    uvloop.run(obey(*sys.argv[1:]))
