"""Asking in two ways that must agree: rollups and lines, parts and whole, now and as of now."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer, act_as_operator, find_company, load_viewer
from core.db import Database
from core.metrics import Question, ask
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import MEASURES, Measured
from core.metrics.recount import rebuild_rollups, verify_rollups
from core.metrics.series import ask_window
from core.metrics.windows import parse_window
from core.people.members import add_person
from core.periods import Calendar, parse_period
from core.sales.ledger import Change, DocumentChange, apply_change, stamp_lines
from core.sales.ledger.documents import read_present_lines
from tests.core.demo_day import TODAY, open_demo
from tests.shop import Shop

PERIODS = ["month", "last month", "week", "7d", "quarter", "year", "all", "yesterday"]
PERIODS += ["2026-10-05..2026-11-03", "2025-12-30..2026-11-17"]
ADDITIVE = ["revenue", "units", "cost", "profit", "discount", "returns", "lines", "net_revenue", "gross_revenue"]
# Splits that put every line in exactly one row; a person may be in two teams.
PARTING = [name for name in DIMENSIONS if name != "team"]

measures = st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, max_size=4, unique=True).map(tuple)
splits = st.lists(st.sampled_from(sorted(DIMENSIONS)), max_size=2, unique=True).map(tuple)
periods = st.sampled_from(PERIODS).map(lambda words: parse_period(words, TODAY, Calendar()))


def test_every_way_of_asking_agrees(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(measures, splits, periods)
    def agree(names: tuple[str, ...], by: tuple[str, ...], period: object) -> None:
        question = Question(names, period, by=by)  # type: ignore[arg-type]
        now = ask(tx, viewer, question)
        from_lines = ask(tx, viewer, Question(names, period, by=by, as_of=clock.now()))  # type: ignore[arg-type]
        assert from_lines.source == "lines"
        assert now.totals == from_lines.totals
        assert _by_label(now) == _by_label(from_lines)
        assert now.totals == ask(tx, viewer, Question(names, period)).totals  # type: ignore[arg-type]
        if set(by) <= set(PARTING):
            for name in set(names) & set(ADDITIVE):
                parts = sum((row.values[name] or 0 for row in now.rows), start=0)
                assert not by or parts == now.totals[name]

    agree()


def _by_label(answer: object) -> dict[object, object]:
    return {(row.labels, row.keys): row.values for row in answer.rows}  # type: ignore[attr-defined]


def test_every_measure_goes_with_every_dimension(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    month = parse_period("month", TODAY, Calendar())
    for name in DIMENSIONS:
        answer = ask(tx, viewer, Question(tuple(MEASURES), month, by=(name,)))
        assert answer.rows or name == "team", name
        assert set(answer.totals) == set(MEASURES)


def test_a_formula_is_applied_to_totals_anew(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    month = parse_period("month", TODAY, Calendar())
    answer = ask(tx, viewer, Question(("profit_margin", "profit", "cost"), month, by=("person",)))
    profit, cost = Fraction(answer.totals["profit"] or 0), Fraction(answer.totals["cost"] or 0)
    assert answer.totals["profit_margin"] == profit * 100 / (profit + cost)
    assert answer.totals["profit_margin"] != sum(row.values["profit_margin"] or 0 for row in answer.rows)


def test_rows_of_time_are_in_order_and_others_by_size(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    everything = parse_period("all", TODAY, Calendar())
    days = [row.labels[0] for row in ask(tx, viewer, Question(("revenue",), everything, by=("day",))).rows]
    assert days == sorted(days, key=str)
    sizes = [row.values["revenue"] for row in ask(tx, viewer, Question(("revenue",), everything, by=("sku",))).rows]
    assert sizes == sorted(sizes, key=lambda size: -(size or 0))
    assert len(ask(tx, viewer, Question(("revenue",), everything, by=("sku",), limit=3)).rows) == 3


def test_a_rebuild_changes_nothing(database: Database) -> None:
    with open_demo(database) as company, database.begin() as tx:
        rebuild_rollups(tx, company.id)
        assert all(not proof.differences for proof in verify_rollups(tx, company.id))


def test_every_measured_measure_is_kept_or_counted_from_lines() -> None:
    from core.models.rollups import CUSTOMERS, ORDERS, SUMS

    for measure in MEASURES.values():
        if isinstance(measure, Measured) and measure.kept_as:
            assert measure.kept_as in (*SUMS, ORDERS, CUSTOMERS)


def test_an_order_of_several_days_is_counted_once(tx: Connection, shop: Shop) -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    number = shop.sell(tx, shop.bob, day=first).document_id
    (line,) = read_present_lines(tx, shop.company.id, number)
    opened = stamp_lines([line, {**line, "day": second, "position": 2}], number, 2, clock.now())
    edited = DocumentChange(number, 2, "edited")
    apply_change(tx, Change(shop.operator, clock.now(), (edited,), closed=[line], opened=opened))
    viewer = act_as_operator(find_company(tx))
    march = parse_period("2026-03", TODAY, Calendar())
    answer = ask(tx, viewer, Question(("orders", "revenue"), march, by=("day",)))
    assert (answer.totals["orders"], [row.values["orders"] for row in answer.rows]) == (1, [1, 1])
    assert answer.source == "lines"


def test_namesakes_who_sold_the_same_are_in_order_of_their_numbers(tx: Connection, shop: Shop) -> None:
    namesakes = [add_person(tx, shop.operator, "Ann", Role.EMPLOYEE, shop.mall_id) for _ in range(20)]
    for person in reversed(namesakes):
        shop.sell(tx, load_viewer(tx, person.id), day=date(2026, 3, 1))
    question = Question(("revenue",), parse_period("2026-03", TODAY, Calendar()), by=("person",))
    viewer = act_as_operator(shop.company)
    if tx.dialect.name == "postgresql":  # then nothing but our own order is one
        tx.execute(text("SET LOCAL enable_sort = off"))
    from_lines, beside = replace(question, as_of=clock.now()), parse_window("previous")
    for answer in (ask(tx, viewer, question), ask(tx, viewer, from_lines), ask_window(tx, viewer, question, beside)):
        ranked = [row.keys[-1] for row in answer.rows]
        assert len(ranked) == 20
        assert ranked == sorted(ranked, key=int)
