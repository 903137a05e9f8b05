"""Numbers beyond 64 bits, and what is no integer, at the tables. One rule: refused, and told as a fault of ours."""

from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import update

from core.access import find_company
from core.db import Database
from core.errors import Unavailable
from core.metrics.recount import rebuild_rollups
from core.migrations import find_revision, list_revisions, migrate
from core.models import metadata
from core.models.rollups import ROLLUPS
from tests.api.conftest import alice, bob, client, house
from tests.api.house import Caller
from tests.bot.conftest import Chat, chat, chat_database
from tests.bot.test_recording import count
from tests.kept.answers import call
from tests.kept.rows import load_rows
from tests.kept.test_kept import KEPT, count_rows, kept

__all__ = ["alice", "bob", "chat", "chat_database", "client", "house", "kept"]

LARGEST = 2**63 - 1
INTEGERS = [
    (table, column) for table in metadata.sorted_tables for column in table.c if isinstance(column.type, sa.Integer)
]


def write(database: Database, table: sa.Table, column: sa.Column[int], value: str) -> None:
    with database.begin() as tx:
        tx.exec_driver_sql(f'UPDATE "{table.name}" SET "{column.name}" = {value}')


@pytest.mark.usefixtures("kept")
def test_every_integer_of_an_upgraded_database_stays_one(bare_database: Database) -> None:
    migrate(bare_database)
    values = ["9.3e18", f"{LARGEST} + 1"] + ["1.5", "'many'", "x'31'"] * bare_database.is_sqlite
    taken, filled = [], {name for name, rows in count_rows(bare_database).items() if rows}
    assert {"lines", "documents", "stock_levels", "goals", *(one.table.name for one in ROLLUPS)} <= filled
    for table, column in (one for one in INTEGERS if one[0].name in filled):
        for value in values:
            with suppress(sa.exc.IntegrityError, sa.exc.DataError):
                write(bare_database, table, column, value)
                taken.append((table.name, column.name, value))
    assert not taken


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_one_that_has_a_float_is_not_upgraded_and_stays(tmp_path: Path, path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kept.sqlite3'}")
    load_rows(database, path.stem, path)
    with database.begin() as tx:
        tx.exec_driver_sql("UPDATE rollup_branch_day SET revenue_e4 = 9.3e18")
    with pytest.raises(Unavailable, match=r"table rollup_branch_day is no integer\. Nothing was changed"):
        migrate(database)
    with database.begin_read() as tx:
        assert find_revision(tx, list_revisions()) == path.stem
    with database.begin() as tx:
        tx.exec_driver_sql("UPDATE rollup_branch_day SET revenue_e4 = 0")
    migrate(database)
    database.close()


def fill_to_the_brim(database: Database) -> None:
    """As if a fault of ours had let the sums grow as far as they go."""
    with database.begin() as tx:
        for rollup in ROLLUPS:
            tx.execute(update(rollup.table).values({name: LARGEST for name in rollup.sums if name != "orders"}))


async def test_a_sum_beyond_is_a_fault_of_ours_over_http(bob: Caller, database: Database) -> None:
    await bob.sell(sku="SOL-3077", quantity=1)
    fill_to_the_brim(database)
    problem = await bob.refused(500, "POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1})
    assert problem["type"].endswith("fault")
    with database.begin() as tx:
        rebuild_rollups(tx, find_company(tx, None).id)
    await bob.sell(sku="SOL-3077", quantity=1)
    assert call(database.engine.url.render_as_string(hide_password=False), "verify").endswith("Everything balances.\n")


async def test_a_sum_beyond_is_a_fault_of_ours_in_chat(chat: Chat) -> None:
    await chat.bob.send("/sale 1 SOL-3077")
    fill_to_the_brim(chat.database)
    (answer,) = await chat.bob.send("/sale 1 SOL-3077")
    assert answer.text.startswith("🛠 Something went wrong on our side and nothing was recorded.")
    with chat.database.begin() as tx:
        rebuild_rollups(tx, chat.shop.company.id)
    assert await count(chat) == (249_900, 1)
