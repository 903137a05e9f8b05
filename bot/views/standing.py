"""Standings as messages. One rule: the figure first, then how it compares."""

from bot.turn import Reply
from bot.views.figures import (
    bar,
    medal,
    show_change,
    show_count,
    show_money,
    show_month,
    show_percent,
    show_period,
    show_quantity,
    show_text,
)
from core.leaderboard.ranking import Rank, Ranking
from core.money import E3
from core.reports.standing import PersonStanding, Stretch
from core.reports.team import TeamMember, TeamReport

MOST_RANKS = 20


def show_standing(standing: PersonStanding) -> Reply:
    """Today, this week and this month of one person."""
    who = "You" if standing.is_viewer else show_text(standing.person.name)
    stretches = (("Today", standing.today), ("This week", standing.week), ("This month", standing.month))
    blocks = [_show_stretch(name, stretch, standing.currency) for name, stretch in stretches if stretch]
    best = standing.best_product
    if best is not None:
        figures = f"{show_quantity(best.units_e3)} sold, {show_money(best.revenue_e4, standing.currency)}"
        blocks.append(f"⭐ {show_text(best.name)}: {figures}")
    return Reply(f"📊 <b>{who}</b> · {show_month(standing.month.period.start)}\n\n" + "\n\n".join(blocks))


def _show_stretch(name: str, stretch: Stretch, currency: str) -> str:
    orders = f"{show_count(stretch.orders)} {'sale' if stretch.orders == 1 else 'sales'}"
    is_first = stretch.revenue_before_e4 == 0
    change = "" if is_first else f" · {show_change(stretch.change_percent)}"
    rows = [f"{name}: <b>{show_money(stretch.revenue_e4, currency)}</b> · {orders}{change}"]
    if stretch.target_e4:
        rows.append(
            f"{bar(stretch.percent)} {show_percent(stretch.percent)} of {show_money(stretch.target_e4, currency)}"
        )
        if stretch.remaining_e4:
            rows.append(f"{show_money(stretch.remaining_e4, currency)} to go")
    return "\n".join(rows)


def show_ranking(ranking: Ranking) -> Reply:
    """Who sold most; equal results share a medal."""
    head = f"🏆 <b>Leaderboard</b> · {show_period(ranking.period)}"
    by = "" if ranking.measure == "revenue" else f" · by {ranking.measure}"
    if not ranking.ranks:
        return Reply(f"{head}{by}\n\nNobody has sold anything yet. The first place is free.")
    rows = [_show_rank(rank, ranking) for rank in ranking.ranks if rank.place <= MOST_RANKS or rank.is_viewer]
    total = f"Together: <b>{show_money(ranking.total_revenue_e4, ranking.currency)}</b>"
    return Reply("\n".join([head + by, "", *rows, "", total]))


def _show_rank(rank: Rank, ranking: Ranking) -> str:
    figures = {
        "revenue": show_money(rank.revenue_e4, ranking.currency),
        "orders": f"{show_count(rank.orders)} {'sale' if rank.orders == 1 else 'sales'}",
        "units": f"{show_quantity(rank.units_e3)} {'unit' if rank.units_e3 == E3 else 'units'}",
    }
    first = figures.pop(ranking.measure)
    name = show_text(rank.name)
    shown = f"<b>{name}</b> (you)" if rank.is_viewer else name
    return f"{medal(rank.place)} {shown}\n      <b>{first}</b> · {' · '.join(figures.values())}"


def show_team(report: TeamReport) -> Reply:
    """Everybody's figures against their targets."""
    head = f"👥 <b>{show_text(report.title)}</b> · {show_period(report.period)}"
    total = f"<b>{show_money(report.revenue_e4, report.currency)}</b>"
    if report.target_e4:
        of = f"{total} of {show_money(report.target_e4, report.currency)}"
        total = f"{of}\n{bar(report.percent)} {show_percent(report.percent)}"
    rows = [_show_member(member, report.currency) for member in report.members]
    return Reply("\n\n".join([f"{head}\n{total}", *rows]))


def _show_member(member: TeamMember, currency: str) -> str:
    revenue = show_money(member.revenue_e4, currency)
    line = f"{show_text(member.person.name)}: <b>{revenue}</b> · {show_count(member.orders)} sales"
    if not member.target_e4:
        return line
    return f"{line}\n{bar(member.percent)} {show_percent(member.percent)} of {show_money(member.target_e4, currency)}"
