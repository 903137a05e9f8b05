"""What /export is asked for. One rule: the words after the name are those of the list's own command."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from bot.parsing.cards import parse_card_words
from bot.parsing.filters import LogFilter, parse_leaderboard, parse_log_filter
from bot.parsing.refusals import refuse, refuse_two
from bot.parsing.sale import Reading
from bot.parsing.words import HANDLE_WORD, Word, split_words, take_period
from core.periods import Calendar, Period

FormatName = Literal["csv", "xlsx", "pdf"]
FORMATS: dict[str, FormatName] = {"csv": "csv", "xlsx": "xlsx", "excel": "xlsx", "xls": "xlsx", "pdf": "pdf"}
USUAL: FormatName = "xlsx"
# What an export may be called here, beside its own name; a measure begins a question.
NAMES = {
    "sales": "sales",
    "log": "sales",
    "returns": "returns",
    "leaderboard": "leaderboard",
    "board": "leaderboard",
    "team": "team",
    "cards": "cards",
    "kpi": "cards",
    "chart": "chart",
    "goals": "goals",
    "goal": "goals",
    "stock": "stock",
    "products": "products",
    "product": "products",
    "customers": "customers",
}
EXAMPLE = "sales last month xlsx"
LONGEST_NAME = 3  # words of a measure or dimension: average order value


@dataclass(frozen=True, slots=True)
class ExportWords:
    """Which export, as what, and what it is narrowed to; `log` are the words of a list of sales."""

    name: str
    format: FormatName = USUAL
    period: Period | None = None
    log: LogFilter | None = None
    measures: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    rank_by: str | None = None
    chart: str | None = None
    handle: str | None = None
    search: str | None = None
    is_low: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be counted, and by what; the latter of several words only, as any one word may be a company's own."""

    measures: Container[str]
    dimensions: Container[str]


def parse_export(text: str, reading: Reading, calendar: Calendar, known: Vocabulary) -> ExportWords:
    """The words after /export: `sales last month xlsx`, `chart country pdf`, `revenue by person 30d`.

    Raises InvalidInput naming the word that is said twice, or that the list does not know.
    """
    words = split_words(text)
    file_format = _take_format(words)
    if not words:
        refuse(text.strip() or "/export", "names nothing to export: " + ", ".join(dict.fromkeys(NAMES)) + ".", EXAMPLE)
    name = NAMES.get(words[0].text.lower())
    if name is None or (name == "customers" and len(words) > 1 and words[1].text.lower() in ("by", "and")):
        return _parse_question(_part_names(text), reading, calendar, known)
    rest = _write(words[1:])
    match name:
        case "sales" | "returns":
            said = parse_log_filter(rest, reading, calendar)
            return ExportWords(name, file_format, said.period, said)
        case "leaderboard":
            ranked = parse_leaderboard(rest, reading, calendar)
            return ExportWords(name, file_format, ranked.period, rank_by=ranked.measure)
        case "chart":
            card = parse_card_words(rest, reading, calendar)
            return ExportWords(name, file_format, card.period, chart=card.text or None)
        case "stock" | "products":
            is_low = name == "stock" and words[1:2] == [Word("low")]
            found = _write(words[2 if is_low else 1 :])
            return ExportWords(name, file_format, search=found or None, is_low=is_low)
        case _:
            return _parse_period(name, words[1:], file_format, reading, calendar)


def _take_format(words: list[Word]) -> FormatName:
    """Take the format off the list, and the “as” before it; the usual one where none is said."""
    places = [at for at, word in enumerate(words) if not word.is_quoted and word.text.lower() in FORMATS]
    if len(places) > 1:
        refuse_two("formats", words[places[0]].text, words[places[1]].text, EXAMPLE)
    if not places:
        return USUAL
    found = FORMATS[words.pop(places[0]).text.lower()]
    if places[0] and words[places[0] - 1].text.lower() in ("as", "to", "in"):
        del words[places[0] - 1]
    return found


def _write(words: list[Word]) -> str:
    return " ".join(f'"{word.text}"' if word.is_quoted else word.text for word in words)


def _parse_period(
    name: str, words: list[Word], file_format: FormatName, reading: Reading, calendar: Calendar
) -> ExportWords:
    """A period and, for goals, whose they are."""
    period, handle = None, None
    while words:
        first = words[0].text
        if name == "goals" and handle is None and HANDLE_WORD.fullmatch(first):
            handle = words.pop(0).text[1:]
        elif period is None and (period := take_period(words, reading, calendar)):
            continue
        else:
            refuse(first, "is not a period.", f"{name} last month")
    return ExportWords(name, file_format, period, handle=handle)


# ---- questions ------------------------------------------------------------------------------------------------------


def _part_names(text: str) -> list[Word]:
    return split_words(text.replace(",", " and "))


def _parse_question(words: list[Word], reading: Reading, calendar: Calendar, known: Vocabulary) -> ExportWords:
    """Measures, `by` dimensions, each with “and” or a comma between, a period, and filters such as country=France."""
    file_format, first = _take_format(words), words[0].text
    measures = _take_names(words, known.measures)
    if not measures:
        names = ", ".join(dict.fromkeys(NAMES))
        refuse(first, f"is nothing to export. There are {names}, and any measure.", EXAMPLE)
    by: tuple[str, ...] = ()
    if words and words[0].text.lower() == "by":
        words.pop(0)
        by = _take_names(words, known.dimensions, takes_others=True)
    period: Period | None = None
    where: list[tuple[str, str]] = []
    while words:
        said = words[0].text
        if period is None and (period := take_period(words, reading, calendar)):
            continue
        name, separator, value = said.partition("=")
        if not (separator and name and value):
            refuse(said, "is neither a period nor a filter such as country=France.", "revenue by person last month")
        where.append((name, value))
        words.pop(0)
    return ExportWords("question", file_format, period, measures=measures, by=by, where=tuple(where))


def _take_names(words: list[Word], known: Container[str], *, takes_others: bool = False) -> tuple[str, ...]:
    """Names from the front of the list, “and” between them, each of as many words as make one."""
    found = []
    while words:
        for count in range(min(LONGEST_NAME, len(words)), 0, -1):
            name = "_".join(word.text.lower() for word in words[:count])
            if name in known or (takes_others and count == 1):
                found.append(name)
                del words[:count]
                break
        else:
            return tuple(found)
        if not (words and words[0].text.lower() == "and"):
            return tuple(found)
        words.pop(0)
    return tuple(found)
