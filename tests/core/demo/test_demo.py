"""The demo company. One rule: on whatever day it is made, its figures are true, the same, and worth looking at."""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, act_as_operator, find_viewer
from core.catalog.search import find_products
from core.catalog.stock import verify_stock
from core.catalog.stocktaking import list_stock
from core.db import Database
from core.demo import Demo, build_demo
from core.demo.build import tell_story
from core.demo.story import sum_revenue_e4
from core.errors import Conflict, NotAllowed
from core.goals.goals import list_goals
from core.goals.progress import Status, measure_goals
from core.leaderboard.ranking import rank_people
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.models.sales import documents, lines, revisions
from core.money import E3, E4
from core.outbox import claim_notices
from core.people.accounts import find_account_viewer
from core.people.keys import authenticate_key
from core.people.members import find_person
from core.periods import Period, month_of
from core.reports.standing import read_standing_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.receipt import Receipt
from core.sales.record import record_sale

MIDDLE = date(2026, 11, 20)
DAYS = (MIDDLE, date(2026, 8, 1), date(2026, 12, 31), date(2024, 2, 29))
NOON, JUST_AFTER_MIDNIGHT = timedelta(hours=9), timedelta(hours=-3, minutes=5)  # in Riyadh, told in UTC


class Played(NamedTuple):
    tx: Connection
    demo: Demo
    today: date

    def see(self, handle: str) -> Viewer:
        return find_viewer(self.tx, handle)

    @property
    def month(self) -> Period:
        return month_of(self.today)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@contextmanager
def _open(path: Path, at: datetime) -> Iterator[Connection]:
    database = Database(f"sqlite:///{path}")
    with time_machine.travel(at), database.begin() as tx:
        yield tx
    database.close()


@pytest.fixture(scope="module", params=DAYS, ids=str)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Played]:
    """The demo of a day, made once for all that only look at it."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.sqlite3")
    with _open(path, _start_of(request.param) + NOON) as tx:
        yield Played(tx, build_demo(tx), request.param)


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Path, Demo]:
    """The demo of an ordinary day, in a file to copy."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("ordinary") / "demo.sqlite3")
    with _open(path, _start_of(MIDDLE) + NOON) as tx:
        demo = build_demo(tx)
    return path, demo


@pytest.fixture
def fresh(tmp_path: Path, ordinary: tuple[Path, Demo]) -> Iterator[Played]:
    """The demo of an ordinary day, to change."""
    path = shutil.copy(ordinary[0], tmp_path / "demo.sqlite3")
    with _open(path, _start_of(MIDDLE) + NOON) as tx:
        yield Played(tx, ordinary[1], MIDDLE)


def sell(demo: Played, handle: str, quantity: int, words: str, total: int | None = None) -> Receipt:
    viewer = demo.see(handle)
    match = find_products(demo.tx, viewer, words)
    assert match.is_sure
    line = SaleLine(quantity * E3, match.candidates[0].id, total_e4=None if total is None else total * E4)
    return record_sale(demo.tx, viewer, RecordSale("test", f"{handle} {words}", SaleTerms((line,))))


def revenue_of(demo: Played, viewer: Viewer, period: Period) -> int:
    branch = "all" if viewer.person_id is None else None
    return int(ask(demo.tx, viewer, Question(("revenue",), period, branch=branch)).totals["revenue"] or 0)


# ---- on any day -----------------------------------------------------------------------------------------------------


def test_it_balances(played: Played) -> None:
    proofs = verify_rollups(played.tx, played.demo.company.id)
    assert all(proof.rows and not proof.differences for proof in proofs)
    stock = verify_stock(played.tx, played.demo.company.id)
    assert stock.levels
    assert not stock.differences


def test_it_counts_what_the_story_tells(played: Played) -> None:
    story = tell_story(played.today)
    operator = act_as_operator(played.demo.company)
    for shift in (0, -1):
        month = month_of(played.today, shift)
        assert revenue_of(played, operator, month) == sum_revenue_e4(story, month) > 0
    assert played.tx.execute(select(func.count()).select_from(documents)).scalar_one() == len(story)


