"""The days a target falls on, as a message. One rule: the week in the company's order, then the days still to come."""

from datetime import date

from babel.dates import get_day_names

from bot.turn import Reply
from bot.views.figures import LOCALE, show_day, show_month, show_quantity, show_text
from core.access import Permission, Viewer
from core.goals.workdays import EQUAL_E3, Workdays
from core.periods import Calendar

MOST_DAYS = 20
HOW_TO_SET = "Change them: <code>/goal weights sat 2 fri 0</code>\nClose a day: <code>/goal closed tomorrow</code>"


def show_workdays(
    workdays: Workdays, whose: str, viewer: Viewer, today: date, *, weights_are_new: bool = False
) -> Reply:
    """How much each weekday bears, from which month on if that is new, and the closed days that are not over."""
    head = f"📅 <b>Days of the targets</b> · {show_text(whose)}"
    weights = _show_weights(workdays, viewer.company.calendar)
    if weights_are_new:
        weights += f"\nFrom {show_month(today)} on; months that are over stay as they were."
    blocks = [head, weights, _show_closed(workdays, today)]
    how_to = [HOW_TO_SET] if viewer.may(Permission.SET_GOALS) else []
    return Reply("\n\n".join([*blocks, *how_to]))


def _show_weights(workdays: Workdays, calendar: Calendar) -> str:
    if workdays.weights_e3 == EQUAL_E3:
        return "Every weekday bears the same."
    names = get_day_names("abbreviated", locale=LOCALE)
    order = [(calendar.week_start + number) % 7 for number in range(7)]
    return " · ".join(f"{names[weekday]} {show_quantity(workdays.weights_e3[weekday])}" for weekday in order)


def _show_closed(workdays: Workdays, today: date) -> str:
    coming = sorted(day for day in workdays.closed if day >= today)
    if not coming:
        return "No day is closed."
    more = f"\nand {len(coming) - MOST_DAYS} more" if len(coming) > MOST_DAYS else ""
    return "Closed:\n" + "\n".join(show_day(day) for day in coming[:MOST_DAYS]) + more
