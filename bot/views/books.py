"""Closed months as messages. One rule: what was reported and what came later are two figures, never one."""

from datetime import timedelta

from bot.turn import Reply
from bot.views.figures import show_day, show_money, show_text
from core.sales.closing import Books, MonthReport


def show_books(books: Books) -> Reply:
    """How far the months are closed, by whom."""
    if books.closed_before is None:
        return Reply("📖 <b>Every month is open.</b>\n<code>/close last month</code> closes one and all before it.")
    by = f" by {show_text(books.closed_by)}" if books.closed_by else ""
    when = f"Closed on {show_day(books.closed_at.date())}{by}." if books.closed_at else ""
    last = books.closed_before - timedelta(days=1)
    return Reply(f"📕 <b>Closed up to {last:%B %Y}</b>\n{when} What comes back later counts in its own month.")


def show_month(report: MonthReport) -> Reply:
    """A month as it is reported, and as it looks after what came back since."""
    reported, currency = report.reported, report.currency
    state = "📕 closed" if report.is_closed else "open"

    def money(name: str) -> str:
        return show_money(int(reported[name] or 0), currency)

    rows = [
        f"📖 <b>{report.period.start:%B %Y}</b> · {state}",
        f"Revenue: {money('revenue')}",
        f"Returns: {money('returns')}",
        f"Exchanges: {money('exchanges')}",
        f"<b>Net as reported: {money('net_revenue')}</b>",
    ]
    for one in report.adjustments:
        rows.append(f"Came back in {one.month:%B %Y}: −{show_money(one.amount_e4, currency)}")
    if report.adjustments:
        rows.append(f"<b>Net after that: {show_money(report.adjusted_e4, currency)}</b>")
    return Reply("\n".join(rows))
