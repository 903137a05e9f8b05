"""A digest as a message. One rule: one phone screen, the figure first, then how it compares."""

from dataclasses import replace
from datetime import datetime

from bot.views.figures import (
    bar,
    clip,
    medal,
    show_change,
    show_count,
    show_day,
    show_money,
    show_percent,
    show_period,
    show_quantity,
    show_text,
    show_value,
)
from bot.views.goals import SIGNS, name_goal, show_target
from core import clock
from core.goals.progress import Progress
from core.leaderboard.ranking import Rank
from core.reports.digest import Digest, Kpi

LONGEST_NAME = 40
TITLES = {"daily": "Daily digest", "weekly": "Weekly digest", "monthly": "Monthly digest"}


def show_digest(digest: Digest, now: datetime) -> str:
    """A digest in Telegram's HTML, at most 4,096 characters; one that is read late says so."""
    blocks = (
        _show_head(digest, now),
        _show_kpis(digest),
        _show_ranking(digest),
        _show_goals(digest),
        _show_best(digest),
    )
    return "\n\n".join(block for block in blocks if block)


def _show_head(digest: Digest, now: datetime) -> str:
    title = show_text(clip(digest.title, LONGEST_NAME))
    days = show_period(digest.period) + (" · so far" if digest.is_so_far else "")
    rows = [f"📊 <b>{TITLES[digest.cadence]}</b> · {title}", days]
    if digest.is_late(now):
        rows.append(_show_lateness(digest, now))
    return "\n".join(rows)


def _show_lateness(digest: Digest, now: datetime) -> str:
    zone = clock.find_zone(digest.time_zone)
    due, today = digest.due_at.astimezone(zone), now.astimezone(zone).date()
    day = "" if due.date() == today else f"{show_day(due.date())}, "
    return f"⏰ Late: was due at {day}{due:%H:%M}"


def _show_kpis(digest: Digest) -> str:
    whose = "Your sales" if digest.is_own else "The branch"
    rows = [_show_kpi(kpi, digest.currency) for kpi in digest.kpis]
    return "\n".join([f"<b>{whose}</b>, against {show_period(digest.before)}", *rows])


def _show_kpi(kpi: Kpi, currency: str) -> str:
    line = f"{kpi.label}: <b>{show_value(kpi.value, kpi.unit, currency)}</b>"
    return f"{line} {show_change(kpi.change_percent)}" if kpi.value or kpi.before else line


def _show_ranking(digest: Digest) -> str:
    if not digest.ranking.ranks:
        return ""
    rows = ["🏆 <b>Leaderboard</b>", *(_show_rank(rank, digest.currency) for rank in digest.ranking.ranks)]
    if digest.more_ranks:
        rows.append(f"… and {show_count(digest.more_ranks)} more")
    if digest.is_own:
        rows.append(f"Together: <b>{show_money(digest.ranking.total_revenue_e4, digest.currency)}</b>")
    return "\n".join(rows)


def _show_rank(rank: Rank, currency: str) -> str:
    name = show_text(clip(rank.name, LONGEST_NAME))
    shown = f"<b>{name}</b> (you)" if rank.is_viewer else name
    return f"{medal(rank.place)} {shown}: {show_money(rank.revenue_e4, currency)}"


def _show_goals(digest: Digest) -> str:
    if not digest.goals:
        return ""
    rows = ["🎯 <b>Goals</b>", *(_show_goal(one, digest.currency) for one in digest.goals)]
    if digest.more_goals:
        rows.append(f"… and {show_count(digest.more_goals)} more")
    return "\n".join(rows)


def _show_goal(progress: Progress, currency: str) -> str:
    goal = progress.goal
    person, product = (name and clip(name, LONGEST_NAME) for name in (goal.person_name, goal.product_name))
    name = name_goal(replace(goal, person_name=person, product_name=product))
    state = f"{SIGNS[progress.status]} {name}: {progress.status.value}"
    return f"{state}\n{bar(progress.percent)} {show_percent(progress.percent)} of {show_target(goal, currency)}"


def _show_best(digest: Digest) -> str:
    best = digest.best_product
    if best is None:
        return "" if digest.ranking.ranks else "Nothing was sold."
    figures = f"{show_quantity(best.units_e3)} sold, {show_money(best.revenue_e4, digest.currency)}"
    return f"⭐ Best seller: {show_text(clip(best.name, LONGEST_NAME))}, {figures}"
