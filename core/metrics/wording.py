"""Questions from plain words and answers as plain values. One rule: command line and API share both, to the letter."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.access import Reach
from core.errors import InvalidInput
from core.metrics.measures import Measure, Unit, Value
from core.metrics.question import Answer, Question
from core.money import currency_digits, divide_half_even, write_decimal
from core.numbers import HOUSE_STYLE, Style, write_currency, write_number, write_percent
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
    start = _parse_end(first, "from") if first else FIRST_DAY
    if not last:
        return Period(start, END_OF_DAYS)
    chosen = span(start, _parse_end(last, "to"))
    return refuse_too_long(chosen, "to") if first else chosen


def _parse_end(text: str, field: str) -> date:
    day = parse_day(text, field)
    if not FIRST_DAY <= day < END_OF_DAYS:
        raise InvalidInput(f"{day} is not between {FIRST_DAY.year} and {END_OF_DAYS.year}.", field=field, hint="all")
    return day


def _parse_reach(text: str) -> Reach:
    if text not in (Reach.MY, Reach.TEAM):
        raise InvalidInput(f"“{text}” is not a view.", field="view", hint="my or team")
    return Reach(text)


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise InvalidInput(f"“{text}” says no offset.", field="as_of", hint="2026-07-18T22:30:00+03:00")
        return instant.astimezone(UTC)
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
    """One value of a measure as JSON shows it, rounded as people see it; None where it has no meaning."""
    if value is None:
        return None
    if measure.unit is Unit.COUNT and isinstance(value, int):
        return value
    scale_digits, shown_digits = SCALE_DIGITS[measure.unit], _count_digits(measure.unit, currency)
    written = _write_exactly(value, scale_digits, shown_digits)
    if measure.unit in (Unit.MONEY, Unit.PERCENT):
        return written
    number = Decimal(written)
    return int(number) if number == int(number) else float(number)


def show_figure(value: int | Fraction, unit: Unit, currency: str, style: Style) -> str:
    """A value of a measure as its reader writes figures: "SAR 1,250.00", "₹12,34,567.50", "2.5", "45.3%".

    Plain English has the currency's code first, and is written by hand: Babel takes eight times as long.
    """
    if unit is Unit.PERCENT:
        return _show_percent(value, style)
    written = _write_exactly(value, SCALE_DIGITS[unit], _count_digits(unit, currency))
    if unit is not Unit.MONEY:
        written = _drop_zeros(written)
        return f"{Decimal(written):,}" if style == HOUSE_STYLE else write_number(Decimal(written), style)
    if not style.is_plain_english:
        return write_currency(Decimal(written), currency, style)
    number = f"{Decimal(written):,}" if style == HOUSE_STYLE else write_number(Decimal(written), style)
    return f"{currency} {number}"


def _show_percent(percent: int | Fraction, style: Style) -> str:
    """At most one decimal; what is short of 100 never shows as 100."""
    tenths = Fraction(_write_exactly(percent, 0, 1))
    if tenths == 100 and percent < 100:
        tenths = Fraction(999, 10)
    written = Decimal(_drop_zeros(_write_exactly(tenths, 0, 1)))
    if not style.is_plain_english:
        return write_percent(written, style)
    return f"{written:,}%" if style == HOUSE_STYLE else f"{write_number(written, style)}%"


def _count_digits(unit: Unit, currency: str) -> int:
    """How many digits after the point people see: of a count only an average has any."""
    return currency_digits(currency) if unit is Unit.MONEY else 3 if unit is Unit.QUANTITY else 2


def _write_exactly(value: int | Fraction, scale_digits: int, shown_digits: int) -> str:
    """A value of 10**-scale_digits as a decimal string, rounded half-even once."""
    numerator, denominator = value.as_integer_ratio()
    shown = divide_half_even(numerator * 10**shown_digits, denominator * 10**scale_digits)
    return write_decimal(shown, shown_digits, shown_digits)


def _drop_zeros(written: str) -> str:
    return written.rstrip("0").rstrip(".") if "." in written else written
