"""A client of the API in a process of its own. One rule: it only asks.

`python -m tests.bench.asker CONNECTIONS`: each line read, {"url", "headers", "count", "body"}, is answered by a line
"done". With a body (any JSON) it posts.
"""

import asyncio
import json
import sys
from typing import Any

import aiohttp
import uvloop


async def ask_repeatedly(session: aiohttp.ClientSession, order: dict[str, Any], connections: int) -> None:
    """So many requests over so many connections, each asking again when it is answered."""
    method = "GET" if order["body"] is None else "POST"
    body = None if order["body"] is None else json.dumps(order["body"]).encode()
    headers = order["headers"] if body is None else {**order["headers"], "Content-Type": "application/json"}

    async def ask_on_one(count: int) -> None:
        for _ in range(count):
            async with session.request(method, order["url"], headers=headers, data=body) as response:
                answer = await response.read()
                assert response.status in (200, 201), answer

    await asyncio.gather(*(ask_on_one(max(order["count"] // connections, 1)) for _ in range(connections)))


async def obey(connections: int) -> None:
    """Until standard input ends."""
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector) as session:
        while line := await asyncio.to_thread(sys.stdin.readline):
            await ask_repeatedly(session, json.loads(line), connections)
            print("done", flush=True)


if __name__ == "__main__":
    uvloop.run(obey(int(sys.argv[1])))
