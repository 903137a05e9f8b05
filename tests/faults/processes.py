"""`salesbell` as a process of its own, and the Telegram it talks to. One rule: started as a person would start it."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.sandbox.server import add_bot_api_routes
from bot.sandbox.world import World
from tests.days import CHILD_VARIABLES

PROGRAM = str(Path(sys.executable).parent / "salesbell")
TOKEN = "4200000000:AAH-token_that_nobody_may_see"
START_SECONDS = 60.0
_PORT = re.compile(r"listens on port\s+(\d+)")
_CODE = re.compile(r"/start\s+([A-Z0-9-]{8,})")
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def find_free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serve_telegram(world: World, port: int = 0) -> AsyncIterator[str]:
    """The sandbox's Bot API over HTTP; its address."""
    app = web.Application()
    add_bot_api_routes(app, world)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Running:
    """A `salesbell` process: what it said so far, and its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""
        self._grew = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while chunk := await self.process.stdout.read(65536):
            self.output += _COLOURS.sub("", chunk.decode(errors="replace"))
            self._grew.set()
        self._grew.set()

    async def wait_for(self, pattern: str | re.Pattern[str], seconds: float = START_SECONDS) -> str:
        """What the (first group of the) pattern says, as soon as it was printed."""
        async with asyncio.timeout(seconds):
            while not (found := re.search(pattern, self.output)):
                assert not self._reader.done(), f"it ended without saying {pattern}: {self.output}"
                self._grew.clear()
                await self._grew.wait()
        return found[1] if found.groups() else found[0]

    async def port(self) -> int:
        """The port it listens on, once it does."""
        return int(await self.wait_for(_PORT))

    async def code(self) -> str:
        """The set-up code it prints."""
        return await self.wait_for(_CODE)

    async def end(self, number: signal.Signals | None = signal.SIGTERM, seconds: float = 8.0) -> int:
        """Its exit code, after a signal (None: it ends by itself); nothing it said may give away the token."""
        if number is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), seconds)
        await self._reader
        secret = TOKEN.partition(":")[2]
        assert secret not in self.output
        assert "Traceback" not in self.output, self.output
        return code


@asynccontextmanager
async def start(folder: Path, *words: str, **settings: str) -> AsyncIterator[Running]:
    """`salesbell WORDS` with SALESBELL_… settings, working in `folder`; ended at the end, whatever happens."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *words,
        cwd=folder,
        env=build_environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Running(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await running._reader


async def run(folder: Path, *words: str, **settings: str) -> tuple[int, str]:
    """A command that ends by itself: (exit code, what it said)."""
    async with start(folder, *words, **settings) as running:
        return await running.end(None, START_SECONDS), running.output


def build_environment(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of the tests' own environment but the machine's, and SALESBELL_… settings by their short names."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", *CHILD_VARIABLES)
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"PYTHONUNBUFFERED": "1"} | {f"SALESBELL_{name.upper()}": value for name, value in settings.items()}
