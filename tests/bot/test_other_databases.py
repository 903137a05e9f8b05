"""A database that the program cannot work on is told of in words, by every command, and stays as it is."""

from pathlib import Path

import pytest
from sqlalchemy import text

from core.db import Database
from core.migrations import migrate
from tests.bot.command_line import Call

COMMANDS = (
    "run",
    "chat --as ann hello",
    "company create Lumina",
    "person add Ann",
    "product add SOL-3077 SolarGlow",
    "goal set 5000",
    "goal show",
    "key create --as ann",
    "import sales DayBook.xml",
    "imports",
    "sync DayBook.xml",
    "export sales --format csv",
    "ask --measures revenue",
    "verify",
    "generate --lines 5",
)


@pytest.fixture
def database_url(bare_url: str) -> str:
    """One that may be spoiled."""
    return bare_url


def spoil(url: str, *statements: str) -> None:
    database = Database(url)
    migrate(database)
    with database.begin() as tx:
        for statement in statements:
            tx.execute(text(statement))
    database.close()


def refuse(salesbell: Call, command: str) -> str:
    code, said, told = salesbell(*command.split())
    assert (code, said) == (2, "")
    assert told.startswith("Error: SALESBELL_DATABASE_URL: ")
    assert "Traceback" not in told
    return told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_newer_database_is_left_alone(salesbell: Call, database_url: str, command: str) -> None:
    Path("DayBook.xml").write_text("<ENVELOPE/>", encoding="utf-8")
    spoil(database_url, "UPDATE alembic_version SET version_num = '0999'")
    assert refuse(salesbell, command).endswith(
        "Nothing was changed. Install the newer version again, or restore a back-up from before the upgrade.\n"
    )


@pytest.mark.parametrize("command", ["run", "chat --as ann hello", "ask --measures revenue", "verify"])
def test_one_that_lacks_a_table_is_told_of_at_start(salesbell: Call, database_url: str, command: str) -> None:
    spoil(database_url, "DROP TABLE received_files")
    assert "it lacks received_files. " in refuse(salesbell, command)


@pytest.mark.parametrize("command", ["run", "chat --as ann hello", "ask --measures revenue", "verify"])
def test_the_database_of_another_program_stays_as_it_is(salesbell: Call, database_url: str, command: str) -> None:
    database = Database(database_url)
    with database.begin() as tx:
        tx.execute(text("CREATE TABLE photos (name VARCHAR(20))"))
    database.close()
    before = read_file(database_url)
    assert "This is not a database of Salesbell" in refuse(salesbell, command)
    assert read_file(database_url) == before


def read_file(url: str) -> bytes:
    return Path(url.removeprefix("sqlite:///")).read_bytes() if url.startswith("sqlite:") else b""
