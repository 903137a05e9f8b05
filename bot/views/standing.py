"""Standings as messages. One rule: the figure first, then how it compares."""

from collections.abc import Mapping

from bot.turn import Button, Buttons, Reply
from bot.views.figures import (
    bar,
    count_things,
    medal,
    show_change,
    show_money,
    show_month,
    show_percent,
    show_period,
    show_quantity,
    show_text,
)
from bot.views.goals import SIGNS
from core.goals.progress import Status
from core.leaderboard.ranking import Rank, Ranking
from core.metrics.measures import Value
from core.money import E3
from core.periods import Period
from core.reports.standing import PersonStanding, Stretch
from core.reports.team import TeamMember, TeamReport

MOST_RANKS = 20
PERIODS = {"Today": "today", "Week": "this week", "Month": "this month"}


def show_standing(standing: PersonStanding) -> Reply:
    """Today, this week and this month of one person."""
    who = "Your numbers" if standing.is_viewer else show_text(standing.person.name)
    stretches = (
        ("Today", standing.today, "yesterday", None),
        ("Week", standing.week, "this time last week", None),
        ("Month", standing.month, "this time last month", standing.status),
    )
    blocks = [
        _show_stretch(name, stretch, before, status, standing.currency)
        for name, stretch, before, status in stretches
        if stretch
    ]
    blocks += [
        f"Besides, at {show_text(name)}: {show_money(revenue_e4, standing.currency)}, which is not counted here"
        for name, revenue_e4 in standing.elsewhere
    ]
    best = standing.best_product
    if best is not None:
        figures = f"{show_quantity(best.units_e3)} sold, {show_money(best.revenue_e4, standing.currency)}"
        blocks.append(f"⭐ {show_text(best.name)}\n{figures}")
    elif standing.is_viewer and not standing.month.orders:
        blocks.append("Tell me your first sale: <code>/sale 1250</code>")
    return Reply(f"📊 <b>{who}</b> · {show_month(standing.month.period.start)}\n\n" + "\n\n".join(blocks))


def show_period_of(whose: str, period: Period, totals: Mapping[str, Value], currency: str) -> Reply:
    """What somebody sold in a period of their choice."""
    revenue, units = show_money(int(totals["revenue"] or 0), currency), show_quantity(int(totals["units"] or 0))
    figures = f"<b>{revenue}</b> · {_count_sales(int(totals['orders'] or 0))} · {units} sold"
    return Reply(f"📊 <b>{show_text(whose)}</b> · {show_period(period)}\n\n{figures}")


def _show_stretch(name: str, stretch: Stretch, before: str, status: Status | None, currency: str) -> str:
    rows = [f"{name}: <b>{show_money(stretch.revenue_e4, currency)}</b> · {_count_sales(stretch.orders)}"]
    if stretch.target_e4:
        rows.append(_show_reached(stretch.percent, stretch.target_e4, currency))
    to_go = f"{show_money(stretch.remaining_e4, currency)} to go" if stretch.remaining_e4 else ""
    state = f"{SIGNS[status]} {status.value}" if status else ""
    if to_go or state:
        rows.append(" · ".join(part for part in (to_go, state) if part))
    if stretch.revenue_before_e4:
        rows.append(f"{show_change(stretch.change_percent)} on {before}")
    return "\n".join(rows)


def _show_reached(percent: Value, target_e4: int, currency: str) -> str:
    return f"{bar(percent)} {show_percent(percent)} of {show_money(target_e4, currency)}"


def _count_sales(orders: int) -> str:
    return count_things(orders, "sale", "sales")


def show_ranking(
    ranking: Ranking, *, branch: str | None, is_over: bool, in_group: bool, edits_pressed: bool = False
) -> Reply:
    """Who sold most; equal results share a medal. In private, buttons for other periods."""
    names = ("🏆 <b>Leaderboard</b>", branch and show_text(branch), show_period(ranking.period))
    head = " · ".join(name for name in names if name)
    if ranking.measure != "revenue":
        head += f" · by {ranking.measure}"
    buttons = () if in_group else _list_periods(ranking)
    if not ranking.ranks:
        nobody = "Nothing was sold." if is_over else "Nobody has sold anything yet. The first place is free."
        return Reply(f"{head}\n\n{nobody}", buttons, edits_pressed=edits_pressed)
    rows = [_show_rank(rank, ranking, in_group=in_group) for rank in list_shown_ranks(ranking)]
    total = f"Together: <b>{show_money(ranking.total_revenue_e4, ranking.currency)}</b>"
    caption = "\n".join([head, "", total])
    return Reply("\n".join([head, "", *rows, "", total]), buttons, caption=caption, edits_pressed=edits_pressed)


def list_shown_ranks(ranking: Ranking) -> list[Rank]:
    """The first places, and that of whoever asks."""
    return [rank for rank in ranking.ranks if rank.place <= MOST_RANKS or rank.is_viewer]


def _list_periods(ranking: Ranking) -> Buttons:
    by = f" by {ranking.measure}"
    return (tuple(Button(label, "board", words + by) for label, words in PERIODS.items()),)


def _show_rank(rank: Rank, ranking: Ranking, *, in_group: bool) -> str:
    figures = show_rank_figures(rank, ranking.currency)
    first = figures.pop(ranking.measure)
    name = show_text(rank.name)
    shown = f"<b>{name}</b> (you)" if rank.is_viewer and not in_group else name
    return f"{medal(rank.place)} {shown}\n   <b>{first}</b> · {' · '.join(figures.values())}"


def show_rank_figures(rank: Rank, currency: str) -> dict[str, str]:
    """What somebody sold, by the measures that a ranking may go by."""
    return {
        "revenue": show_money(rank.revenue_e4, currency),
        "orders": _count_sales(rank.orders),
        "units": f"{show_quantity(rank.units_e3)} {'unit' if rank.units_e3 == E3 else 'units'}",
    }


def show_team(report: TeamReport) -> Reply:
    """Everybody's figures against their targets."""
    head = f"👥 <b>{show_text(report.title)}</b> · {show_period(report.period)}"
    total = _show_part(report.revenue_e4, report.target_e4, report.percent, report.currency)
    sign = _sign(report.status)
    shown = [member for member in report.members if member.orders or member.revenue_e4 or member.target_e4]
    blocks = [
        f"{head}\n{sign}Together · {_count_sales(report.orders)}\n{total}",
        *(_show_member(member, report.currency) for member in shown),
    ]
    others = ", ".join(show_text(member.person.name) for member in report.members if member not in shown)
    return Reply("\n\n".join([*blocks, *([f"No sales: {others}"] if others else [])]))


def _show_member(member: TeamMember, currency: str) -> str:
    name = f"{_sign(member.status)}{show_text(member.person.name)} · {_count_sales(member.orders)}"
    return f"{name}\n{_show_part(member.revenue_e4, member.target_e4, member.percent, currency)}"


def _show_part(revenue_e4: int, target_e4: int | None, percent: Value, currency: str) -> str:
    revenue = f"<b>{show_money(revenue_e4, currency)}</b>"
    if not target_e4:
        return revenue
    return f"{revenue} of {show_money(target_e4, currency)}\n{bar(percent)} {show_percent(percent)}"


def _sign(status: Status | None) -> str:
    return f"{SIGNS[status]} " if status else ""
