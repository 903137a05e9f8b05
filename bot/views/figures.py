"""Figures, days and names as a chat shows them. One rule: rounded here, once, and escaped here."""

import html
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date

from bot.views.numbers import current_style, write_compact
from core.metrics.measures import Unit, Value
from core.metrics.wording import show_figure
from core.money import divide_half_even, write_decimal
from core.periods import Period

NOTHING = "–"  # shown where a figure has no meaning, such as an average of no orders
LOCALE = "en"
BAR_WIDTH = 10
_STRETCH = re.compile(r"[0-9]{4}-(?:[0-9]{2}(?:-[0-9]{2})?|Q[1-4])")
MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}

# Marks that turn the direction of writing: in a name they could turn the rest of the line around.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def show_text(text: str) -> str:
    """Words from people, safe in Telegram's HTML; right-to-left ones kept from turning the figures beside them."""
    escaped = html.escape(_DIRECTION_MARKS.sub("", text), quote=False)
    return f"{_FIRST_STRONG_ISOLATE}{escaped}{_POP_ISOLATE}" if _RIGHT_TO_LEFT.search(escaped) else escaped


def mention(telegram_id: int, name: str) -> str:
    """A name that Telegram tells its bearer of."""
    return f'<a href="tg://user?id={telegram_id}">{show_text(name)}</a>'


def clip(text: str, longest: int) -> str:
    """The beginning of a long name."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def show_money(amount_e4: Value, currency: str) -> str:
    """An amount of ten-thousandths, rounded to the currency's coin: 12500000 is "SAR 1,250.00"."""
    return show_value(amount_e4, Unit.MONEY, currency)


def show_compact(amount_e4: Value, currency: str) -> str:
    """An amount shortly, where there is little room: "SAR 1.2M", "₹12.3L"."""
    if amount_e4 is None:
        return NOTHING
    amount, style = Decimal(divide_half_even(*amount_e4.as_integer_ratio())).scaleb(-4), current_style()
    if style.is_plain_english:
        return f"{currency} {write_compact(amount, style)}"
    return _isolate(write_compact(amount, style, currency=currency))


def show_rate(rate_e9: int) -> str:
    """What a unit of another currency is worth: 3.75."""
    return write_decimal(rate_e9, 9, 9).rstrip("0").rstrip(".")


def show_quantity(quantity_e3: Value) -> str:
    """A quantity of thousandths, plainly: 2000 is "2", 2500 is "2.5", 1234000 is "1,234"."""
    return show_value(quantity_e3, Unit.QUANTITY, "")


def show_count(count: Value) -> str:
    """A number of pieces, "1,204"; of an average two decimals: "2.37"."""
    return show_value(count, Unit.COUNT, "")


def count_things(count: int, one: str, several: str) -> str:
    """A number of things: "1 sale", "1,204 sales"."""
    return f"{show_count(count)} {one if count == 1 else several}"


def show_percent(percent: Value) -> str:
    """Per cent with at most one decimal: "45.3%". What is short of 100 never shows as 100."""
    return show_value(percent, Unit.PERCENT, "")


def show_change(percent: Value) -> str:
    """A change in per cent with its direction: "▲ 12.5%", "▼ 3%", "= 0%"; "new" where there was nothing before."""
    if percent is None:
        return "new"
    sign = "▲" if percent > 0 else "▼" if percent < 0 else "="
    return f"{sign} {show_percent(-percent if percent < 0 else percent)}"


def show_value(value: Value, unit: Unit, currency: str) -> str:
    """A value of a measure, in its own unit, as whoever is answered writes figures."""
    return NOTHING if value is None else _isolate(show_figure(value, unit, currency, current_style()))


def show_day(day: date) -> str:
    """A day with its weekday: "Sat, 18 Jul 2026"."""
    return format_date(day, "EEE, d MMM y", locale=LOCALE)


def show_month(day: date) -> str:
    """The month of a day: "July 2026"."""
    return format_date(day, "MMMM y", locale=LOCALE)


def show_stretch(label: str, *, is_short: bool = False) -> str:
    """The day, month … that a row of an answer is of: "2026-07-18" is "Sat, 18 Jul 2026", shortly "18 Jul"."""
    if not _STRETCH.fullmatch(label):
        return label
    if "Q" in label:
        return f"{label[5:]} {label[:4]}"
    if len(label) == len("2026-07"):
        first = date.fromisoformat(f"{label}-01")
        return format_date(first, "MMM y", locale=LOCALE) if is_short else show_month(first)
    day = date.fromisoformat(label)
    return format_date(day, "d MMM", locale=LOCALE) if is_short else show_day(day)


def show_period(period: Period) -> str:
    """The days of a period, shortly: "July 2026", "18 – 24 Jul 2026", "Sat, 18 Jul 2026"."""
    first, last = period.start, period.last_day
    if first == last:
        return show_day(first)
    if period.start.day == period.end.day == 1 and (first.year, first.month) == (last.year, last.month):
        return show_month(first)
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    shown = "d" if same_month else "d MMM" if same_year else "d MMM y"
    return f"{format_date(first, shown, locale=LOCALE)} – {format_date(last, 'd MMM y', locale=LOCALE)}"


def show_minute(minute_of_day: int) -> str:
    """A time of day given as minutes after midnight: 1080 is "18:00"."""
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"


def bar(percent: Value, width: int = BAR_WIDTH) -> str:
    """How far something is: "▰▰▰▰▱▱▱▱▱▱"; full only at 100 % and more."""
    filled = min(max(int(Fraction(percent or 0) * width / 100), 0), width)
    return "▰" * filled + "▱" * (width - filled)


def medal(place: int) -> str:
    """The sign of a place: 🥇, 🥈, 🥉, then "4."."""
    return MEDALS.get(place, f"{place}.")


def _isolate(shown: str) -> str:
    """A figure of right-to-left writing, kept from turning the words beside it."""
    return f"{_FIRST_STRONG_ISOLATE}{shown}{_POP_ISOLATE}" if _RIGHT_TO_LEFT.search(shown) else shown
