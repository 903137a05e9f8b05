"""The processes that draw, when they die, hang, or cannot draw at all. One rule: real processes, really killed."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from bot.pictures import Renderer, rendering
from tests.bot.pictures.drawing import list_workers, show, write_line

ROOT = Path(__file__).resolve().parents[3]
SPEC = write_line("Hello")
OWNER = """
import asyncio, sys
sys.path.insert(0, {root!r})
from bot.pictures.rendering import Renderer

async def main():
    renderer = Renderer()
    await renderer.render({spec!r})
    print("drawn", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def wait_until(is_so: object, seconds: float = 10) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():  # type: ignore[operator]
            return True
        await asyncio.sleep(0.02)
    return False


def pretend_worker(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Have another script run in the worker's place."""
    (folder / "worker.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(rendering, "WORKER", folder / "worker.py")


async def test_it_replaces_a_worker_that_was_killed() -> None:
    renderer = Renderer(timeout_seconds=60)
    try:
        before = list_workers(os.getpid())
        show(await renderer.render(SPEC))
        (worker,) = set(list_workers(os.getpid())) - set(before)

        os.kill(worker, signal.SIGKILL)
        assert await wait_until(lambda: worker not in list_workers(os.getpid()))

        show(await renderer.render(SPEC))
        assert worker not in list_workers(os.getpid())
    finally:
        await renderer.close()


async def test_it_replaces_a_worker_killed_while_it_draws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend_worker(monkeypatch, tmp_path, "import sys, os; sys.stdin.buffer.read(4); os._exit(9)")
    renderer = Renderer(timeout_seconds=30)
    try:
        assert await renderer.render(SPEC) is None
        monkeypatch.undo()
        show(await renderer.render(SPEC))
    finally:
        await renderer.close()


async def test_it_gives_up_on_a_worker_that_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend_worker(monkeypatch, tmp_path, "import time; time.sleep(60)")
    renderer = Renderer(timeout_seconds=0.3)
    before = list_workers(os.getpid())
    try:
        assert await renderer.render(SPEC) is None
        assert set(list_workers(os.getpid())) <= set(before)
    finally:
        await renderer.close()


async def test_it_answers_none_where_the_library_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = rendering.WORKER.read_text(encoding="utf-8").replace(
        "import vl_convert", "import vl_convert_that_is_missing"
    )
    pretend_worker(monkeypatch, tmp_path, code)
    renderer = Renderer(timeout_seconds=30)
    try:
        assert [await renderer.render(SPEC) for _ in range(6)] == [None] * 6
    finally:
        await renderer.close()
    assert "".join(capsys.readouterr()).count("picture_not_drawn") == 1


async def test_it_survives_a_specification_that_cannot_be_drawn() -> None:
    renderer = Renderer(timeout_seconds=60)
    try:
        assert await renderer.render({"$schema": "https://vega.github.io/schema/vega/v6.json", "marks": 7}) is None
        show(await renderer.render(SPEC))
    finally:
        await renderer.close()


async def test_it_draws_several_at_once_without_holding_the_loop() -> None:
    renderer = Renderer(workers=2, timeout_seconds=60)
    turns = 0

    async def watch() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    watching = asyncio.create_task(watch())
    try:
        before = list_workers(os.getpid())
        pictures = await asyncio.gather(*(renderer.render(SPEC) for _ in range(8)))
        assert all(show(one).width == 1080 for one in pictures)
        assert len(set(list_workers(os.getpid())) - set(before)) == 2
        assert turns > 100, "the loop went round all the while, not once a picture"
    finally:
        watching.cancel()
        await renderer.close()


async def test_it_leaves_nobody_behind_when_closed() -> None:
    renderer = Renderer(workers=2, timeout_seconds=60)
    before = set(list_workers(os.getpid()))
    await asyncio.gather(renderer.render(SPEC), renderer.render(SPEC))
    unfinished = asyncio.create_task(renderer.render(SPEC))
    await asyncio.sleep(0)

    await renderer.close()

    drawn = await unfinished  # given up, unless it was done before anybody could
    assert drawn is None or show(drawn).width == 1080
    assert set(list_workers(os.getpid())) <= before
    assert await renderer.render(SPEC) is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
async def test_it_leaves_nobody_behind_when_its_owner_dies(how: signal.Signals) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        OWNER.format(root=str(ROOT), spec=SPEC),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert owner.stdout is not None
    assert await owner.stdout.readline() == b"drawn\n"
    (worker,) = list_workers(owner.pid)

    owner.send_signal(how)
    await owner.wait()

    assert await wait_until(lambda: not Path(f"/proc/{worker}").exists() or is_dead(worker))


def is_dead(process: int) -> bool:
    """Whether a process has ended and only waits to be counted."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
