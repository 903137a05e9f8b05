"""Asking in any two ways that must agree, of random ledgers: with returns, exchanges, guests, corrections, people who
move, documents of several days, branches and people, and the company's own fields."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core import clock
from core.access import Scope, Viewer
from core.db import Database
from core.errors import SalesbellError
from core.metrics.ask import ask
from core.metrics.count import count_totals
from core.metrics.dimensions import DIMENSIONS
from core.metrics.firsts import count_first_purchases
from core.metrics.measures import MEASURES, is_additive
from core.metrics.question import Answer, AnswerRow, Question
from core.metrics.recount import verify_rollups
from core.metrics.series import ask_window
from core.metrics.why import locate, why
from core.metrics.windows import parse_window
from core.periods import END_OF_DAYS, FIRST_DAY, Period
from core.text import fold
from tests.core.metrics.ledgers import (
    SWEEP,
    Event,
    Ledger,
    events,
    happen,
    open_ledger,
    questions,
    viewers,
)

asked = st.lists(st.tuples(viewers, questions), min_size=3, max_size=6)
WINDOWS = ["running", "running:all", "rolling:3d", "rolling:1m:before", "todate:quarter", "shift:1m", "previous"]
often = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, derandomize=False
)
Outcome = Answer | tuple[str, str | None]


def attempt(act: Callable[[], Answer]) -> Outcome:
    """The answer, or how it was refused."""
    try:
        return act()
    except SalesbellError as refusal:
        return type(refusal).__name__, refusal.field


def show(outcome: Outcome) -> Any:
    """All there is to an answer but the numbers of entities, which each database gives as it likes."""
    if not isinstance(outcome, Answer):
        return outcome
    rows = [(row.labels, row.values) for row in outcome.rows]
    return rows, outcome.totals, outcome.source, outcome.currency


def make(tx: Connection, told: list[Event]) -> Ledger:
    ledger = open_ledger(tx)
    for event in told:
        happen(tx, ledger, event)
    assert all(not proof.differences for proof in verify_rollups(tx, ledger.operator.company.id))
    return ledger


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any, request: Any) -> Iterator[list[Database]]:
    """One of each kind, in which nothing is ever committed."""
    path = tmp_path_factory.mktemp("agreement") / "ledger.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    urls = [f"sqlite:///{path}", request.getfixturevalue("postgres_address")]
    opened = [Database(url) for url in urls if url is not None]
    yield opened
    for database in opened:
        database.close()


@pytest.fixture
def sqlite(databases: list[Database]) -> Database:
    return databases[0]


def test_both_databases_say_the_same(databases: list[Database]) -> None:
    if len(databases) < 2:
        pytest.skip("no PostgreSQL on this machine")

    @often
    @given(events, asked, st.sampled_from([None, None, *WINDOWS]))
    def agree(told: list[Event], wanted: list[tuple[str, Question]], words: str | None) -> None:
        window = parse_window(words) if words else None
        said = []
        for database in databases:
            with database.engine.connect() as tx, tx.begin() as transaction:
                ledger = make(tx, told)
                said.append([show(_ask(tx, ledger, name, question, window)) for name, question in [*SWEEP, *wanted]])
                transaction.rollback()
        assert said[0] == said[1]

    agree()


def _ask(tx: Connection, ledger: Ledger, name: str, question: Question, window: Any) -> Outcome:
    return attempt(lambda: ask_window(tx, ledger.seat(tx, name), question, window))


def test_every_way_of_asking_agrees(sqlite: Database) -> None:
    @often
    @given(events, asked, st.sampled_from(WINDOWS))
    def agree(told: list[Event], wanted: list[tuple[str, Question]], words: str) -> None:
        with sqlite.engine.connect() as tx, tx.begin() as transaction:
            ledger = make(tx, told)
            for name, question in SWEEP:
                _require_parts(_compare_with_lines(tx, ledger.seat(tx, name), question))
            for name, question in wanted:
                viewer = ledger.seat(tx, name)
                if isinstance(attempt(lambda: ask(tx, viewer, question)), Answer):  # noqa: B023
                    require_agreement(tx, viewer, question, words)
            transaction.rollback()

    agree()


def _compare_with_lines(tx: Connection, viewer: Viewer, question: Question) -> Answer:
    """The answer, which is that of the lines as of now."""
    answer, from_lines = ask(tx, viewer, question), ask(tx, viewer, replace(question, as_of=clock.now()))
    assert from_lines.source == "lines"
    assert (from_lines.rows, from_lines.totals) == (answer.rows, answer.totals)
    return answer


def require_agreement(tx: Connection, viewer: Viewer, question: Question, words: str) -> None:
    """One question, asked in every other way there is."""
    answer = _compare_with_lines(tx, viewer, question)
    assert ask(tx, viewer, replace(question, by=(), limit=None)).totals == answer.totals
    whole = ask(tx, viewer, replace(question, limit=None))
    assert whole.rows[: question.limit] == answer.rows
    _require_parts(whole)
    _require_filtered(tx, viewer, question, whole)
    _require_days(tx, viewer, question, answer)
    _require_lines(tx, viewer, question, whole)
    _require_windows(tx, viewer, question, words)
    firsts = count_first_purchases(tx, viewer, question)
    customers = ask(tx, viewer, replace(question, measures=("customers",), by=()))
    assert sum(firsts.values()) == customers.totals["customers"]


def _require_parts(whole: Answer) -> None:
    """Parts that share no line add up; what is distinct is at least the most of a part, at most all parts together."""
    if not whole.dimensions or any(one.name == "team" for one in whole.dimensions):
        return  # somebody may be in two teams
    for measure in whole.measures:
        values = [int(row.values[measure.name] or 0) for row in whole.rows]
        total = whole.totals[measure.name]
        if is_additive(measure):
            assert sum(values) == total, measure.name
        elif measure.unit.value == "count":
            assert max(values, default=0) <= (total or 0) <= sum(values), measure.name


def _require_filtered(tx: Connection, viewer: Viewer, question: Question, whole: Answer) -> None:
    """Asked for one part alone, the totals are that part's row; where several rows are called so, their sum."""
    if len(whole.dimensions) != 1 or question.where:
        return
    dimension = whole.dimensions[0]
    called: defaultdict[str, list[AnswerRow]] = defaultdict(list)
    for row in whole.rows:
        if row.labels[0] is not None:
            called[fold(row.labels[0])].append(row)
    for rows in called.values():
        label = rows[0].labels[0] or ""
        part = ask(tx, viewer, replace(question, by=(), where=((dimension.name, label),)))
        for measure in whole.measures:
            if len(rows) == 1:
                assert part.totals[measure.name] == rows[0].values[measure.name], (label, measure.name)
            elif is_additive(measure):
                assert part.totals[measure.name] == sum(int(row.values[measure.name] or 0) for row in rows), label


