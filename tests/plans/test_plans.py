"""No operation reads a table that grows with use whole, or by company alone: both databases are asked for their plans.

What is asked is heard on a walk through every front door, and planned for a ledger in which such a plan would be slow.
"""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection, make_url

from core.db import Database
from core.demo import build_demo
from core.sales.ledger.documents import find_returns
from tests.conftest import create_postgres
from tests.plans.ledger import SMALL, fill_database
from tests.plans.reading import Access, explain
from tests.plans.walk import walk_api, walk_chat, walk_jobs, walk_shell
from tests.statements import Asked, hear_core

Make = Callable[[str], str]
LINES, FEW_LINES = 40_000, 4_000
PLANNED = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}
COMPANY = {"company_id"}
ASKED_FOR_ALL = "the operator wants all of it compared, or made"
SMALL_OR_A_PIECE = "of a small ledger all is compared at once, of a large one some days, by a job that was asked for"
WITHOUT_DAYS = "what is asked for is of all time, unless days are given with it"
AS_MANY_AS_PEOPLE = "the goals of all branches are as many as people in some months"
DAYS_GIVEN = re.compile(r"\bday >= (?!'0001-01-01|'1900-01-01)")
# The function of core, the table (any, where none is named) that it reads whole or by company alone, and why it may.
EXCEPTIONS = {
    "core.catalog.stock.verify_stock": ASKED_FOR_ALL,
    "core.metrics.recount._verify": ASKED_FOR_ALL,
    "core.metrics.recount.rebuild_rollups": ASKED_FOR_ALL,
    "core.metrics.recount.count_differences": SMALL_OR_A_PIECE,
    "core.metrics.recount.put_right": SMALL_OR_A_PIECE,
    "core.metrics.recalculation._is_large lines": "it stops after so many lines as are few",
    "core.metrics.recalculation._list_pieces lines": "one end of an index, and the other",
    "core.metrics.known.rebuild_values": ASKED_FOR_ALL,
    "core.generation.targets._list_notices": ASKED_FOR_ALL,
    "core.generation.targets._read_courses": ASKED_FOR_ALL,
    "core.generation.cast._add_customers": ASKED_FOR_ALL,
    "core.demo.build._silence": ASKED_FOR_ALL,
    "core.checks.check_recording documents": "the newest is the last row of the table, and one is read",
    "core.exports.ledger._stream": WITHOUT_DAYS,
    "core.exports.sums._group lines": WITHOUT_DAYS,
    "core.exports.sums.add_up lines": WITHOUT_DAYS,
    "core.exports.sums.draw_course lines": WITHOUT_DAYS,
    "core.catalog.categories._move goals": "a category that is renamed is renamed in every goal of it",
    "core.goals.goals.list_goals goals": AS_MANY_AS_PEOPLE,
    "core.reports.targets.read_targets goals": AS_MANY_AS_PEOPLE,
    "core.sales.pages.walk_newest lines": "an index of all is walked from the newest day, and left after a page",
    "core.sales.pages._count lines": WITHOUT_DAYS,
    "core.sales.log.list_documents lines": "what sold for most is known once all of it is added up",
    "core.sweeping.sweep_oldest": "it looks at the oldest rows only, so many at a time",
    "core.metrics.ask._read lines": WITHOUT_DAYS,
    "core.sales.closing._read_adjustments documents": "what came back of one month's sales is few of all that did",
    "core.sales.intake._read_histories imports": "which imports were undone: they are as many as files",
    "core.imports.tally.progress.read_company_progress imports": "they are as many as files",
    "core.imports.listing.list_imports imports": "it reads from the end, and stops after a page",
    "core.metrics.ask._read customers": "where every customer is a row of the answer, every name is read",
    "core.sales.ledger.documents.claim_document documents": (
        "SQLite lists how it would look for what refers to a new document, which it does where a reference is broken"
    ),
}


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


def hear_everything(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What core asks while everything is done that can be done, to the demo's company."""
    monkeypatch.setenv("SALESBELL_DATABASE_URL", address)
    monkeypatch.chdir(folder)
    with hear_core() as heard:
        database = Database(address)
        with database.begin() as tx:
            demo = build_demo(tx)
        asyncio.run(walk_chat(database, demo))
        asyncio.run(walk_api(database))
        walk_shell(folder)
        asyncio.run(walk_jobs(database))
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
    names = asked.asker, f"{asked.asker} {access.table}"
    is_read_whole = access.table not in SMALL and access.columns <= COMPANY
    return is_read_whole and not any(is_allowed(asked, name) for name in names)


def is_allowed(asked: Asked, name: str) -> bool:
    """Whether there is a reason for it; that no days were given is none for a statement of today's that has them."""
    reason = EXCEPTIONS.get(name)
    if reason is WITHOUT_DAYS and DAYS_GIVEN.search(asked.sql):
        return "recorded_at <=" in asked.sql  # of an earlier moment: which lines stood then, no index knows
    return reason is not None


def test_no_operation_reads_a_growing_table_whole(
    make_address: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = hear_everything(make_address("small"), tmp_path, monkeypatch)
    with open_large(make_address("large"), LINES) as tx:
        faults = list_faults(tx, heard)
    assert not faults, "\n".join(faults)


def test_an_index_that_is_missing_is_noticed_and_named(make_address: Make) -> None:
    address = make_address("large")
    with open_large(address, FEW_LINES) as tx:
        with hear_core() as heard:
            database = Database(address)
            with database.begin_read() as reading:
                find_returns(reading, 1, 1)
            database.close()
        assert list_faults(tx, heard.values()) == []
        tx.exec_driver_sql("DROP INDEX ix_documents_company_id_original_id")
        (fault,) = list_faults(tx, heard.values())
    assert fault.startswith("core.sales.ledger.documents.find_returns reads documents: ")
