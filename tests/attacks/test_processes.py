"""A real process under a real attack. One rule: real sockets, and what the process says afterwards."""

import asyncio
import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile
from pathlib import Path

import aiohttp
import pytest

from core.db import Database
from core.migrations import migrate
from tests.faults.processes import PROGRAM, build_environment, find_free_port, start

HALF = b"GET /api/health HTTP/1.1\r\nHost: x\r\nX-"
PATIENCE = aiohttp.ClientTimeout(total=15)


def settings(folder: Path, **more: str) -> dict[str, str]:
    """What a person would configure."""
    return {
        "host": "127.0.0.1",
        "port": "0",
        "database_url": f"sqlite:///{folder / 'bell.sqlite3'}",
        "log_format": "json",
    } | more


async def ask(port: int, path: str = "/api/health") -> int:
    """The status of an answer, over a connection of its own."""
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as response:
        return response.status


def count_sockets(process: int) -> int:
    """How many sockets a process has open."""
    return sum("socket" in str(one.readlink()) for one in Path(f"/proc/{process}/fd").iterdir())


async def become_ready(port: int, seconds: float) -> None:
    """Wait until it is ready."""
    async with asyncio.timeout(seconds):
        while await ask(port, "/api/ready") != 200:  # noqa: ASYNC110 - another process has no event of ours
            await asyncio.sleep(0.2)


@contextmanager
def half_sent(port: int, count: int) -> Iterator[None]:
    """So many requests that were begun and are not gone on with."""
    opened = []
    for _ in range(count):
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        opened[-1].sendall(HALF)
    try:
        yield
    finally:
        for one in opened:
            one.close()


def check_log(output: str) -> None:
    """Every line but the first words is JSON, and nothing is a traceback."""
    assert "Traceback" not in output, output
    lines = output.splitlines()
    for line in dropwhile(lambda told: not told.startswith("{"), lines):
        assert line.startswith("{"), line
        json.loads(line)


async def test_half_sent_requests_give_way(tmp_path: Path) -> None:
    async with start(tmp_path, "run", **settings(tmp_path, connections_per_address="10")) as running:
        port = await running.port()
        with half_sent(port, 100):
            assert [await ask(port), await ask(port, "/api/ready"), await ask(port, "/openapi.json")] == [200] * 3
            assert count_sockets(running.process.pid) < 40, "those that gave way are closed"
        assert await running.end() == 0
        assert "others wait for its place" in running.output
        check_log(running.output)


@pytest.mark.slow
async def test_1300_half_sent_requests_under_a_limit_of_1024_files(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        running_settings = settings(tmp_path, connections_per_address="100000")  # the limit of all of them
        async with start(tmp_path, "run", **running_settings) as running:
            port = await running.port()
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
            with half_sent(port, 1300):
                for path in ("/api/health", "/api/ready", "/openapi.json"):
                    assert await ask(port, path) == 200
                await asyncio.sleep(12)
                assert await ask(port) == 200
            assert await running.end() == 0
            check_log(running.output)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_what_strangers_send_is_a_line_and_no_fault(tmp_path: Path) -> None:
    head = b"POST /api/sales HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sb_\xff\r\nContent-Type: application/json\r\n"
    sent = [
        head + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        head + b"Content-Length: 38\r\n\r\n" + b'{"quantity": 1E+99999999999999999999} ',
        head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        head + b"Content-Length: 500\r\n\r\n{",  # and leaves
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /api/%ff HTTP/1.1\r\nHost: \xff\r\nX-Request-Id: \xff\r\n\r\n",
        b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: \xff\r\n"
        b"Content-Length: 2\r\n\r\n{}",
    ]
    web = {"telegram_token": "4200000000:AAH-token_that_nobody_may_see", "public_url": "https://bell.example"}
    away = {"telegram_api_url": f"http://127.0.0.1:{find_free_port()}"}
    async with start(tmp_path, "run", **settings(tmp_path, **web, **away)) as running:
        port = await running.port()
        for content in sent * 30:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
                one.sendall(content)
                if not content.endswith(b"\n{"):
                    one.settimeout(10)
                    assert one.recv(65536)[9:10] == b"4", content
        assert await ask(port) == 200
        assert await running.end() == 0, "and Telegram was never reached"
        check_log(running.output)
        assert len(running.output.splitlines()) < 300, "each kind is told, then counted"


@pytest.mark.parametrize("milliseconds", [120, 250, 400, 600])
async def test_it_ends_whenever_it_is_told_to(tmp_path: Path, milliseconds: int) -> None:
    async with start(tmp_path, "run", **settings(tmp_path)) as running:
        await asyncio.sleep(milliseconds / 1000)
        assert await running.end(signal.SIGTERM) in (0, -signal.SIGTERM)


async def test_readiness_tells_a_held_lock_from_health(tmp_path: Path) -> None:
    async with start(tmp_path, "run", **settings(tmp_path)) as running:
        port = await running.port()
        assert await ask(port, "/api/ready") == 200
        holder = sqlite3.connect(tmp_path / "bell.sqlite3", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(1.1)
        assert await ask(port, "/api/ready") == 503
        assert await ask(port) == 200
        holder.execute("ROLLBACK")
        holder.close()
        await become_ready(port, 15)
        assert await running.end() == 0


async def test_a_damaged_file_is_told_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "bell.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    content = bytearray(path.read_bytes())
    for page in range(20, 40):
        content[page * 4096 : page * 4096 + 512] = b"\xa5" * 512
    path.write_bytes(content)
    for command in ("run", "verify"):
        async with start(tmp_path, command, **settings(tmp_path)) as running:
            assert await running.end(None, 30) == 2
            assert "damaged" in running.output
            assert "back-up" in running.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_a_folder_that_may_not_be_written_is_named_with_its_owner(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(mode)
    for one in (tmp_path, *tmp_path.parents):
        if str(one).startswith("/tmp/"):
            one.chmod(0o755)
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", PROGRAM, "run"],
        env=build_environment(settings(folder)),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if "Permission denied" in done.stderr and "salesbell" not in done.stderr:
        pytest.skip("nobody may not run the program here")
    assert done.returncode == 2, done.stderr
    assert f"{folder} belongs to user root (0)" in done.stderr
    assert "chown -R 65534" in done.stderr
