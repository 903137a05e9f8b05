"""Which tables answer: the fewest rows that cover the question, the odd days at a period's ends from the finer ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core.access import Company, act_as_operator
from core.company import list_branches
from core.db import Database
from core.generation import Size, generate_company
from core.metrics import Question, ask
from core.metrics.measures import MEASURES
from core.migrations import migrate
from core.periods import Calendar, Period, parse_period
from tests.core.metrics.test_ask import TODAY
from tests.shop import Shop

TOMORROW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("measures", "by", "words", "source"),
    [
        ("revenue orders", "", "today", "branch_day"),
        ("revenue orders", "", "month", "person_month"),
        ("revenue orders", "", "2024-01-15..2026-03-10", "branch_day+person_month"),
        ("revenue", "day", "year", "branch_day"),
        ("revenue", "month", "2025-02-10..2026-02-09", "branch_day+person_month"),
        ("revenue", "person", "week", "person_day"),
        ("revenue", "person team branch", "2025", "person_month"),
        ("revenue", "product", "7d", "product_day"),
        ("revenue", "category", "month", "product_month"),
        ("revenue", "sku", "2026-01-01..2026-03-10", "product_month+product_day"),
        ("units", "branch product", "2026-01-01..2026-02-03", "branch_product_month+lines"),
        ("customers", "", "week", "customer_day"),
        ("customers", "branch", "month", "branch_customers_month"),
        ("customers", "branch", "2025", "branch_customer_month"),
        ("customers", "", "month", "customers_month"),
        ("customers", "", "2025", "customers_year"),
        ("customers", "year", "2024-01-01..2025-12-31", "customers_year"),
        ("customers", "", "2024-12-30..2026-02-02", "customer_day+customer_year+customer_month"),
        ("customers", "month", "2025", "customers_month"),
        ("customers", "month branch", "2025", "branch_customers_month"),
        ("customers", "quarter", "2025", "customer_month"),
        ("customers revenue", "", "month", "customers_month+person_month"),
        ("revenue", "product", "2025", "product_year"),
        ("revenue", "customer", "2025", "customer_year"),
        ("customers", "person", "month", "lines"),
        ("orders", "product", "month", "lines"),
        ("revenue products", "", "month", "lines"),
        ("revenue", "platform", "week", "lines"),
        ("revenue orders", "platform", "month", "platform_month"),
        ("revenue", "platform person", "2025", "platform_month"),
        ("orders", "coupon", "2025", "coupon_month"),
        ("orders", "coupon", "2025-01-01..2026-01-10", "coupon_month+lines"),
        ("revenue", "coupon platform", "2025", "lines"),
    ],
)
def test_it_reads_the_fewest_rows(tx: Connection, shop: Shop, measures: str, by: str, words: str, source: str) -> None:
    period = parse_period(words, TODAY, Calendar())
    question = Question(tuple(measures.split()), period, tuple(by.split()), branch="all")
    assert ask(tx, shop.operator, question).source == source


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Company]]:
    """Three years of a company with several branches."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('plan') / 'plan.sqlite3'}")
    migrate(database)
    with database.begin() as tx:
        company = generate_company(tx, "Invented", Size(100_000, TODAY, years=3)).company
    with database.begin_read() as tx:
        yield tx, company
    database.close()


def test_customers_of_several_branches_are_counted_once(invented: tuple[Connection, Company]) -> None:
    tx, company = invented
    viewer = act_as_operator(company)
    some = tuple(("branch", branch.handle) for branch in list_branches(tx, viewer)[:2])
    october = Question(("customers",), Period(date(2026, 10, 1), date(2026, 11, 1)), where=some)
    apart = [ask(tx, viewer, replace(october, where=(one,))) for one in some]
    together = ask(tx, viewer, october)
    assert {answer.source for answer in apart} == {"branch_customers_month"}
    assert together.source == "branch_customer_month"
    assert together.totals == ask(tx, viewer, replace(october, as_of=TOMORROW)).totals
    assert together.totals["customers"] < sum(answer.totals["customers"] for answer in apart)
    assert together.totals == ask(tx, viewer, replace(october, by=("branch",))).totals


def test_pieces_and_lines_agree_in_any_period(invented: tuple[Connection, Company]) -> None:
    tx, company = invented
    viewer, first = act_as_operator(company), date(2023, 11, 1)
    handles = [None, "all", *(branch.handle for branch in list_branches(tx, viewer))]
    splits = [
        "month",
        "year",
        "quarter",
        "branch",
        "person",
        "team",
        "product",
        "category",
        "customer",
        "week",
        "platform",
        "coupon",
    ]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.sampled_from(sorted(MEASURES)), min_size=1, max_size=3, unique=True),
        st.lists(st.sampled_from(splits), max_size=2, unique=True),
        st.integers(0, 1100),
        st.integers(1, 900),
        st.sampled_from(handles),
    )
    def agree(names: list[str], by: list[str], start: int, days: int, branch: str | None) -> None:
        begin, limit = first + timedelta(days=start), days % 7 or None
        question = Question(
            tuple(names), Period(begin, begin + timedelta(days=days)), tuple(by), branch=branch, limit=limit
        )
        now = ask(tx, viewer, question)
        from_lines = ask(tx, viewer, replace(question, as_of=TOMORROW))
        assert now.totals == from_lines.totals
        assert now.rows == from_lines.rows
        whole = ask(tx, viewer, replace(question, limit=None))
        assert now.rows == whole.rows[:limit]
        assert now.totals == whole.totals == ask(tx, viewer, replace(question, by=(), limit=None)).totals

    agree()
