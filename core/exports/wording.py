"""What a report says of itself. One rule: whose and which days, in plain words, so that a page explains itself."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access import Permission, Reach, Viewer, find_seen_branch, resolve_scope
from core.metrics.filters import is_all_branches
from core.models.company import branches
from core.models.people import people
from core.numbers import Style
from core.periods import END_OF_DAYS, FIRST_DAY, Period, month_of, year_of


def describe_period(period: Period) -> str:
    """The days in words: "20 November 2026", "October 2026", "2026", "1 October – 20 November 2026", "all time"."""
    first, last = period.start, period.last_day
    if period.start <= FIRST_DAY or period.end >= END_OF_DAYS:
        return _describe_open(period)
    for whole, words in ((month_of(first), f"{first:%B} {first.year}"), (year_of(first), str(first.year))):
        if (period.start, period.end) == (whole.start, whole.end):
            return words
    if first == last:
        return _write(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {_write(last)}"
    start = f"{first.day} {first:%B}" if first.year == last.year else _write(first)
    return f"{start} – {_write(last)}"


def _describe_open(period: Period) -> str:
    if period.end < END_OF_DAYS:
        return f"until {_write(period.last_day)}"
    return "all time" if period.start <= FIRST_DAY else f"since {_write(period.start)}"


def _write(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def shorten_day(day: date) -> str:
    """A day below a chart: "1 Nov"."""
    return f"{day.day} {day:%b}"


def shorten_month(day: date) -> str:
    """The month of a day below a chart: "Nov 2026"."""
    return f"{day:%b} {day.year}"


def shorten_label(label: str) -> str:
    """A label below a chart: the day or month it is, else as it stands."""
    try:
        return (
            shorten_day(date.fromisoformat(label))
            if len(label) == 10
            else shorten_month(date.fromisoformat(f"{label}-01"))
        )
    except ValueError:
        return label


def describe_scope(
    tx: Connection, viewer: Viewer, branch: str | None, reach: Reach = Reach.TEAM, person_id: int | None = None
) -> str:
    """Whose figures they are: "Mall", "Mall · Bob", "All branches". Raises NotAllowed beyond the viewer's scope."""
    every_branch = is_all_branches(branch) or (branch is None and viewer.person_id is None)
    asked = None if branch is None or every_branch else find_seen_branch(tx, viewer, branch)
    scope = resolve_scope(viewer, reach, asked, every_branch=every_branch, person_id=person_id)
    place = "All branches"
    if scope.branch_id is not None:
        place = name_branch(tx, scope.branch_id)
    if scope.person_id is None:
        return place
    return f"{place} · {tx.execute(select(people.c.name).where(people.c.id == scope.person_id)).scalar_one()}"


def name_branch(tx: Connection, branch_id: int) -> str:
    """A branch's name."""
    return str(tx.execute(select(branches.c.name).where(branches.c.id == branch_id)).scalar_one())


def find_style(viewer: Viewer) -> Style:
    """How the viewer has figures written."""
    return Style(viewer.locale, viewer.number_format)


def may_see_profit(viewer: Viewer) -> bool:
    """Whether cost and profit are the viewer's to see."""
    return viewer.may(Permission.SEE_PROFIT)
