"""What /goal is told about days. One rule: `weights` takes weekdays with a number each, `closed` and `open` days."""

import re
from dataclasses import dataclass, field

from bot.parsing.dates import SHORT_WEEKDAY, WEEKDAY, WEEKDAYS
from bot.parsing.numbers import read_number, scale_number
from bot.parsing.refusals import hinting, refuse
from bot.parsing.sale import Reading
from bot.parsing.words import Word, split_words, take_period
from core.money import E3
from core.periods import Calendar, Period

WEIGHTS_HINT = "weights sat 2 fri 0"
CLOSED_HINT = "closed tomorrow"
_EVERYWHERE = "everywhere"
_EQUAL = "equal"
_WEEKDAY = re.compile(rf"{WEEKDAY}|{SHORT_WEEKDAY}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class WorkdayWords:
    """Weights (thousandths, by weekday, Monday 0 … Sunday 6) or days to set; neither: to be shown.

    `is_open` says what the days are to be. `everywhere`: for the whole company, else for the branch worked on.
    """

    weights_e3: dict[int, int] = field(default_factory=dict)
    days: Period | None = None
    is_open: bool = False
    everywhere: bool = False

    @property
    def is_question(self) -> bool:
        """Whether nothing is to be set."""
        return not self.weights_e3 and self.days is None


def parse_workdays(text: str, reading: Reading, calendar: Calendar) -> WorkdayWords | None:
    """The words after /goal where they are about days; None where they are about a goal.

    `weights` (shown), `weights sat 2 fri 0`, `weights equal`, `closed 2026-12-25`, `open 2026-12-24..2026-12-26`, each
    with `everywhere`. Raises InvalidInput naming the word that is not understood.
    """
    words = split_words(text)
    what = words.pop(0).text.lower() if words and not words[0].is_quoted else ""
    if what not in ("weights", "closed", "open"):
        return None
    everywhere = any(word.text.lower() == _EVERYWHERE for word in words)
    rest = [word for word in words if word.text.lower() != _EVERYWHERE]
    if what == "weights" or not rest:
        return WorkdayWords(_read_weights(rest), everywhere=everywhere)
    return WorkdayWords(days=_read_days(rest, what, reading, calendar), is_open=what == "open", everywhere=everywhere)


def _read_weights(words: list[Word]) -> dict[int, int]:
    if [word.text.lower() for word in words] == [_EQUAL]:
        return dict.fromkeys(range(7), E3)
    weights = {}
    while words:
        day = words.pop(0).text
        if not _WEEKDAY.fullmatch(day):
            refuse(day, "is not a weekday.", WEIGHTS_HINT, field="weights")
        if not words or not _NUMBER.fullmatch(words[0].text):
            refuse(day, "needs its weight after it.", f"weights {day.lower()} 2", field="weights")
        number = words.pop(0).text
        with hinting(WEIGHTS_HINT):
            weights[WEEKDAYS.index(day[:3].lower())] = scale_number(read_number(number), E3, number)
    return weights


def _read_days(words: list[Word], what: str, reading: Reading, calendar: Calendar) -> Period:
    said = " ".join(word.text for word in words)
    days = take_period(words, reading, calendar, ahead=True)
    if days is None or words:
        refuse(said or what, "is not a day or stretch of days.", CLOSED_HINT, field="day")
    return days
