"""Pages to PDF, each by a process of its own. One rule: it takes its time from nobody but whoever waits for it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import structlog

from core.errors import Unavailable

log = structlog.get_logger()

WORKER = Path(__file__).resolve().parent / "typesetter.py"
TIMEOUT_SECONDS = 60.0
MOST_AT_ONCE = 1  # a long one takes a few hundred megabytes
_places: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


async def typeset(page: bytes, *, timeout_seconds: float = TIMEOUT_SECONDS) -> bytes:
    """The PDF of a page's JSON (`build_page`); Unavailable where it cannot be set, the reason being logged."""
    try:
        async with asyncio.timeout(timeout_seconds), _find_place():
            return await _set(page)
    except TimeoutError:
        log.warning("page_took_too_long", seconds=timeout_seconds)
        raise _refuse() from None


def _find_place() -> asyncio.Semaphore:
    """Those who wait in one event loop take turns."""
    for loop in [loop for loop in _places if loop.is_closed()]:
        del _places[loop]
    return _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(MOST_AT_ONCE))


async def _set(page: bytes) -> bytes:
    try:
        # A session of its own, so that Ctrl-C reaches its owner only.
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(WORKER), stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:
        log.warning("page_not_set", error=str(error))
        raise _refuse() from error
    try:
        made, complaint = await worker.communicate(page)
    except BaseException:
        await asyncio.shield(_end(worker))
        raise
    if worker.returncode or not made.startswith(b"%PDF"):
        log.warning("page_not_set", error=complaint.decode(errors="replace")[-2000:])
        raise _refuse()
    return made


async def _end(worker: Process) -> None:
    if worker.returncode is None:
        try:
            worker.kill()
        except ProcessLookupError:
            return
    await worker.wait()


def _refuse() -> Unavailable:
    return Unavailable("A PDF cannot be made just now.", field="format", hint="xlsx or csv")
