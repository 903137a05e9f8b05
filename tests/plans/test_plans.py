"""No operation reads a table that grows with use whole, or by company alone: both databases are asked for their plans.

What is asked is heard on a walk through every front door, and planned for a ledger in which such a plan would be slow.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection, make_url

from core.db import Database
from core.outbox import has_due_notices
from core.sales.ledger.documents import find_returns, read_present_lines
from core.sales.receipts import find_receipt_message
from tests.conftest import create_postgres
from tests.plans.asking import list_askers
from tests.plans.errands import run_errands, set_up
from tests.plans.excuses import EXCEPTIONS
from tests.plans.ledger import SMALL, fill_database
from tests.plans.reading import Access, explain
from tests.plans.upkeep import keep_up
from tests.plans.walk import walk_api, walk_chat, walk_shell
from tests.statements import Asked, hear_core

Make = Callable[[str], str]
LINES, FEW_LINES = 40_000, 4_000
PLANNED = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}
COMPANY = {"company_id"}
# Who need not be heard on the walk, by the beginning of their names, and why.
UNHEARD = {
    "core.migrations.": "a migration reads what it changes, once",
    "core.group_commit.": "it begins, ends and takes back transactions, and looks at no table",
    "core.db.": "it opens connections, and looks at no table",
}
# Who asks one kind of database only.
ONLY_ON = {
    "sqlite": frozenset(
        {
            "core.checks._read_edges",
            "core.checks.check_start",
            "core.checks.list_damage",
            "core.metrics.rollups._move_each",
        }
    ),
    "postgresql": frozenset(
        {
            "core.generation.loading.count_anew",
            "core.metrics.recount._wait_for_others",
            "core.metrics.rollups._move_at_once",
            "core.sales.ledger.documents.hold_source",
            "core.sales.ledger.months.hold_months",
        }
    ),
}
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture(params=["sqlite", "postgresql"])
def make_address(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes a migrated, empty database, by any name; its address. Once of each kind."""
    if request.param == "sqlite":
        empty: Path = request.getfixturevalue("sqlite_template")
        return lambda name: f"sqlite:///{shutil.copy(empty, tmp_path / name)}"
    server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    if server is None:
        pytest.skip("no PostgreSQL on this machine")
    address = make_url(server)
    return lambda _: address.set(database=create_postgres(server, template)).render_as_string(hide_password=False)


def hear_everything(make_address: Make, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What core asks while everything is done that can be done, to the demo's company."""
    address = make_address("small")
    monkeypatch.setenv("SALESBELL_DATABASE_URL", address)
    monkeypatch.chdir(folder)
    with hear_core() as heard:
        asyncio.run(set_up(database := Database(make_address("empty"))))
        database.close()
        database = Database(address)
        demo = asyncio.run(run_errands(database, folder))
        asyncio.run(walk_chat(database, demo))
        asyncio.run(walk_api(database))
        walk_shell(folder)
        asyncio.run(keep_up(database))
        database.close()
    return list(heard.values())


@contextmanager
def open_large(address: str, lines: int) -> Iterator[Connection]:
    """A transaction on a database with a large ledger."""
    database = Database(address)
    fill_database(database, lines)
    with database.engine.begin() as tx:
        yield tx
    database.close()


def list_faults(tx: Connection, heard: Iterable[Asked]) -> list[str]:
    """Every access to a table that grows by nothing but the company, with who asks for it."""
    return sorted(
        {
            f"{asked.asker} reads {access.table}: {access.line}\n    {' '.join(asked.sql.split())}"
            for asked in heard
            if is_planned(asked)
            for access in explain(tx, asked)
            if is_fault(asked, access)
        }
    )


def is_planned(asked: Asked) -> bool:
    """Whether a database has a plan for it; tables of the connection's own are in no other."""
    return asked.sql.split()[0].upper() in PLANNED and " new_rollup_" not in asked.sql


def is_fault(asked: Asked, access: Access) -> bool:
    is_read_whole = access.table not in SMALL and access.columns <= COMPANY
    return is_read_whole and not any(excuse.covers(asked, access) for excuse in EXCEPTIONS)


def list_unheard(heard: Iterable[Asked], dialect: str) -> list[str]:
    """The functions of core that ask a database, and were not heard to, without a reason."""
    silent = set(list_askers()) - {asked.asker for asked in heard} - ONLY_ON[OTHER[dialect]]
    return sorted(asker for asker in silent if not asker.startswith(tuple(UNHEARD)))


def test_every_statement_is_heard_and_none_reads_a_growing_table_whole(
    make_address: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = hear_everything(make_address, tmp_path, monkeypatch)
    with open_large(make_address("large"), LINES) as tx:
        unheard = list_unheard(heard, tx.dialect.name)
        assert not unheard, f"nothing on the walk has these ask: {', '.join(unheard)}"
        faults = list_faults(tx, heard)
    assert not faults, "\n".join(faults)


def test_who_is_not_heard_is_named() -> None:
    heard = [Asked("SELECT 1", None, "core.outbox.has_due_notices")]
    unheard = list_unheard(heard, "sqlite")
    assert "core.outbox.claim_notices" in unheard
    assert not {"core.outbox.has_due_notices", "core.sales.ledger.months.hold_months"} & set(unheard)


def test_a_reason_for_one_statement_is_none_for_another() -> None:
    one, whole = Asked("", None, "core.metrics.recalculation._is_large"), Access("lines", frozenset(COMPANY), "")
    few = "SELECT lines.id FROM lines WHERE lines.company_id = ? LIMIT ?"
    assert not is_fault(replace(one, sql=few), whole)
    for sql in (
        few.replace("lines.id", "lines.note"),
        few.replace(" LIMIT ?", ""),
        few.replace("LIMIT", "ORDER BY x LIMIT"),
    ):
        assert is_fault(replace(one, sql=sql), whole), sql
    assert is_fault(replace(one, sql=few, asker="core.sales.log.list_documents"), whole)
    assert is_fault(replace(one, sql=few), replace(whole, table="documents"))


# An index, what it is for, and who asks for that of which table.
NEEDED = (
    ("ix_documents_company_id_original_id", lambda tx: find_returns(tx, 1, 1), "find_returns reads documents"),
    ("ix_lines_company_id_document_id", lambda tx: read_present_lines(tx, 1, 1), "read_present_lines reads lines"),
    ("ix_receipts_company_id_document_id", lambda tx: find_receipt_message(tx, 1, 1, 1), "find_receipt_message reads"),
    ("ix_outbox_next_attempt_at", has_due_notices, "has_due_notices reads outbox"),
)


def test_an_index_that_is_missing_is_noticed_and_named(make_address: Make) -> None:
    address = make_address("large")
    with open_large(address, FEW_LINES) as tx:
        for index, ask, told in NEEDED:
            heard = hear_reading(address, ask)
            assert list_faults(tx, heard) == []
            with tx.begin_nested() as savepoint:
                tx.exec_driver_sql(f"DROP INDEX {index}")
                (fault,) = list_faults(tx, heard)
                savepoint.rollback()
            assert f".{told}" in fault


def hear_reading(address: str, ask: Callable[[Connection], object]) -> list[Asked]:
    """What core asks while something is read."""
    with hear_core() as heard:
        database = Database(address)
        with database.begin_read() as tx:
            ask(tx)
        database.close()
    return list(heard.values())
