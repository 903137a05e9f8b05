"""Which tables answer: the fewest rows that cover the question, the odd days at a period's ends from the finer ones."""

import pytest
from sqlalchemy.engine import Connection

from core.metrics import Question, ask
from core.periods import Calendar, parse_period
from tests.core.metrics.test_ask import TODAY
from tests.shop import Shop


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
        ("customers", "branch", "month", "customer_month"),
        ("customers", "", "2025", "customer_year"),
        ("customers", "", "2024-12-30..2026-02-02", "customer_day+customer_year+customer_month"),
        ("customers", "month", "2025", "customer_month"),
        ("customers revenue", "", "month", "customer_month+person_month"),
        ("revenue", "customer", "2025", "customer_year"),
        ("customers", "person", "month", "lines"),
        ("orders", "product", "month", "lines"),
        ("revenue products", "", "month", "lines"),
        ("revenue", "platform", "week", "lines"),
    ],
)
def test_it_reads_the_fewest_rows(tx: Connection, shop: Shop, measures: str, by: str, words: str, source: str) -> None:
    period = parse_period(words, TODAY, Calendar())
    question = Question(tuple(measures.split()), period, tuple(by.split()), branch="all")
    assert ask(tx, shop.operator, question).source == source
