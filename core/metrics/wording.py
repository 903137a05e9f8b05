"""Questions from plain words and answers as plain values. One rule: command line and API share both, to the letter."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from core.access import Reach
from core.errors import InvalidInput
from core.metrics.measures import Measure, Unit, Value
from core.metrics.question import Answer, Question
from core.money import currency_digits, divide_half_even, write_decimal
from core.periods import END_OF_DAYS, FIRST_DAY, Calendar, Period, parse_day, parse_period, refuse_too_long, span

# How many digits a unit's integer has after the point.
SCALE_DIGITS = {Unit.MONEY: 4, Unit.QUANTITY: 3, Unit.COUNT: 0, Unit.PERCENT: 0}


def parse_question(
    *,
    measures: str,
    by: str | None = None,
    where: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    period: str | None = None,
    branch: str | None = None,
    reach: str = Reach.TEAM,
    as_of: str | None = None,
    limit: int | None = None,
    today: date,
    calendar: Calendar,
) -> Question:
    """A question in words: comma-separated measures and dimensions, filters such as "country=France", days YYYY-MM-DD.

    `last` is included. Raises InvalidInput naming the parameter at fault: measures, by, where, from, to, period, …
    """
    return Question(
        measures=_split(measures),
        by=_split(by or ""),
        where=tuple(_parse_filter(text) for text in where),
        period=_parse_span(first, last, period, today, calendar),
        branch=branch,
        reach=_parse_reach(reach),
        as_of=_parse_instant(as_of) if as_of else None,
        limit=limit,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _parse_filter(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name.strip() and separator and value.strip()):
        raise InvalidInput(f"“{text}” is not a filter.", field="where", hint="country=France")
    return name.strip(), value.strip()


def _parse_span(first: str | None, last: str | None, period: str | None, today: date, calendar: Calendar) -> Period:
    if period and (first or last):
        raise InvalidInput("Say either a period or from and to.", field="period", hint="period=month")
    if period:
        return parse_period(period, today, calendar)
    start = parse_day(first, "from") if first else FIRST_DAY
    if not last:
        return Period(start, END_OF_DAYS)
    chosen = span(start, parse_day(last, "to"))
    return refuse_too_long(chosen, "to") if first else chosen


def _parse_reach(text: str) -> Reach:
    if text not in (Reach.MY, Reach.TEAM):
        raise InvalidInput(f"“{text}” is not a view.", field="view", hint="my or team")
    return Reach(text)


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"“{text}” is not an instant.", field="as_of", hint="2026-07-18T10:30:00Z") from error


def write_answer(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values: a row of labels and values each, totals, and where and when it was counted.

    Money and per cent are decimal strings (money with the currency's decimals), counts and quantities numbers.
    """
    names = [dimension.name for dimension in answer.dimensions]
    return {
        "rows": [dict(zip(names, row.labels, strict=True)) | _write_values(answer, row.values) for row in answer.rows],
        "totals": _write_values(answer, answer.totals),
        "currency": answer.currency,
        "source": answer.source,
    }


def _write_values(answer: Answer, values: dict[str, Value]) -> dict[str, Any]:
    return {measure.name: write_value(measure, values[measure.name], answer.currency) for measure in answer.measures}


def write_value(measure: Measure, value: Value, currency: str) -> str | int | float | None:
    """One value of a measure as JSON shows it; None where it has no meaning."""
    if value is None:
        return None
    scale_digits = SCALE_DIGITS[measure.unit]
    if measure.unit is Unit.MONEY:
        return _write_exactly(value, scale_digits, currency_digits(currency))
    if measure.unit is Unit.PERCENT:
        return _write_exactly(value, scale_digits, 2)
    number = value / 10**scale_digits if scale_digits else value
    return int(number) if number == int(number) else float(number)


def _write_exactly(value: int | Fraction, scale_digits: int, shown_digits: int) -> str:
    """A value of 10**-scale_digits as a decimal string, rounded half-even once."""
    if isinstance(value, int):
        return write_decimal(value, scale_digits, shown_digits)
    shown = divide_half_even(value.numerator * 10**shown_digits, value.denominator * 10**scale_digits)
    return write_decimal(shown, shown_digits, shown_digits)
