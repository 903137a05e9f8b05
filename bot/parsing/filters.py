"""What /sales and /leaderboard are asked for. One rule: every word is a filter, or the product, or refused by name."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.parsing.refusals import refuse, refuse_two
from bot.parsing.sale import Reading
from bot.parsing.words import HANDLE_WORD, LONGEST_PERIOD_WORDS, Word, find_platform, split_words, take_period
from core.periods import Calendar, Period, month_of

DocumentKind = Literal["sale", "return", "exchange"]
KINDS: dict[str, DocumentKind] = {
    "sales": "sale",
    "sale": "sale",
    "returns": "return",
    "return": "return",
    "exchanges": "exchange",
    "exchange": "exchange",
}
# What a leaderboard may be ranked by: the word, and the measure of core.metrics.
RANKINGS = {
    "revenue": "revenue",
    "sales": "revenue",
    "amount": "revenue",
    "units": "units",
    "pieces": "units",
    "items": "units",
    "quantity": "units",
    "orders": "orders",
    "deals": "orders",
    "customers": "customers",
    "profit": "profit",
}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the log is narrowed to; None or an empty tuple means everything."""

    period: Period | None = None
    product_words: str | None = None
    platform: str | None = None
    handle: str | None = None
    coupon: str | None = None
    customer: str | None = None
    kind: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class LeaderboardWords:
    """A period (this month unless said) and the measure to rank by (revenue unless said)."""

    period: Period
    measure: str = "revenue"


def parse_log_filter(text: str, reading: Reading, calendar: Calendar) -> LogFilter:
    """The words after /sales: `7d`, `last month`, `18/7`, `etsy`, `@ann`, `#SUMMER`, `returns`, `to Jane`, a product.

    What is none of these is the product's name, which may not fall in two. Raises InvalidInput naming the word that
    is said twice or impossible.
    """
    words, said = split_words(text), dict[str, tuple[Any, str]]()
    while words:
        first = words[0].text
        what, value = _take_filter(words, reading, calendar)
        if what in said:
            refuse_two(NAMES[what], said[what][1], first, "etsy 7d SOL-3077")
        said[what] = (value, first)
    return LogFilter(**{what: value for what, (value, _) in said.items()})


NAMES = {
    "period": "periods",
    "product_words": "products",
    "platform": "platforms",
    "handle": "people",
    "coupon": "coupons",
    "customer": "customers",
    "kind": "kinds",
}


def _take_filter(words: list[Word], reading: Reading, calendar: Calendar) -> tuple[str, object]:
    """One filter from the front of the list: its field and value."""
    if words[0].is_quoted:
        return "product_words", words.pop(0).text
    if period := take_period(words, reading, calendar):
        return "period", period
    if len(words) > 1 and words[0].text.lower() in ("on", "via", "for", "by", "from"):
        words.pop(0)
        return _take_filter(words, reading, calendar)
    if words[0].text.lower() in ("to", "customer", "customer:"):
        return "customer", _take_customer(words, reading, calendar)
    if simple := _read_word(words[0].text, reading):
        words.pop(0)
        return simple
    return "product_words", _take_name(words, reading, calendar)


def _read_word(text: str, reading: Reading) -> tuple[str, object] | None:
    """A filter that is one word: @ann, #SUMMER, etsy, returns."""
    if HANDLE_WORD.fullmatch(text):
        return "handle", text[1:]
    if text.startswith("#") and len(text) > 1:
        return "coupon", text[1:]
    if platform := find_platform(text, reading):
        return "platform", platform
    if kind := KINDS.get(text.lower()):
        return "kind", kind
    return None


def _take_customer(words: list[Word], reading: Reading, calendar: Calendar) -> str:
    opener = words.pop(0)
    if not words:
        refuse(opener.text, "names no customer.", "to Jane Roe")
    return words.pop(0).text if words[0].is_quoted else _take_name(words, reading, calendar)


def _take_name(words: list[Word], reading: Reading, calendar: Calendar) -> str:
    """Words up to the next that is a filter."""
    name = [words.pop(0).text]
    while words and not words[0].is_quoted and not _read_word(words[0].text, reading):
        if words[0].text.lower() in ("on", "via", "to") or take_period(words[:LONGEST_PERIOD_WORDS], reading, calendar):
            break
        name.append(words.pop(0).text)
    return " ".join(name)


def parse_leaderboard(text: str, reading: Reading, calendar: Calendar) -> LeaderboardWords:
    """The words after /leaderboard: a period and `by units`, in any order. Raises InvalidInput naming any other."""
    words, period, measure = split_words(text), None, None
    while words:
        first = words[0].text
        if found := take_period(words, reading, calendar):
            if period:
                refuse_two("periods", period.name.replace("_", " "), first, "last month by units")
            period = found
        elif first.lower() == "by" and len(words) > 1 and measure is None:
            measure = _read_ranking(words[1].text)
            del words[:2]
        else:
            refuse(first, "is neither a period nor “by” and a measure.", "last month by units")
    return LeaderboardWords(period or month_of(reading.today), measure or "revenue")


def _read_ranking(word: str) -> str:
    if word.lower() not in RANKINGS:
        refuse(word, "is not something to rank by: revenue, units, orders, customers or profit.", "by units")
    return RANKINGS[word.lower()]
