"""What the buttons under cards and lines bring back. One rule: it fits the 64 bytes that Telegram gives a button."""

from dataclasses import dataclass
from datetime import date, datetime

from core.errors import InvalidInput
from core.periods import Period

# In place of a card's name, or before it: the rest of what is meant stands in the person's own message.
REMEMBERED = "?"
WHOLE = "-"  # in place of a row: none of them, whatever the message says
DRAWINGS = {"b": "bar", "p": "pie", "l": "line", "m": "map", "u": "bubbles", "c": "calendar", "k": "card"}
SORTS = {"a": "-amount", "d": "-day"}
_DAY = "%Y%m%d"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the lines behind a card, or behind one `row` of it (a mark of its cell); period None: as it is said."""

    subject: str
    period: Period | None = None
    page: int = 1
    sort: str = ""
    row: str = ""

    @property
    def is_remembered(self) -> bool:
        """Whether the person's message is needed to know what is meant."""
        return self.subject.startswith(REMEMBERED)

    @property
    def name(self) -> str:
        """The card's name; empty where the person's message names it."""
        return self.subject.removeprefix(REMEMBERED)

    def write(self) -> str:
        """As a button's argument."""
        return "|".join((self.subject, *_write_days(self.period), str(self.page), self.sort, self.row))


def parse_leaf(argument: str) -> Leaf:
    """The leaf that a button leads to; InvalidInput for one of an older make."""
    try:
        subject, first, end, page, sort, row = argument.split("|")
        return Leaf(subject, _read_days(first, end), max(int(page), 1), sort, row)
    except ValueError:
        raise _refuse() from None


def write_drawing(drawn_as: str, subject: str, period: Period) -> str:
    """A way to draw a card, its name and days, as a button's argument."""
    code = next(code for code, word in DRAWINGS.items() if word == drawn_as)
    return "|".join((code, subject, *_write_days(period)))


def parse_drawing(argument: str) -> tuple[str, Leaf]:
    """How to draw what; InvalidInput for a button of an older make."""
    try:
        code, subject, first, end = argument.split("|")
        return DRAWINGS[code], Leaf(subject, _read_days(first, end))
    except (ValueError, KeyError):
        raise _refuse() from None


def _write_days(period: Period | None) -> tuple[str, str]:
    return ("", "") if period is None else (f"{period.start:{_DAY}}", f"{period.end:{_DAY}}")


def _read_days(first: str, end: str) -> Period | None:
    return Period(_read_day(first), _read_day(end)) if first or end else None


def _read_day(text: str) -> date:
    return datetime.strptime(text, _DAY).date()


def _refuse() -> InvalidInput:
    return InvalidInput("That button is too old.", field="button", hint="/kpi")
