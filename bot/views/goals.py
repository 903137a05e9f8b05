"""Goals as a message. One rule: how far, how much is missing, and how it stands."""

from bot.turn import Reply
from bot.views.figures import bar, show_month, show_percent, show_text, show_value
from core.access import Permission, Viewer
from core.goals.goals import Goal, Progress, Status, unit_of
from core.periods import Period

SIGNS = {Status.ACHIEVED: "🏆", Status.ON_TRACK: "🟢", Status.BEHIND: "🟡", Status.AT_RISK: "🔴"}
HOW_TO_SET = "Set one: <code>/goal 50000</code> for the branch, <code>/goal @ann 20000</code> for a person."


def show_goals(progress: list[Progress], period: Period, viewer: Viewer) -> Reply:
    """The goals of a month."""
    head = f"🎯 <b>Goals</b> · {show_month(period.start)}"
    how_to = f"\n\n{HOW_TO_SET}" if viewer.may(Permission.SET_GOALS) else ""
    if not progress:
        return Reply(f"{head}\n\nNone are set.{how_to}")
    return Reply(head + "\n\n" + "\n\n".join(show_progress(one, viewer.company.currency) for one in progress))


def show_goal_set(progress: Progress, currency: str) -> Reply:
    """The goal just set."""
    return Reply(
        f"🎯 <b>Goal set</b> · {show_month(progress.goal.period.start)}\n\n{show_progress(progress, currency)}"
    )


def show_progress(progress: Progress, currency: str) -> str:
    """One goal: whose, how far, and how it stands."""
    goal = progress.goal
    unit = unit_of(goal)
    of = f"{show_value(progress.value, unit, currency)} of {show_value(goal.target, unit, currency)}"
    state = f"{SIGNS[progress.status]} {progress.status.value}"
    return f"<b>{name_goal(goal)}</b> · {state}\n{of}\n{bar(progress.percent)} {show_percent(progress.percent)}"


def name_goal(goal: Goal) -> str:
    """Whose goal it is, and of what: "Ann, 200 units of SolarGlow" is "Ann · units · SolarGlow"."""
    whose = show_text(goal.person_name) if goal.person_name else "Branch"
    what = "" if goal.measure == "revenue" else f" · {goal.measure}"
    return whose + what + (f" · {show_text(goal.product_name)}" if goal.product_name else "")