def _require_days(tx: Connection, viewer: Viewer, question: Question, answer: Answer) -> None:
    """A period in two halves; and every branch."""
    period = question.period
    if period.days < 2 or period.start == FIRST_DAY:
        return
    middle = period.start + timedelta(days=period.days // 3 + 1)
    if middle >= period.end:
        return
    halves = [
        ask(tx, viewer, replace(question, by=(), period=Period(*days))).totals
        for days in ((period.start, middle), (middle, period.end))
    ]
    for measure in answer.measures:
        if is_additive(measure):
            assert sum(int(half[measure.name] or 0) for half in halves) == answer.totals[measure.name], measure.name


def _require_lines(tx: Connection, viewer: Viewer, question: Question, whole: Answer) -> None:
    """The lines behind the figure, and behind each row of it, come to the same."""
    measure = whole.measures[0]
    assert why(tx, viewer, question).value == whole.totals[measure.name]
    by_lines = replace(question, as_of=clock.now())
    for cell in ((), *(locate(whole.dimensions, row) for row in whole.rows[:5])):
        assert why(tx, viewer, question, cell) == why(tx, viewer, by_lines, cell)
    for row in whole.rows[:5]:
        page = why(tx, viewer, question, locate(whole.dimensions, row))
        assert page.value == row.values[measure.name], row
        if is_additive(measure) and measure.name in ("revenue", "returns", "exchanges", "guest_coverage"):
            assert page.amount_e4 == sum(line["amount"] for line in page.rows) == page.value


def _require_windows(tx: Connection, viewer: Viewer, question: Question, words: str) -> None:
    """Through a window: the same rows from the lines, and with or without a measure that is asked for every row."""
    by = ("month", *(name for name in question.by if not DIMENSIONS.get(name, DIMENSIONS["sku"]).is_time))
    plain = replace(question, by=by, limit=None, measures=tuple(n for n in question.measures if n != "customers"))
    if not plain.measures or (question.period.days > 1000 and question.period.end != END_OF_DAYS):
        return
    window = parse_window(words)
    outcome = attempt(lambda: ask_window(tx, viewer, plain, window))
    if not isinstance(outcome, Answer):
        return
    others = replace(plain, as_of=clock.now()), replace(plain, measures=(*plain.measures, "customers"))
    for other in others:
        again = ask_window(tx, viewer, other, window)
        names = [measure.name for measure in outcome.measures]
        assert [row.labels for row in again.rows] == [row.labels for row in outcome.rows]
        for one, two in zip(outcome.rows, again.rows, strict=True):
            assert one.values == {name: two.values[name] for name in names}, (one, two)


def test_what_was_said_then_is_said_of_then(sqlite: Database) -> None:
    """As of an instant past: the answer that was given at that instant, whatever was corrected since."""

    @often
    @given(events, st.lists(questions, min_size=2, max_size=4))
    def agree(told: list[Event], wanted: list[Question]) -> None:
        with sqlite.engine.connect() as tx, tx.begin() as transaction:
            ledger, said = open_ledger(tx), []
            for event in told:
                happen(tx, ledger, event)
                operator = ledger.seat(tx, "operator")
                plain = [replace(question, where=()) for question in wanted]
                said.append([attempt(lambda: ask(tx, operator, one)) for one in plain])  # noqa: B023
            for instant, answers in zip(ledger.instants, said, strict=True):
                for question, answer in zip(plain, answers, strict=True):
                    again = attempt(lambda: ask(tx, operator, replace(question, as_of=instant)))  # noqa: B023
                    assert _drop_source(again) == _drop_source(answer)
            transaction.rollback()

    agree()


def _drop_source(outcome: Outcome) -> Any:
    return (outcome.rows, outcome.totals) if isinstance(outcome, Answer) else outcome


def test_every_measure_is_counted_alike_for_goals(sqlite: Database) -> None:
    """core.metrics.count, for core's own use, gives what `ask` gives."""

    @settings(often, max_examples=4)
    @given(events)
    def agree(told: list[Event]) -> None:
        with sqlite.engine.connect() as tx, tx.begin() as transaction:
            ledger = make(tx, told)
            viewer = ledger.seat(tx, "sam")
            period = Period(FIRST_DAY, END_OF_DAYS)
            asked = ask(tx, viewer, Question(tuple(MEASURES), period))
            scope = Scope(viewer.company.id, viewer.operational_branch_id, None)
            assert count_totals(tx, viewer.company, scope, tuple(MEASURES), period) == asked.totals
            transaction.rollback()

    agree()