def test_it_sells_every_day_of_seven_weeks_up_to_this_morning(played: Played) -> None:
    sold = set(played.tx.execute(select(lines.c.day).distinct()).scalars())
    weeks = {played.today - timedelta(days=number) for number in range(50)}
    assert weeks <= sold
    assert max(sold) == played.today
    last = played.tx.execute(select(func.max(lines.c.sold_at))).scalar_one()
    assert last <= clock.now()


def test_it_has_a_close_race_that_one_good_sale_decides(played: Played) -> None:
    ranks = rank_people(played.tx, played.see("bob"), played.month).ranks
    assert [rank.name for rank in ranks[:2]] == ["Noura Al-Qahtani", "Bob Mensah"]
    assert 0 < ranks[0].revenue_e4 - ranks[1].revenue_e4 < 345 * E4


def test_it_has_a_tie_today(played: Played) -> None:
    ranks = rank_people(played.tx, played.see("bob"), Period(played.today, played.today + timedelta(days=1))).ranks
    places = Counter(rank.place for rank in ranks)
    tied = next(place for place, count in places.items() if count == 2)
    assert tied + 1 not in places


def test_it_brings_the_hero_one_sale_from_the_target(played: Played) -> None:
    standing = read_standing_of(played.tx, played.see("bob"))
    assert standing.month.remaining_e4 is not None
    assert 0 < standing.month.remaining_e4 < 345 * E4


def test_it_has_targets_in_both_months(played: Played) -> None:
    for shift in (0, -1):
        for handle, sellers in (("ann", 4), ("khalid", 3)):
            month = month_of(played.today, shift)
            goals = list_goals(played.tx, played.see(handle), month.start)
            targets = [goal for goal in goals if goal.is_target and goal.period.start == month.start]
            assert len(targets) == sellers + 1


def test_it_is_low_on_some_things_in_both_branches(played: Played) -> None:
    for handle in ("ann", "khalid"):
        viewer = played.see(handle)
        low = list_stock(played.tx, viewer, below_reorder_only=True)
        assert 2 <= len(low) < len(list_stock(played.tx, viewer)) / 4


def test_it_leaves_nothing_to_be_told(fresh: Played) -> None:
    marks = [goal.met_at for goal in list_goals(fresh.tx, fresh.see("ann"), month_of(MIDDLE, -1).start)]
    assert any(marks)
    assert claim_notices(fresh.tx) == []


# ---- in the middle of a month ---------------------------------------------------------------------------------------


def test_it_has_somebody_in_every_state(fresh: Played) -> None:
    states = set()
    for handle in ("ann", "khalid"):
        viewer = fresh.see(handle)
        goals = list_goals(fresh.tx, viewer, MIDDLE)
        states |= {one.status for one in measure_goals(fresh.tx, viewer.company, goals, MIDDLE)}
    assert states == set(Status) - {Status.NOT_BEGUN, Status.MISSED}


def test_it_answers_the_first_suggestion_with_everything_at_once(fresh: Played) -> None:
    receipt = sell(fresh, "bob", 3, "griparm", 345)
    assert [(low.sku, low.left_e3) for low in receipt.low_stock] == [("GAM-2211", 10 * E3)]
    assert [goal.person_name for goal in receipt.goals_met] == ["Bob Mensah"]
    assert rank_people(fresh.tx, fresh.see("bob"), fresh.month).ranks[0].name == "Bob Mensah"
    told = {find_account_viewer(fresh.tx, notice.chat_id) for notice in claim_notices(fresh.tx)}
    assert {viewer.handle for viewer in told if viewer} == {"ann"}  # Bob has it on his receipt


