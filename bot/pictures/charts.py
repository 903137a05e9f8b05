"""What a picture shows, as plain values. One rule: every figure is given; nothing is asked for or added up here."""

from dataclasses import dataclass
from enum import StrEnum

from bot.views.numbers import HOUSE_STYLE, Style
from core.goals.progress import Status
from core.metrics.measures import Unit, Value

REST = "Others"


class Theme(StrEnum):
    """Whether the chat around the picture is light or dark."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Point:
    """One label with its value, in the chart's unit; None where it has no meaning.

    `extra` is the second series (profit; the previous period), `note` a few words beside a name ("12 orders"),
    `is_own` the row of whoever asked, `is_rest` what all that are not named come to; `place` the row's place in a
    ranking, where several may share one. For the calendar the label is an ISO date, for maps a place.
    """

    label: str
    value: Value
    extra: Value = None
    note: str = ""
    is_own: bool = False
    is_rest: bool = False
    place: int | None = None


@dataclass(frozen=True)
class Headline:
    """The one figure of the whole chart, as the question without dimensions answered it."""

    value: Value
    target: Value = None
    status: Status | None = None
    change_percent: Value = None
    compared_with: str = ""
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """All that one picture needs; money in ten-thousandths, quantities in thousandths.

    `style` is how figures are written: the locale, and the "indian" or "international" number format. `value_label`
    and `extra_label` name the two series, `extra_unit` is the unit of the second where it differs, `first_weekday` is
    where the calendar's week starts (0 is Monday, 5 is Saturday). `parts` are the cards of a picture of several.
    """

    title: str
    subtitle: str = ""
    points: tuple[Point, ...] = ()
    unit: Unit = Unit.MONEY
    currency: str = "SAR"
    style: Style = HOUSE_STYLE
    theme: Theme = Theme.LIGHT
    headline: Headline | None = None
    value_label: str = ""
    extra_label: str = ""
    extra_unit: Unit | None = None
    first_weekday: int = 5
    parts: tuple["Chart", ...] = ()
