"""What a process loads. One rule: a short command loads nothing it does not use; told by modules, not by a clock."""

import os
import subprocess
import sys
import typing
from pathlib import Path

import click
import pytest
from sqlalchemy.engine import Connection

from bot.actions import ACTIONS, READING_ACTIONS
from bot.cli.main import COMMANDS, salesbell
from bot.commands import COMMANDS as CHAT_COMMANDS
from bot.handlers import load_handler
from bot.turn import Reply, Turn
from core.db import Database
from tests.shop import Shop

PROGRAM = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sys.modules))
from bot.cli import main
main()
"""
# Each takes as long to load as a short command may take, or belongs to what a message seldom needs.
SPREADSHEETS = {"openpyxl", "xlsxwriter", "PIL", "core.imports", "core.exports"}
PICTURES = {"bot.pictures", "vl_convert", "typst"}
SERVICE = {"aiohttp", "uvloop", "alembic", "api", "bot.service", "bot.scheduler", "bot.delivery", "bot.importing"}
LIBRARIES = {"sqlalchemy", "telegram", "pydantic", "structlog", "rich", "babel", "asyncio", "rapidfuzz"}
SELDOM = SPREADSHEETS | PICTURES | SERVICE
UNUSED = {
    ("--help",): SELDOM | LIBRARIES | {"core.access", "core.models", "bot.commands"},
    ("chat", "--as", "bob", "/me"): SELDOM | {"rapidfuzz", "core.sales.ledger", "core.cards"},
    ("chat", "--as", "bob", "/sale 2 SOL-3077"): SELDOM | {"rapidfuzz", "core.cards"},
    ("ask", "--measures", "revenue"): SELDOM | {"telegram", "core.sales.ledger"},
    ("config",): SELDOM | {"telegram", "core.metrics"},
}


@pytest.mark.parametrize("words", UNUSED, ids=" ".join)
def test_a_command_loads_only_what_it_uses(
    words: tuple[str, ...], chat_database: tuple[Database, Shop], database_url: str, tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=tmp_path,
        env={**os.environ, "SALESBELL_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said, _, loaded = run.stdout.rpartition("LOADED ")
    assert (run.returncode, run.stderr) == (0, "")
    assert said.strip()
    assert UNUSED[words] & set(loaded.split()) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_their_own_help_says(name: str) -> None:
    command = salesbell.get_command(click.Context(salesbell), name)
    assert command is not None
    assert command.get_short_help_str(limit=1000) == COMMANDS[name].help


@pytest.mark.parametrize("name", sorted({*ACTIONS.values(), *(one.handler for one in CHAT_COMMANDS.values())}))
def test_every_handler_that_is_named_is_there(name: str) -> None:
    *takes, gives = typing.get_type_hints(load_handler(name)).values()
    assert takes == [Connection, Turn]
    assert gives in (Reply, Reply | None)


def test_buttons_that_only_ask_are_actions() -> None:
    assert set(ACTIONS) >= READING_ACTIONS
