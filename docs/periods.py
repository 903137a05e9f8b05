"""The reference of periods and windows. One rule: every line comes from the tables of core, tried on one day."""

from datetime import date

from core.metrics.windows import WINDOWS
from core.periods import PERIOD_WORDS, Calendar, Period, parse_period
from docs.markdown import write_code, write_page, write_table

TODAY, CALENDAR = date(2026, 11, 18), Calendar(week_start=5, financial_year_month=4)
WRITTEN = ("7d", "30d", "90d", "2026-11-18", "2025-06", "2025", "2025-06-01..2025-06-14")


def write_periods() -> str:
    """docs/reference/periods.md."""
    return write_page(
        "Periods and windows",
        "The same words in chat, API and command line. Days are those of the branch, and a period holds its first and "
        f"its last day. The examples are as of {TODAY}, for a company whose week starts on Saturday and whose "
        "financial year starts in April (`/company week saturday`, `/company year april`).",
        write_table(
            ("word", "days", "`previous` of it", "`last year`"),
            map(_show_word, (*(word for word in PERIOD_WORDS if word != "all"), *WRITTEN, "all")),
        ),
        "`previous` goes before any of them (`previous 30d`; `last` before a unit is the same), `last year` behind "
        "(`month last year`, `same month last year`). In the API and in buttons words may be joined by `_`.",
        "## How a period moves\n\n"
        "- A day, some days and a week move by days. A week moves by 52 weeks to last year, so that weekdays meet.\n"
        "- Months, quarters, years and any stretch of whole months move by months.\n"
        "- What is to date meets the same days of the one before; where that month is shorter, its last day stands for "
        "the missing ones. Come to its end it is the whole, and meets the whole.\n"
        "- 29 February meets 28 February.",
        "## Windows\n\nA question split by days, weeks, months … may look further than each row's own days: "
        "`--window` of `salesbell ask`, `window` of `GET /api/metrics/query`. There is a row for every day of the "
        "period; it is empty where the days it looks at hold nothing. What cannot be added up, such as customers, is "
        "counted anew for every row.",
        write_table(("window", "the values"), ((write_code(one.usage), one.words) for one in WINDOWS.values())),
    )


def _show_word(word: str) -> tuple[str, str, str, str]:
    if word == "all":
        return write_code(word), "every day there is", "", ""
    before, last_year = _show_days(f"previous {word}"), _show_days(f"{word} last year")
    return write_code(word), _show_days(word), before, last_year


def _show_days(words: str) -> str:
    period: Period = parse_period(words, TODAY, CALENDAR)
    return f"{period.start}" if period.days == 1 else f"{period.start} … {period.last_day}"
