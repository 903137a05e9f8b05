"""An invented company: the same every time, proved by verification, and large enough to ask in every way."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.delivery import VIEWS
from core import clock
from core.access import act_as_operator
from core.catalog.stock import verify_stock
from core.db import Database
from core.errors import Conflict, InvalidInput
from core.generation import Size, generate_company
from core.goals.goals import GOAL_ROWS, read_goal
from core.goals.progress import measure_goals
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.models.catalog import stock_levels, stock_moves
from core.models.company import companies
from core.models.outbox import digests, outbox
from core.models.requests import requests
from core.models.sales import lines, receipts, revisions
from core.outbox import claim_notices
from core.periods import Period
from core.reports.posting import find_due_digests
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


def test_what_goes_with_its_sales_is_there_too(tx: Connection) -> None:
    company = generate_company(tx, "Invented", Size(3_000, LAST, years=1)).company
    for table in (stock_levels, stock_moves, receipts, requests, outbox, digests):
        own = select(func.count()).select_from(table).where(table.c.company_id == company.id)
        assert tx.execute(own).scalar_one() >= 10, table.name
    told = select(revisions.c.action).where(revisions.c.company_id == company.id, revisions.c.person_id.is_not(None))
    assert set(tx.execute(told.distinct()).scalars()) == {"recorded", "edited", "voided"}
    assert not verify_stock(tx, company.id).differences
    lowest = select(func.min(stock_levels.c.on_hand_e3)).where(stock_levels.c.company_id == company.id)
    assert tx.execute(lowest).scalar_one() > 0


def test_its_goals_are_met_by_its_sales(tx: Connection) -> None:
    company = generate_company(tx, "Invented", Size(3_000, LAST, years=1)).company
    goals = [read_goal(row) for row in tx.execute(GOAL_ROWS)]
    assert len(goals) == 5 * 12  # of the branch and its four people, each month but the first
    progress = measure_goals(tx, company, goals, LAST)
    assert all((one.value >= one.goal.target) == (one.goal.met_at is not None) for one in progress)
    assert 0 < sum(one.goal.met_at is not None for one in progress) < len(goals)


def test_its_notices_can_be_shown_and_reach_nobody(tx: Connection) -> None:
    company = generate_company(tx, "Invented", Size(6_000, LAST, years=1)).company
    own = outbox.c.company_id == company.id
    assert tx.execute(select(func.min(func.abs(outbox.c.chat_id))).where(own)).scalar_one() >= 2**52
    events = select(outbox.c.event, outbox.c.content, outbox.c.created_at).where(own)
    shown = {event: VIEWS[event](content, at).text for event, content, at in tx.execute(events)}
    assert set(shown) == {"digest", "goals_met", "low_stock"}
    with time_machine.travel(datetime.combine(LAST, time(20, 30), UTC)):
        assert len(claim_notices(tx)) == 5
        assert find_due_digests(tx, clock.now()) == []


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
