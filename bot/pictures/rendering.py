"""Specifications to PNG in processes of their own. One rule: a picture may be missing; nothing ever waits long for it.

The renderer holds the interpreter lock while it draws and a forked copy of it hangs, so each worker is a fresh
process that reads from a pipe. A worker that dies, hangs or answers nonsense is replaced; one whose owner dies reads
the end of its pipe and leaves.
"""

import asyncio
import json
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

WORKER = Path(__file__).resolve().parent / "worker.py"


class Renderer:
    """Draws in at most `workers` processes, started when first needed and belonging to the running event loop.

    Three failures in a row to start or to draw with a fresh worker and it gives up until `retry_seconds` later: every
    call then answers None at once, which is how a machine without vl-convert behaves.
    """

    def __init__(self, workers: int = 1, timeout_seconds: float = 20, retry_seconds: float = 300) -> None:
        self._places = asyncio.Semaphore(workers)
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._timeout_seconds = timeout_seconds
        self._retry_seconds = retry_seconds
        self._failures = 0
        self._resting_until = 0.0
        self._closed = False

    async def render(self, spec: dict[str, Any]) -> bytes | None:
        """The picture as PNG; None where it could not be drawn, the reason logged once. Never raises for a picture."""
        frame = json.dumps(spec).encode()
        try:
            async with asyncio.timeout(self._timeout_seconds), self._places:
                return await self._draw(frame)
        except TimeoutError:
            log.warning("picture_took_too_long", seconds=self._timeout_seconds)
            return None

    async def warm(self) -> None:
        """Start a worker before it is needed: the first picture takes a second, later ones a fraction."""
        await self.render({"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 1, "height": 1})

    async def close(self) -> None:
        """End every worker and wait for it to be gone."""
        self._closed = True
        await asyncio.gather(*(_end(worker) for worker in [*self._idle, *self._busy]))
        self._idle.clear()

    async def _draw(self, frame: bytes) -> bytes | None:
        """One picture by an idle worker, or by a fresh one; a second try where an idle one turns out to be dead."""
        for _ in range(2):
            if self._closed or asyncio.get_running_loop().time() < self._resting_until:
                return None
            was_idle = bool(self._idle)
            try:
                return await self._ask_worker(frame)
            except (OSError, EOFError) as error:
                if not was_idle:
                    self._note_failure(error)
                    return None
        return None

    async def _ask_worker(self, frame: bytes) -> bytes | None:
        worker = self._idle.pop() if self._idle else await _start()
        self._busy.add(worker)
        try:
            answer = await _exchange(worker, frame)
        except BaseException:  # a cancelled exchange leaves an answer in the pipe: never use such a worker again
            await asyncio.shield(_end(worker))
            raise
        finally:
            self._busy.discard(worker)
        if self._closed:
            await _end(worker)
        else:
            self._idle.append(worker)
        return self._read_answer(answer)

    def _read_answer(self, answer: bytes) -> bytes | None:
        if answer[:1] == b"P":
            self._failures = 0
            return answer[1:]
        self._note_failure(RuntimeError(answer[1:].decode(errors="replace")))
        return None

    def _note_failure(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            log.warning("picture_not_drawn", error=str(error))
        if self._failures >= 3:
            self._failures = 0
            self._resting_until = asyncio.get_running_loop().time() + self._retry_seconds


async def _start() -> Process:
    """A fresh worker, in a session of its own so that Ctrl-C reaches its owner only."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(WORKER), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )


async def _exchange(worker: Process, frame: bytes) -> bytes:
    requests, answers = worker.stdin, worker.stdout
    if requests is None or answers is None:
        raise EOFError("the worker has no pipes")
    requests.write(struct.pack(">I", len(frame)) + frame)
    await requests.drain()
    (length,) = struct.unpack(">I", await answers.readexactly(4))
    return await answers.readexactly(length)


async def _end(worker: Process) -> None:
    if worker.returncode is None:
        try:
            worker.kill()
        except ProcessLookupError:
            return
    await worker.wait()
