"""The words of /sales, /leaderboard, /goal, /digest and /stock. One rule: every word counts, or is refused by name."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.parsing.digests import DigestWords, parse_digest
from bot.parsing.filters import LeaderboardWords, LogFilter, parse_leaderboard, parse_log_filter
from bot.parsing.goals import GoalWords, parse_goal
from bot.parsing.stocks import StockWords, parse_stock
from core.errors import InvalidInput
from core.periods import Calendar, Period
from tests.bot.parsing.sold import READING

CALENDAR = Calendar()
JUNE = Period(date(2026, 6, 1), date(2026, 7, 1), "2026-06")
JULY = Period(date(2026, 7, 1), date(2026, 8, 1), "2026-07")
THIS_MONTH = Period(date(2026, 7, 1), date(2026, 8, 1), "month")
LAST_7_DAYS = Period(date(2026, 7, 16), date(2026, 7, 23), "7d")
DECEMBER = Period(date(2026, 12, 1), date(2027, 1, 1), "month")


def read_log(text: str) -> LogFilter:
    return parse_log_filter(text, READING, CALENDAR)


def read_leaderboard(text: str) -> LeaderboardWords:
    return parse_leaderboard(text, READING, CALENDAR)


def read_goal(text: str) -> GoalWords:
    return parse_goal(text, READING, CALENDAR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", LogFilter()),
        ("7d", LogFilter(period=LAST_7_DAYS)),
        ("7 days", LogFilter(period=LAST_7_DAYS)),
        ("month", LogFilter(period=THIS_MONTH)),
        ("this month", LogFilter(period=THIS_MONTH)),
        ("mtd", LogFilter(period=Period(date(2026, 7, 1), date(2026, 7, 23), "mtd"))),
        ("Previous month etsy", LogFilter(Period(JUNE.start, JUNE.end, "previous_month"), platform="Etsy")),
        (
            "@ann same month last year",
            LogFilter(Period(date(2025, 7, 1), date(2025, 8, 1), "same_month_last_year"), handle="ann"),
        ),
        (
            "grip arm same financial year to date last year",
            LogFilter(Period(date(2025, 1, 1), date(2025, 7, 23), "same_financial_year_to_date_last_year"), "grip arm"),
        ),
        ("2026-07", LogFilter(period=JULY)),
        ("july", LogFilter(period=JULY)),
        ("July 2026", LogFilter(period=JULY)),
        ("december", LogFilter(period=Period(date(2025, 12, 1), date(2026, 1, 1), "2025-12"))),
        ("18/7", LogFilter(period=Period(date(2026, 7, 18), date(2026, 7, 19), "2026-07-18"))),
        ("on tue", LogFilter(period=Period(date(2026, 7, 21), date(2026, 7, 22), "2026-07-21"))),
        ("2026-07-01..2026-07-14", LogFilter(period=Period(date(2026, 7, 1), date(2026, 7, 15)))),
        ("SOL-3077", LogFilter(product_words="SOL-3077")),
        ("٧d SOL-٣٠٧٧", LogFilter(period=LAST_7_DAYS, product_words="SOL-3077")),
        ("grip arm blue 7d", LogFilter(period=LAST_7_DAYS, product_words="grip arm blue")),
        ('"iphone 15" 7d', LogFilter(period=LAST_7_DAYS, product_words="iphone 15")),
        ("ETSY", LogFilter(platform="Etsy")),
        ("on etsy, 7d", LogFilter(platform="Etsy", period=LAST_7_DAYS)),
        ("@ann", LogFilter(handle="ann")),
        ("by @ann", LogFilter(handle="ann")),
        ("#SUMMER", LogFilter(coupon="SUMMER")),
        ("to Jane Roe 7d", LogFilter(customer="Jane Roe", period=LAST_7_DAYS)),
        ('customer: "Friday Ltd"', LogFilter(customer="Friday Ltd")),
        ("returns", LogFilter(kind="return")),
        (
            "returns 7d etsy @ann SOL-3077 #A",
            LogFilter(LAST_7_DAYS, "SOL-3077", "Etsy", "ann", "A", None, "return"),
        ),
    ],
)
def test_it_reads_log_filters(text: str, expected: LogFilter) -> None:
    assert read_log(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", LeaderboardWords(THIS_MONTH)),
        ("7d", LeaderboardWords(LAST_7_DAYS)),
        ("by units", LeaderboardWords(THIS_MONTH, "units")),
        ("july by orders", LeaderboardWords(JULY, "orders")),
        ("by profit 7d", LeaderboardWords(LAST_7_DAYS, "profit")),
    ],
)
def test_it_reads_leaderboard_words(text: str, expected: LeaderboardWords) -> None:
    assert read_leaderboard(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", GoalWords(THIS_MONTH)),
        ("@ann", GoalWords(THIS_MONTH, "ann")),
        ("june", GoalWords(Period(JUNE.start, JUNE.end, "month"))),
        ("50000", GoalWords(THIS_MONTH, amount_e4=50_000_0000)),
        ("50 000", GoalWords(THIS_MONTH, amount_e4=50_000_0000)),
        ("SAR 50,000", GoalWords(THIS_MONTH, amount_e4=50_000_0000)),
        ("50000 sar", GoalWords(THIS_MONTH, amount_e4=50_000_0000)),
        ("2 lakh", GoalWords(THIS_MONTH, amount_e4=200_000_0000)),
        ("12k july", GoalWords(THIS_MONTH, amount_e4=12_000_0000)),
        ("12k june", GoalWords(Period(date(2027, 6, 1), date(2027, 7, 1), "month"), amount_e4=12_000_0000)),
        ("@ann 20000", GoalWords(THIS_MONTH, "ann", 20_000_0000)),
        ("@ann 20000 2026-12", GoalWords(DECEMBER, "ann", 20_000_0000)),
        ("20000 for @ann in december 2026", GoalWords(DECEMBER, "ann", 20_000_0000)),
        ("@ann 200 units SOL-3077", GoalWords(THIS_MONTH, "ann", None, 200_000, "SOL-3077")),
        ("Office Supplies 12k 12/2026", GoalWords(DECEMBER, None, 12_000_0000, None, "Office Supplies")),
        ("furniture Dec-2026 12k", GoalWords(DECEMBER, None, 12_000_0000, None, "furniture")),
        ("200 units DEC-26", GoalWords(THIS_MONTH, None, None, 200_000, "DEC-26")),
        ('@ann 200 units of "iphone 15"', GoalWords(THIS_MONTH, "ann", None, 200_000, "iphone 15")),
        ("200 pcs grip arm @ann", GoalWords(THIS_MONTH, "ann", None, 200_000, "grip arm")),
        ("@ann ٢٠٬٠٠٠", GoalWords(THIS_MONTH, "ann", 20_000_0000)),
    ],
)
def test_it_reads_goals(text: str, expected: GoalWords) -> None:
    assert read_goal(text) == expected
    assert read_goal(text).is_question == (expected.amount_e4 is None and expected.quantity_e3 is None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", DigestWords("show")),
        ("off", DigestWords("off")),
        ("daily 18:00", DigestWords("daily", time(18))),
        ("daily at 6pm", DigestWords("daily", time(18))),
        ("Daily 6:30 PM", DigestWords("daily", time(18, 30))),
        ("daily 12am", DigestWords("daily", time(0))),
        ("daily noon", DigestWords("daily", time(12))),
        ("daily ١٨:٠٠", DigestWords("daily", time(18))),
        ("weekly sunday 9", DigestWords("weekly", time(9), weekday=6)),
        ("weekly 9 on mon", DigestWords("weekly", time(9), weekday=0)),
        ("monthly 1 08:30", DigestWords("monthly", time(8, 30), month_day=1)),
        ("monthly on the 15th at 8", DigestWords("monthly", time(8), month_day=15)),
    ],
)
def test_it_reads_digests(text: str, expected: DigestWords) -> None:
    assert parse_digest(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", StockWords()),
        ("SOL-3077", StockWords("SOL-3077")),
        ("grip arm blue", StockWords("grip arm blue")),
        ("iphone 15 pro", StockWords("iphone 15 pro")),
        ("SOL-3077 40", StockWords("SOL-3077", counted_e3=40_000)),
        ("SOL-3077 0", StockWords("SOL-3077", counted_e3=0)),
        ("SOL-3077 = 40", StockWords("SOL-3077", counted_e3=40_000)),
        ("SOL-3077 +20", StockWords("SOL-3077", received_e3=20_000)),
        ("SOL-٣٠٧٧ + ٢٠", StockWords("SOL-3077", received_e3=20_000)),
        ("rice 2.5 kg", StockWords("rice", counted_e3=2_500)),
        ("SOL-3077 1,250 pcs", StockWords("SOL-3077", counted_e3=1_250_000)),
        ("C++ primer", StockWords("C++ primer")),
        ('"rock + roll"', StockWords("rock + roll")),
        ('"iphone 15" 40', StockWords("iphone 15", counted_e3=40_000)),
    ],
)
def test_it_reads_stock_words(text: str, expected: StockWords) -> None:
    assert parse_stock(text) == expected


@pytest.mark.parametrize(
    ("read", "text", "named"),
    [
        (read_log, "7d 30d", "7d and 30d"),
        (read_log, "etsy ebay", "etsy and ebay"),
        (read_log, "@ann @bob", "@ann and @bob"),
        (read_log, "grip etsy arm", "grip and arm"),
        (read_log, "2026-13", "2026-13"),
        (read_log, "30/2", "30/2"),
        (read_log, "wednesday", "wednesday"),
        (read_log, "2026-01-01..x", "2026-01-01..x"),
        (read_log, "to", "to"),
        (read_leaderboard, "foo", "foo"),
        (read_leaderboard, "by foo", "foo"),
        (read_leaderboard, "by", "by"),
        (read_leaderboard, "7d month", "month"),
        (read_goal, "@ann @bob 5", "@ann and @bob"),
        (read_goal, "5 6", "5 and 6"),
        (read_goal, "0", "0"),
        (read_goal, "0 units", "0"),
        (read_goal, "1.250", "1.250"),
        (read_goal, "$500", "$"),
        (read_goal, "500 7d", "7d"),
        (read_goal, "500 year", "year"),
        (read_goal, "500 grip @ann arm", "grip and arm"),
        (parse_digest, "hourly", "hourly"),
        (parse_digest, "daily", "daily"),
        (parse_digest, "daily 25:00", "25:00"),
        (parse_digest, "daily 13pm", "13pm"),
        (parse_digest, "daily 9 10", "9 10"),
        (parse_digest, "weekly 9", "9"),
        (parse_digest, "weekly sunday", "weekly"),
        (parse_digest, "monthly 31 9", "31"),
        (parse_digest, "monthly", "monthly"),
        (parse_stock, "40", "40"),
        (parse_stock, "SOL-3077 -3", "-3"),
        (parse_stock, "SOL-3077 1.250", "1.250"),
        (parse_stock, "SOL-3077 +0", "+0"),
        (parse_stock, "SOL-3077 +x", "+x"),
        (parse_stock, "SOL-3077 + many", "+ many"),
        (parse_stock, "SOL-3077 =", "="),
    ],
)
def test_it_refuses_by_name_with_a_hint_that_works(read: Callable[[str], Any], text: str, named: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(text)
    assert named in refusal.value.message
    assert refusal.value.hint
    assert read(refusal.value.hint) is not None


WORDS = (
    '7d month last by units @ann 2026-07 2026-12 july etsy to 500 12k units SOL-3077 "a b" returns daily weekly sunday'
    " 9 +20 6pm monthly 1st - .. #A for sar on"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=10).map(" ".join) | st.text(max_size=100))
@settings(max_examples=600, deadline=None)
def test_it_answers_any_text(text: str) -> None:
    for read in (read_log, read_leaderboard, read_goal, parse_digest, parse_stock):
        with suppress(InvalidInput):
            read(text)


@pytest.mark.parametrize("piece", ["7d ", "a ", "1 ", "111 ", "july ", '"', "@", "..", "9", "2026-07"])
def test_it_is_quick_on_long_hostile_text(piece: str) -> None:
    start = process_time()
    test_it_answers_any_text.hypothesis.inner_test((piece * 4096)[:4096])  # type: ignore[attr-defined]
    assert process_time() - start < 6  # what runs away takes minutes
