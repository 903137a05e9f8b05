"""Goals as a message. One rule: how far, how much is missing, and how it stands."""

from collections.abc import Mapping, Sequence

from bot.turn import Reply
from bot.views.figures import (
    bar,
    clip,
    count_things,
    show_day,
    show_money,
    show_month,
    show_percent,
    show_quantity,
    show_text,
    show_value,
)
from core.access import Permission, Viewer
from core.goals.goals import Goal, GoalSet, unit_of
from core.goals.progress import Owner, Progress, Status, Together, is_of_category
from core.metrics.measures import Value
from core.money import E3
from core.periods import Period

LONGEST_NAME = 80
MOST_CATEGORIES = 25
SIGNS = {
    Status.ACHIEVED: "🏆",
    Status.ON_TRACK: "🟢",
    Status.BEHIND: "🟡",
    Status.AT_RISK: "🔴",
    Status.MISSED: "⚫",
    Status.NOT_BEGUN: "⚪",
}
HOW_TO_SET = "Set one for the branch: <code>/goal 50000</code>\nOr for a person: <code>/goal @ann 20000</code>"


def show_goals(
    progress: Sequence[Progress], together: Mapping[Owner, Together], period: Period, viewer: Viewer
) -> Reply:
    """The goals of a month; those of several categories as one list, with what they come to together."""
    head = f"🎯 <b>Goals</b> · {show_month(period.start)}"
    how_to = f"\n\n{HOW_TO_SET}" if viewer.may(Permission.SET_GOALS) else ""
    if not progress:
        return Reply(f"{head}\n\nNone are set.{how_to}")
    currency = viewer.company.currency
    ordered = sorted(progress, key=lambda one: _rank_goal(one.goal, viewer))
    blocks = []
    for one in ordered:
        among = [other for other in ordered if is_of_category(other.goal) and _own(other.goal) == _own(one.goal)]
        if not is_of_category(one.goal) or len(among) == 1:
            blocks.append(show_progress(one, currency))
        elif one is among[0]:
            blocks.append(_show_categories(among, together[_own(one.goal)], currency))
    return Reply("\n\n".join([head, *blocks]))


def _own(goal: Goal) -> Owner:
    return goal.branch_id, goal.person_id, goal.period


def _rank_goal(goal: Goal, viewer: Viewer) -> tuple[object, ...]:
    """One's own first, then the branch's; what is about everything before what is about a product or category."""
    is_own = goal.person_id is not None and goal.person_id == viewer.person_id
    whose = goal.person_id is not None, goal.person_id or 0, goal.branch_id
    return not is_own, *whose, goal.about is not None, goal.category is not None, (goal.about or "").casefold()


def _show_categories(among: Sequence[Progress], together: Together, currency: str) -> str:
    whose = among[0].goal.person_name or "Branch"
    rows = [f"<b>{show_text(clip(whose, LONGEST_NAME))} by category</b>"]
    for one in among[:MOST_CATEGORIES]:
        name = show_text(clip(one.goal.category or "", LONGEST_NAME))
        rows.append(
            f"{SIGNS[one.status]} {name}: {_show_reached(one.value or 0, one.goal.target, one.percent, currency)}"
        )
    if len(among) > MOST_CATEGORIES:
        rows.append(f"… and {len(among) - MOST_CATEGORIES} more")
    total = _show_reached(together.value_e4, together.target_e4, together.percent, currency)
    begins = f"\n{_word_status(together.status, among[0].goal)}" if together.status is Status.NOT_BEGUN else ""
    return "\n".join([*rows, f"{SIGNS[together.status]} <b>Together</b>: {total}{begins}"])


def _show_reached(value_e4: Value, target_e4: int, percent: Value, currency: str) -> str:
    return f"{show_money(value_e4, currency)} of {show_money(target_e4, currency)} · {show_percent(percent)}"


def show_goal_set(done: GoalSet, progress: Progress, currency: str) -> Reply:
    """The goal just set, and what it was before."""
    head = f"🎯 <b>Goal set</b> · {show_month(progress.goal.period.start)}"
    was = f"\nIt was {show_target(done.before, currency)}." if done.before and done.is_changed else ""
    return Reply(f"{head}\n\n{show_progress(progress, currency)}{was}")


def show_progress(progress: Progress, currency: str) -> str:
    """One goal: whose, how far, and how it stands."""
    goal = progress.goal
    of = f"{show_value(progress.value, unit_of(goal), currency)} of {show_target(goal, currency)}"
    percent = f"{bar(progress.percent)} {show_percent(progress.percent)}"
    state = _word_status(progress.status, goal)
    return f"{SIGNS[progress.status]} <b>{name_goal(goal)}</b>\n{of}\n{percent} · {state}"


def _word_status(status: Status, goal: Goal) -> str:
    return f"begins on {show_day(goal.period.start)}" if status is Status.NOT_BEGUN else status.value


def name_goal(goal: Goal) -> str:
    """Whose goal it is, and of which product or category: "Ann · SolarGlow"."""
    names = (goal.person_name or "Branch", goal.about)
    return " · ".join(show_text(clip(name, LONGEST_NAME)) for name in names if name)


def show_target(goal: Goal, currency: str) -> str:
    """What is to be reached: "SAR 20,000.00", "200 units"."""
    return count_measure(goal.measure, goal.target, currency)


def count_measure(measure: str, value: int, currency: str) -> str:
    """So much of what goals can be of, in words: "SAR 20,000.00", "SAR 500.00 in profit", "1 sale", "200 units"."""
    match measure:
        case "units":
            return f"{show_quantity(value)} {'unit' if value == E3 else 'units'}"
        case "orders":
            return count_things(value, "sale", "sales")
        case "customers":
            return count_things(value, "customer", "customers")
        case "profit":
            return f"{show_money(value, currency)} in profit"
        case _:
            return show_money(value, currency)


def show_goal_dropped(goal: Goal, currency: str) -> Reply:
    """A goal that was taken away."""
    return Reply(f"🎯 Taken away: {name_goal(goal)}, {show_target(goal, currency)}.")