def test_it_asks_which_kettle_is_meant(fresh: Played) -> None:
    match = find_products(fresh.tx, fresh.see("bob"), "kettles")
    assert not match.is_sure
    assert {"Copper Pour-Over Kettle", "Copper Electric Kettle"} <= {found.name for found in match.candidates}


def test_it_meets_the_product_goal_by_the_suggestion_for_the_group(fresh: Played) -> None:
    receipt = sell(fresh, "noura", 2, "SOL-3077")
    assert [goal.product_name for goal in receipt.goals_met] == ["SolarGlow Outdoor Lights"]


def test_it_has_corrected_and_undone_sales(fresh: Played) -> None:
    query = select(revisions.c.action, func.count()).group_by(revisions.c.action)
    actions = {row[0]: row[1] for row in fresh.tx.execute(query)}
    assert actions["edited"] >= 3
    assert actions["voided"] >= 3


def test_it_gives_each_person_an_account_and_a_role(fresh: Played) -> None:
    people = fresh.demo.people
    assert {person.role for person in people} == {"employee", "assistant manager", "manager", "admin", "super admin"}
    for person in people:
        viewer = find_account_viewer(fresh.tx, person.telegram_id)
        assert viewer is not None
        assert (viewer.handle, viewer.name) == (person.handle, person.name)
        assert viewer.role.label.replace("_", " ") == person.role
        assert find_person(fresh.tx, viewer, person.handle).branch_name == person.branch


def test_it_gives_the_manager_a_key(fresh: Played) -> None:
    found = authenticate_key(fresh.tx, fresh.demo.api_key)
    assert found is not None
    assert found[0].handle == "ann"


def test_it_keeps_the_other_branch_from_those_who_must_not_see_it(fresh: Played) -> None:
    names = {rank.name for rank in rank_people(fresh.tx, fresh.see("mei"), fresh.month).ranks}
    assert names == {"Mei Tan", "Faisal Bakr", "Khalid Al-Ghamdi"}
    with pytest.raises(NotAllowed):
        ask(fresh.tx, fresh.see("mei"), Question(("revenue",), fresh.month, branch="Riyadh Mall"))


# ---- the same, wherever and whenever --------------------------------------------------------------------------------


def test_it_tells_one_day_the_same_way_in_every_process() -> None:
    program = f"from datetime import date; from core.demo.build import tell_story; print(tell_story({MIDDLE!r}))"
    program = program.replace("datetime.date(", "date(")
    told = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{tell_story(MIDDLE)}\n"}


def test_it_tells_other_days_otherwise() -> None:
    first, second = tell_story(MIDDLE), tell_story(MIDDLE + timedelta(days=1))
    assert [telling.pieces for telling in first[:20]] != [telling.pieces for telling in second[:20]]


def test_it_can_be_made_before_the_shop_opens(tmp_path: Path, sqlite_template: Path) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "early.sqlite3")
    with _open(path, _start_of(MIDDLE) + JUST_AFTER_MIDNIGHT) as tx:
        early = Played(tx, build_demo(tx), MIDDLE)
        operator = act_as_operator(early.demo.company)
        assert revenue_of(early, operator, early.month) == sum_revenue_e4(tell_story(MIDDLE), early.month)
        assert early.tx.execute(select(func.max(lines.c.sold_at))).scalar_one() <= clock.now()


def test_it_is_the_same_on_both_databases(tx: Connection) -> None:
    with time_machine.travel(_start_of(MIDDLE) + NOON):
        demo = build_demo(tx, MIDDLE)
        found = Played(tx, demo, MIDDLE)
        operator = act_as_operator(demo.company)
        assert revenue_of(found, operator, found.month) == sum_revenue_e4(tell_story(MIDDLE), found.month)
        assert not any(proof.differences for proof in verify_rollups(tx, demo.company.id))
        assert not verify_stock(tx, demo.company.id).differences


def test_it_refuses_to_be_made_twice(fresh: Played) -> None:
    with pytest.raises(Conflict):
        build_demo(fresh.tx, MIDDLE)
