"""Statements compiled once mean what SQLAlchemy's own way of executing them means, errors included."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import BigInteger, bindparam, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.db import Database
from core.models.company import setup_codes
from core.models.goals import goals
from core.models.outbox import outbox
from core.models.sales import lines
from core.statements import Statement, finish_trips, join_values, without_waiting
from core.trips import open_trips
from tests.shop import Shop, set_target
from tests.statements import record_statements

CODES = Statement(select(setup_codes).where(setup_codes.c.id >= bindparam("first")).order_by(setup_codes.c.id))
INSERT_CODE = Statement(insert(setup_codes))
UPSERT_CODE = Statement(
    {
        name: dialect.insert(setup_codes)
        .on_conflict_do_update(index_elements=["id"], set_={"code_hash": "again"})
        .returning(setup_codes.c.id, setup_codes.c.code_hash)
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)


@pytest.fixture(params=["at once", "by trips"])
def tx(tx: Connection, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A transaction whose statements are run one by one, and one in which they wait for one another."""
    if request.param == "at once" or tx.dialect.name == "sqlite":
        yield tx
        return
    tx.execute(text("SELECT 1"))  # it begins with the first statement that is not one of ours
    with open_trips(tx, lambda: None):
        yield tx


def _same(row: Any, other: Any) -> bool:
    return row._mapping == dict(other._mapping) and tuple(row) == tuple(other)


def test_it_reads_every_kind_of_value_as_sqlalchemy_does(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2, note="ünïcode")
    set_target(tx, shop, 10_000, date(2026, 7, 1), person=shop.bob)
    notice = {"event": "x", "chat_id": 1, "content": {"a": [1, None]}, "attempts": 0}
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    Statement(insert(outbox)).run(
        tx, {**notice, "company_id": shop.company.id, "created_at": now, "next_attempt_at": now}
    )
    for table in (lines, goals, outbox):
        query = select(table)
        ours, theirs = Statement(query).rows(tx, {}), tx.execute(query).all()
        assert ours
        assert all(_same(row, other) for row, other in zip(ours, theirs, strict=True))
    assert tx.execute(select(outbox.c.content)).scalar_one() == {"a": [1, None]}


def test_it_runs_with_one_with_many_and_with_none(tx: Connection) -> None:
    INSERT_CODE.run_each(tx, [])
    INSERT_CODE.run_each(tx, [{"id": 1, "code_hash": "one"}])
    INSERT_CODE.run_each(tx, [{"id": number, "code_hash": str(number)} for number in (2, 3)])
    assert [row.code_hash for row in CODES.rows(tx, {"first": 1})] == ["one", "2", "3"]
    assert CODES.row(tx, {"first": 3}).id == 3
    assert CODES.row(tx, {"first": 4}) is None
    again = UPSERT_CODE.rows_of_each(tx, [{"id": number, "code_hash": "new"} for number in (3, 9)])
    assert [(row.id, row.code_hash) for row in again] == [(3, "again"), (9, "new")]


@pytest.mark.parametrize("is_waiting", [True, False])
def test_it_fails_as_sqlalchemy_does(tx: Connection, is_waiting: bool) -> None:
    INSERT_CODE.run(tx, {"id": 1, "code_hash": "one"})
    with pytest.raises(IntegrityError) as failure:
        _insert_twice(tx, is_waiting)
    assert isinstance(failure.value, DBAPIError)
    assert failure.value.orig is not None


def _insert_twice(tx: Connection, is_waiting: bool) -> None:
    if is_waiting:
        INSERT_CODE.run(tx, {"id": 1, "code_hash": "two"})
        finish_trips(tx)
        return
    with without_waiting(tx):
        INSERT_CODE.run(tx, {"id": 1, "code_hash": "two"})
        INSERT_CODE.run(tx, {"id": 2, "code_hash": "three"})
    finish_trips(tx)


def test_it_gives_a_lost_connection_to_nobody_else(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no connection to lose")
    with pytest.raises(DBAPIError) as failure:
        _lose_connection(database)
    assert failure.value.connection_invalidated
    with database.begin() as tx:
        assert CODES.rows(tx, {"first": 1}) == []


def _lose_connection(database: Database) -> None:
    with database.begin() as tx:
        number = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        CODES.rows(tx, {"first": 1})


def test_it_reads_a_row_amid_what_is_not_waited_for(tx: Connection) -> None:
    with without_waiting(tx):
        INSERT_CODE.run(tx, {"id": 1, "code_hash": "one"})
        assert CODES.row(tx, {"first": 1}).code_hash == "one"
        INSERT_CODE.run(tx, {"id": 2, "code_hash": "two"})
    assert len(CODES.rows(tx, {"first": 1})) == 2


def test_it_joins_several_values_into_one_statement(tx: Connection) -> None:
    INSERT_CODE.run_each(tx, [{"id": number, "code_hash": str(number)} for number in (1, 2, 3)])
    first = bindparam("first", type_=BigInteger)
    count = Statement(select(func.coalesce(func.count(), 0)).select_from(setup_codes).where(setup_codes.c.id >= first))
    largest = Statement(select(func.max(setup_codes.c.id)).where(setup_codes.c.id < first))
    joined = join_values((count, largest, count))
    with record_statements(tx) as heard:
        row = joined.row(tx, {"first_0": 1, "first_1": 3, "first_2": 3})
    assert tuple(row) == (3, 2, 1)
    assert len(heard) == 1
