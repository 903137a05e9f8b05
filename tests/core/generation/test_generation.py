"""An invented company: the same every time, proved by verification, and large enough to ask in every way."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.access import act_as_operator
from core.db import Database
from core.errors import Conflict, InvalidInput
from core.generation import Size, generate_company
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.models.company import companies
from core.models.sales import lines
from core.periods import Period
from tests.shop import Shop

LAST = date(2026, 11, 19)
EVER = Period(date(2000, 1, 1), date(2030, 1, 1))


def test_it_balances_and_has_as_many_lines_as_asked_for(tx: Connection) -> None:
    made = generate_company(tx, "Invented", Size(3_000, LAST))
    assert all(not proof.differences for proof in verify_rollups(tx, made.company.id))
    present = lines.c.company_id == made.company.id, lines.c.superseded_at.is_(None)
    first, last, count = tx.execute(
        select(func.min(lines.c.day), func.max(lines.c.day), func.count()).where(*present)
    ).one()
    assert (last, count, made.lines) == (LAST, 3_000, 3_000)
    assert (last - first).days > 1_000
    corrected = lines.c.company_id == made.company.id, lines.c.superseded_at.is_not(None)
    assert tx.execute(select(func.count()).select_from(lines).where(*corrected)).scalar_one() > 0
    answer = ask(tx, act_as_operator(made.company), Question(("orders", "customers", "returns", "exchanges"), EVER))
    assert all(answer.totals.values())


def test_the_same_seed_gives_the_same_figures_on_either_database(tx: Connection) -> None:
    one = generate_company(tx, "One", Size(500, LAST, years=1, seed=7))
    two = generate_company(tx, "Two", Size(500, LAST, years=1, seed=7))
    other = generate_company(tx, "Other", Size(500, LAST, years=1, seed=8))

    def show(company: object) -> object:
        question = Question(("revenue", "profit", "customers"), EVER, by=("month", "person", "sku"))
        answer = ask(tx, act_as_operator(company), question)  # type: ignore[arg-type]
        return [(row.labels, row.values) for row in answer.rows]

    assert show(one.company) == show(two.company) != show(other.company)
    question = Question(("revenue", "customers"), EVER)
    assert ask(tx, act_as_operator(one.company), question).totals == {"revenue": 1_140_138_100, "customers": 40}


def test_it_touches_nobody_else(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob)
    before = ask(tx, shop.operator, Question(("revenue", "orders"), EVER)).totals
    generate_company(tx, "Invented", Size(50, LAST, years=1))
    assert ask(tx, shop.operator, Question(("revenue", "orders"), EVER)).totals == before
    shop.sell(tx, shop.bob)  # the next number is free
    with pytest.raises(Conflict):
        generate_company(tx, shop.company.name, Size(50, LAST))


def test_what_is_stopped_leaves_nothing(database: Database) -> None:
    def stop(what: str, done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), database.begin() as tx:
        generate_company(tx, "Invented", Size(50, LAST), stop)
    with database.begin_read() as tx:
        assert tx.execute(select(func.count()).select_from(companies)).scalar_one() == 0


def test_a_size_that_cannot_be_is_named() -> None:
    with pytest.raises(InvalidInput, match="lines"):
        Size(0, LAST)
    with pytest.raises(InvalidInput, match="years"):
        Size(10, LAST, years=51)
