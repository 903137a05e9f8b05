"""Databases of earlier shapes, brought to today's: nothing is lost, nothing counts differently, and work goes on."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, table

from core.db import Database
from core.migrations import migrate
from core.models import metadata
from tests.kept.answers import ask_again, call
from tests.kept.recipe import fill
from tests.kept.rows import load_rows
from tests.kept.shape import drop_tables, read_shape

KEPT = sorted(Path(__file__).parent.glob("*.sql"))
COMPANIES = ("lumina", "corner_shop", "my_company")

# Copying one of these takes minutes where there are millions of rows. On SQLite a column is added in place by
# `op.add_column` outside of a batch; one that points at another table too, with a named sa.ForeignKey and
# inline_references=True.
GROWING = {
    *("documents", "revisions", "lines", "receipts", "shares", "photographs", "customers", "stock_moves", "outbox"),
    *("digests", "requests"),
    *(name for name in metadata.tables if name.startswith("rollup_")),
}
COPIED_ALL_THE_SAME: dict[str, str] = {}  # table: why it has to be


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def kept(request: pytest.FixtureRequest, bare_database: Database) -> Path:
    """The file that `bare_database` was filled from, in the shape it had then."""
    load_rows(bare_database, request.param.stem, request.param)
    return request.param


def count_rows(database: Database) -> dict[str, int]:
    with database.begin_read() as tx:
        names = read_shape(tx)
        return {name: tx.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}


def test_the_first_shape_is_kept() -> None:
    assert KEPT[0].stem == "0001"


def test_every_table_of_a_kept_database_has_rows(kept: Path, bare_database: Database) -> None:
    assert [name for name, count in count_rows(bare_database).items() if not count] == []


def test_it_gets_the_shape_of_a_new_one_and_loses_nothing_sold(kept: Path, bare_database: Database) -> None:
    before = count_rows(bare_database)
    migrate(bare_database)
    with bare_database.begin_read() as tx:
        upgraded = read_shape(tx)
    after = count_rows(bare_database)
    assert [name for name in ("documents", "revisions", "lines") if after[name] != before[name]] == []
    drop_tables(bare_database)
    migrate(bare_database)
    with bare_database.begin_read() as tx:
        assert upgraded == read_shape(tx)


def test_it_answers_as_it_did_and_balances(kept: Path, bare_url: str) -> None:
    answers = json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))
    assert ask_again(bare_url, answers) == answers
    for company in COMPANIES:
        assert call(bare_url, "verify", "--company", company).endswith("Everything balances.\n")


def test_work_goes_on_in_it(kept: Path, bare_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = call(bare_url, "chat", "--company", "lumina", "--as", "bob", "/sale 2 SOL-3077 @24.99 etsy to Jane Roe")
    assert "Sale recorded · #36" in told
    assert "Undone" in call(bare_url, "chat", "--company", "lumina", "--as", "bob", "--press", "Undo")
    assert call(bare_url, "verify", "--company", "lumina").endswith("Everything balances.\n")


def test_no_table_that_grows_is_copied(kept: Path, bare_database: Database) -> None:
    statements: list[str] = []
    event.listen(bare_database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    migrate(bare_database)
    copied = set(re.findall(r"_alembic_tmp_(\w+)", "\n".join(statements)))
    assert copied & GROWING <= COPIED_ALL_THE_SAME.keys()


def test_the_recipe_still_fills_every_table(tmp_path: Path) -> None:
    database = Database(url := f"sqlite:///{tmp_path / 'filled.sqlite3'}")
    migrate(database)
    asyncio.run(fill(database, url, tmp_path))
    empty = [name for name, count in count_rows(database).items() if not count]
    database.close()
    assert not empty, f"{empty}: let tests/kept/recipe.py put a row there, so that the next shape is kept with it"
