"""A real server whose database is in trouble. One rule: each trouble has its own words, and nothing is lost by it."""

import os
import sqlite3
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core.db import Database
from core.migrations import migrate
from tests.api.house import build_house
from tests.attacks.test_processes import become_ready, settings
from tests.faults.processes import run, start

READY_SECONDS = 4.0  # its own two, and a busy machine's
SMALL_DISK = "size=12m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of twelve megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", SMALL_DISK, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        warnings.warn("NO SMALL DISK: only root may mount one, so a full one is not tried.", stacklevel=1)
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


class Till:
    """Somebody who sells over HTTP, each sale another."""

    def __init__(self, session: aiohttp.ClientSession, port: int, key: str) -> None:
        self._session, self._address, self._key = session, f"http://127.0.0.1:{port}", key
        self.recorded = 0

    async def sell(self, name: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": name}
        body = {"sku": "SOL-3077", "quantity": 1}
        async with self._session.post(f"{self._address}/api/sales", json=body, headers=headers) as answer:
            content: dict[str, Any] = await answer.json(content_type=None)
            self.recorded += answer.status == 201
            return answer.status, content.get("detail", "")

    async def ready(self) -> tuple[int, str]:
        began = time.monotonic()
        async with self._session.get(f"{self._address}/api/ready") as answer:
            content = await answer.text()
            assert time.monotonic() - began < READY_SECONDS
            return answer.status, content


def fill_up(filler: Path) -> None:
    """Take all the room there is left on a disk."""
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def make_house(folder: Path) -> str:
    """A database in `folder`, as `settings` names it; Bob's key."""
    database = Database(f"sqlite:///{folder / 'bell.sqlite3'}")
    migrate(database)
    with database.begin() as tx:
        key = build_house(tx).keys["bob"]
    database.close()
    return key


async def check_books(folder: Path, recorded: int) -> None:
    """What was answered as recorded is there, nothing else is, and every sum says so."""
    code, said = await run(folder, "verify", **settings(folder))
    assert (code, "Everything balances." in said) == (0, True), said
    with sqlite3.connect(folder / "bell.sqlite3") as file:
        assert file.execute("SELECT count(*) FROM documents").fetchone() == (recorded,)


async def test_a_full_disk_is_told_and_room_is_enough_to_go_on(small_disk: Path) -> None:
    key, filler = make_house(small_disk), small_disk / "filler"
    async with start(small_disk, "run", **settings(small_disk)) as running, aiohttp.ClientSession() as session:
        till = Till(session, await running.port(), key)
        assert (await till.sell("first"))[0] == 201
        fill_up(filler)
        told = [await till.sell(f"full-{number}") for number in range(40)]
        assert told[-1][0] == 503, told[-1]
        assert told[-1][1].startswith("The disk of the database is full, so nothing was recorded.")
        status, said = await till.ready()
        assert (status, "disk of the database is full" in said) == (503, True), said
        filler.unlink()
        await become_ready(await running.port(), 15)
        assert (await till.sell("full-39"))[0] == 201
        assert await running.end() == 0
    await check_books(small_disk, till.recorded)


@pytest.mark.slow
async def test_a_lock_of_another_process_is_told_and_waited_out(tmp_path: Path) -> None:
    key = make_house(tmp_path)
    async with start(tmp_path, "run", **settings(tmp_path)) as running, aiohttp.ClientSession() as session:
        till = Till(session, await running.port(), key)
        assert (await till.sell("first"))[0] == 201
        holder = sqlite3.connect(tmp_path / "bell.sqlite3", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        status, said = await till.sell("held")
        assert (status, said.startswith("Something else holds the database just now")) == (503, True), said
        assert (await till.ready())[0] == 503
        holder.execute("ROLLBACK")
        holder.close()
        await become_ready(await running.port(), 15)
        assert (await till.sell("held"))[0] == 201
        assert await running.end() == 0
    await check_books(tmp_path, till.recorded)
