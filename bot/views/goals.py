"""Goals as a message. One rule: how far, how much is missing, and how it stands."""

from bot.turn import Reply
from bot.views.figures import bar, clip, show_month, show_percent, show_text, show_value
from core.access import Permission, Viewer
from core.goals.goals import Goal, Progress, Status, unit_of
from core.periods import Period

LONGEST_NAME = 80
SIGNS = {Status.ACHIEVED: "🏆", Status.ON_TRACK: "🟢", Status.BEHIND: "🟡", Status.AT_RISK: "🔴"}
HOW_TO_SET = "Set one for the branch: <code>/goal 50000</code>\nOr for a person: <code>/goal @ann 20000</code>"


def show_goals(progress: list[Progress], period: Period, viewer: Viewer) -> Reply:
    """The goals of a month."""
    head = f"🎯 <b>Goals</b> · {show_month(period.start)}"
    how_to = f"\n\n{HOW_TO_SET}" if viewer.may(Permission.SET_GOALS) else ""
    if not progress:
        return Reply(f"{head}\n\nNone are set.{how_to}")
    ordered = sorted(progress, key=lambda one: _rank_goal(one.goal, viewer))
    return Reply("\n\n".join([head, *(show_progress(one, viewer.company.currency) for one in ordered)]))


def _rank_goal(goal: Goal, viewer: Viewer) -> tuple[bool, bool, bool]:
    """One's own first, then the branch's; what is about everything before what is about a product."""
    is_own = goal.person_id is not None and goal.person_id == viewer.person_id
    return not is_own, goal.person_id is not None, goal.product_id is not None


def show_goal_set(progress: Progress, currency: str) -> Reply:
    """The goal just set."""
    return Reply(
        f"🎯 <b>Goal set</b> · {show_month(progress.goal.period.start)}\n\n{show_progress(progress, currency)}"
    )


def show_progress(progress: Progress, currency: str) -> str:
    """One goal: whose, how far, and how it stands."""
    goal = progress.goal
    of = f"{show_value(progress.value, unit_of(goal), currency)} of {show_target(goal, currency)}"
    percent = f"{bar(progress.percent)} {show_percent(progress.percent)}"
    return f"{SIGNS[progress.status]} <b>{name_goal(goal)}</b>\n{of}\n{percent} · {progress.status.value}"


def name_goal(goal: Goal) -> str:
    """Whose goal it is, and of which product: "Ann · SolarGlow"."""
    names = (goal.person_name or "Branch", goal.product_name)
    return " · ".join(show_text(clip(name, LONGEST_NAME)) for name in names if name)


def show_target(goal: Goal, currency: str) -> str:
    """What is to be reached: "SAR 20,000.00", "200 units"."""
    target = show_value(goal.target, unit_of(goal), currency)
    return target if goal.measure == "revenue" else f"{target} {goal.measure}"
