"""Months as people and files write them: every spelling means one month, and what is none is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.goals.months import find_month, parse_month
from core.periods import month_of


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_spelling_of_a_month_means_it(day: date) -> None:
    short, whole = f"{day:%b}", f"{day:%B}"
    spelled = [f"{day:%Y-%m}", f"{day:%m/%Y}", f"{day.month}/{day.year}", f"{short}-{day:%y}", f"{short} {day.year}"]
    spelled += [f"{short.upper()}-{day.year}", f"{whole} {day.year}", f"{whole}, {day.year}", f"{short}. {day.year}"]
    spelled += [f"{day.year} {whole}", f"{day:%Y-%m}-01", f" {short}'{day:%y} "]
    for words in spelled:
        assert (parse_month(words).start, parse_month(words).end) == (month_of(day).start, month_of(day).end), words


@pytest.mark.parametrize(
    "words", ["", "2018", "13/2018", "2018-00", "Foo-18", "Ma-18", "2018-04-02", "18/18", "1899-12"]
)
def test_what_is_no_month_is_named(words: str) -> None:
    assert find_month(words) is None
    with pytest.raises(InvalidInput) as refused:
        parse_month(words, "Month of Order Date")
    assert (refused.value.field, "2018-04" in (refused.value.hint or "")) == ("Month of Order Date", True)
    assert f"“{words}”" in refused.value.message
