"""The database in trouble. One rule: nothing is recorded that was not answered, and afterwards all works again."""

import asyncio
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.sandbox.correspondent import Correspondent
from core.db import Database
from core.migrations import migrate
from tests.bot.conftest import Chat
from tests.bot.test_recording import count
from tests.faults.processes import PROGRAM, build_environment
from tests.shop import open_shop

HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE products SET name = name")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


@contextmanager
def hold_lock(path: str, seconds: float) -> Iterator[None]:
    """Another process writes to the SQLite file, and takes its time."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, path, str(seconds)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield


def get_path(chat: Chat) -> str:
    path = chat.database.engine.url.database
    assert path is not None
    return path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_waits_for_another_process_that_writes(chat: Chat) -> None:
    with hold_lock(get_path(chat), 1.5):
        began = time.monotonic()
        answers = await asyncio.gather(chat.bob.send("/sale 1 SOL-3077"), chat.alice.send("/sale 2 SOL-3077"))
        (figures,) = await chat.bob.send("/me")
    assert time.monotonic() - began > 1
    assert ["Sale recorded" in one.text for one in answers] == [True, True]
    assert "SAR 24.99" in figures.text
    assert await count(chat) == (749_700, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_reading_waits_for_nobody(chat: Chat) -> None:
    with hold_lock(get_path(chat), 1.5):
        began = time.monotonic()
        await chat.bob.send("/me")
        assert time.monotonic() - began < 1


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_gives_up_waiting_with_a_clear_answer(chat: Chat) -> None:
    with hold_lock(get_path(chat), 35):
        (answer,) = await chat.bob.send("/sale 1 SOL-3077")
    assert answer.text.startswith("🛠 Something else holds the database just now, so nothing was recorded.")
    assert await count(chat) == (0, 0)
    await chat.bob.redeliver()
    assert await count(chat) == (249_900, 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_says_so_when_the_disk_is_full_and_goes_on_when_there_is_room(chat: Chat) -> None:
    path, answers = get_path(chat), []
    with sqlite3.connect(path) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    await chat.database.write(lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}").fetchall())
    for _ in range(400):
        answers.append((await chat.bob.send("/sale 1 GAM-2211")).text)
        if "Sale recorded" not in answers[-1]:
            break
    assert answers[-1].startswith("🛠 The disk of the database is full, so nothing was recorded.")
    assert (await count(chat))[1] == len(answers) - 1
    writers = (chat.alice, chat.bob, chat.dana, chat.sam, chat.charlie)
    together = await asyncio.gather(*(writer.send("/sale 1 GAM-2211") for writer in writers))
    recorded = sum("Sale recorded" in one.text for one in together)
    assert (await count(chat))[1] == len(answers) - 1 + recorded
    await chat.database.write(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count = 1073741823").fetchall())
    assert "Sale recorded" in (await chat.bob.send("/sale 1 GAM-2211")).text


def test_a_full_disk_at_the_command_line(tmp_path: Path) -> None:
    """The machine's own limit on the size of files: writing fails in the middle of it, wherever that is."""
    url = f"sqlite:///{tmp_path / 'bell.sqlite3'}"
    database = Database(url)
    migrate(database)
    with database.begin() as tx:
        open_shop(tx)
    database.close()

    def sell(limit_bytes: int | None) -> tuple[int, str]:
        def limit() -> None:
            if limit_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

        done = subprocess.run(
            [PROGRAM, "chat", "--as", "bob", "/sale 1 SOL-3077"],
            cwd=tmp_path,
            # Compiled files that stop in the middle would be everybody's trouble.
            env=build_environment({"database_url": url}) | {"PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=limit,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    for limit_bytes in (2_000, 60_000):
        code, said = sell(limit_bytes)
        assert "Traceback" not in said, said
        assert "Sale recorded" not in said, limit_bytes
        assert ("so nothing was recorded" in said) or code == 2, (limit_bytes, said)
    assert "Today: SAR 24.99" in sell(None)[1], "nothing of the failed ones is there"


async def sell_together(chat: Chat, each: int) -> None:
    """Four people at once, each one sale after another; all of them recorded."""

    async def sell(writer: Correspondent) -> None:
        for _ in range(each):
            assert "Sale recorded" in (await writer.send("/sale 1 SOL-3077")).text

    await asyncio.gather(*(sell(writer) for writer in (chat.alice, chat.bob, chat.dana, chat.sam)))


@contextmanager
def cut_off(url: str) -> Iterator[None]:
    """Everybody is thrown out of the PostgreSQL database, and nobody gets in meanwhile."""
    address = make_url(url)
    engine = create_engine(
        address.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {address.database} ALLOW_CONNECTIONS false"))
        throw_out(url)
        yield
        connection.execute(text(f"ALTER DATABASE {address.database} ALLOW_CONNECTIONS true"))
    engine.dispose()


def throw_out(url: str) -> None:
    """End every connection to the PostgreSQL database, as a restart of the server does."""
    address = make_url(url)
    engine = create_engine(address.set(drivername="postgresql+psycopg", database="postgres"))
    with engine.connect() as connection:
        query = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(query, {"name": address.database})
    engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_it_says_so_when_postgresql_is_away_and_recovers_by_itself(chat: Chat, database_url: str) -> None:
    assert "Sale recorded" in (await chat.bob.send("/sale 1 SOL-3077")).text
    with cut_off(database_url):
        for said in ("/sale 2 SOL-3077", "/me", "hello"):
            (answer,) = await chat.bob.send(said)
            assert answer.text.startswith("🛠 The database cannot be reached just now"), said
        pressed = await chat.bob.press("Undo")
        assert "cannot be reached" in (pressed.toast or "")
    await sell_together(chat, 3)
    assert (await count(chat))[1] == 13


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_restart_of_postgresql_is_not_noticed(chat: Chat, database_url: str) -> None:
    await sell_together(chat, 3)
    throw_out(database_url)
    await sell_together(chat, 3)
    assert (await count(chat))[1] == 24


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_a_message_is_about_waits_until_postgresql_is_back(
    chat: Chat, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.document_messages.FLUSH_SECONDS", 1.0)
    (receipt,) = await chat.bob.send("/sale 1 SOL-3077")
    with cut_off(database_url):
        await asyncio.sleep(1.5)
        (answer,) = await chat.bob.send("2 SOL-3077", reply_to=receipt.message_id)
        assert answer.text.startswith("🛠 The database cannot be reached just now")
    corrected = await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)
    assert [one.message_id for one in corrected.messages] == [receipt.message_id]
    assert await count(chat) == (749_700, 1)
