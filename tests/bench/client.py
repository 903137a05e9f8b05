"""The client of the API, as whoever measures holds it. It runs in a process of its own (`asker.py`)."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.race import Side


@dataclass(frozen=True, slots=True)
class Client:
    """Its process."""

    process: asyncio.subprocess.Process

    def ask(self, url: str, headers: Mapping[str, str], body: Any = None) -> Side:
        """A side that asks so many times: GET, or POST where there is a body."""

        async def run(count: int) -> None:
            order = {"url": url, "headers": headers, "count": count, "body": body}
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            assert await self.process.stdout.readline() == b"done\n"

        return run


@asynccontextmanager
async def open_client(connections: int) -> AsyncIterator[Client]:
    """The client, for as long as the block lasts."""
    arguments = (sys.executable, "-m", "tests.bench.asker", str(connections))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe)
    yield Client(process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()
