"""The contract's pages of one's own: sales, returns, target. One rule: the figures are core.reports', the names its."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_money, show_percent, show_quantity
from api.routing import Example, Outcome, RouteTable
from api.schemas.contract import MyTargetAnswer, RangeQuery, ReturnsAnswer, ReturnsQuery, SalesMyAnswer, TargetQuery
from api.schemas.envelope import Success
from core import clock
from core.access import Reach, Viewer
from core.errors import Conflict
from core.periods import LONGEST_DAYS, Period, span
from core.reports.sales import read_returns, read_sales
from core.reports.standing import Stretch, read_days_of, read_standing_of
from core.sales.log import LogEntry
from core.sales.receipt import ReceiptLine

table = RouteTable(
    "Own figures",
    "The metrics contract's pages: sales, returns and target, in one scope and counted by one aggregator.",
)


@table.declare(
    "GET",
    "/api/metrics/sales-my",
    answer=Success[SalesMyAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"from": "2024-01-01", "to": "2024-01-31"}),
)
def show_sales_my(tx: Connection, viewer: Viewer, query: RangeQuery) -> Outcome:
    """Read the sales of a stretch of days.

    Contract, part 1.2. An employee's and assistant manager's own, a manager's team; whoever may go to any branch sees
    themselves in the one worked on or named (part 2.2).
    """
    report = read_sales(tx, viewer, _read_range(viewer, query), query.choose_branch(), _read_view(query))
    currency = report.currency
    return Outcome(
        {
            "netSalesTotal": show_money(report.revenue_e4, currency),
            "grossSalesTotal": show_money(report.revenue_e4, currency),
            "returnsTotal": show_money(report.returns_e4, currency),
            "exchangesTotal": show_money(report.exchanges_e4, currency),
            "guestCoverageNetSales": show_money(report.guest_coverage_e4, currency),
            "breakdownByEmployee": [
                {
                    "empId": part.person.handle,
                    "name": part.person.name,
                    "netSales": show_money(part.revenue_e4, currency),
                }
                for part in report.breakdown
            ],
            "currency": currency,
        }
    )


@table.declare(
    "GET",
    "/api/metrics/returns",
    answer=Success[ReturnsAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"from": "2024-01-01", "to": "2024-01-31"}),
)
def list_returns(tx: Connection, viewer: Viewer, query: ReturnsQuery) -> Outcome:
    """List the returns and exchanges of a stretch of days.

    Contract, part 1.3; in the same scope as the sales. They are never subtracted from what was sold.
    """
    period = _read_range(viewer, query)
    report = read_returns(
        tx, viewer, period, query.choose_branch(), _read_view(query), page=query.page, limit=query.limit
    )
    page = report.page
    return Outcome(
        {
            "items": [_show_item(entry, page.currency) for entry in page.entries],
            "from": period.start,
            "to": period.last_day,
            "canAdd": report.can_add,
            "page": page.page,
            "limit": page.limit,
            "total": page.total,
            "currency": page.currency,
        }
    )


@table.declare(
    "GET",
    "/api/metrics/my-target",
    answer=Success[MyTargetAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"month": "2024-01"}),
)
def show_my_target(tx: Connection, viewer: Viewer, query: TargetQuery) -> Outcome:
    """Read one's own month against its target, day by day.

    Contract, part 1.4: oneself, in the branch worked on or named. Daily and weekly targets are the shares of their
    days, by the branch's weekday weights and closed days; the shares of a month add up to its target to the coin.
    """
    month = date.fromisoformat(f"{query.month}-01") if query.month else None
    branch = query.choose_branch()
    standing = read_standing_of(tx, viewer, month=month, branch=branch)
    days = read_days_of(tx, viewer, month=month, branch=branch)
    currency, whole = standing.currency, standing.month
    return Outcome(
        {
            "monthKey": standing.month_key,
            "monthTarget": show_money(whole.target_e4 or 0, currency),
            "mtdSales": show_money(whole.revenue_e4, currency),
            **_show_stretch("todaySales", "dailyTarget", "pctDaily", standing.today, currency),
            **_show_stretch("weekSales", "weekTarget", "pctWeek", standing.week, currency),
            "remaining": show_money(whole.remaining_e4 or 0, currency),
            "pctMonth": show_percent(whole.percent),
            "calendar": [
                {
                    "dateKey": day.day,
                    "amount": show_money(day.revenue_e4, currency),
                    "target": show_money(day.target_e4 or 0, currency),
                }
                for day in days
            ],
            "branch": standing.branch_name,
            "currency": currency,
        }
    )


@table.declare("GET", "/api/me/sales", answer=Success[SalesMyAnswer], scope="metrics:read", problems=(404, 409))
def show_me_sales(tx: Connection, viewer: Viewer, query: RangeQuery) -> Outcome:
    """Read the sales of a stretch of days, as /api/metrics/sales-my."""
    return show_sales_my(tx, viewer, query)


@table.declare("GET", "/api/sales/summary", answer=Success[SalesMyAnswer], scope="metrics:read", problems=(404, 409))
def show_sales_summary(tx: Connection, viewer: Viewer, query: RangeQuery) -> Outcome:
    """Read the sales of a stretch of days, as /api/metrics/sales-my."""
    return show_sales_my(tx, viewer, query)


@table.declare("GET", "/api/me/targets", answer=Success[MyTargetAnswer], scope="metrics:read", problems=(404, 409))
def show_me_targets(tx: Connection, viewer: Viewer, query: TargetQuery) -> Outcome:
    """Read one's own month against its target, as /api/metrics/my-target."""
    return show_my_target(tx, viewer, query)


def _read_range(viewer: Viewer, query: RangeQuery) -> Period:
    """The days asked for; Conflict names `to` where they are the wrong way round, or more than a hundred years."""
    today = clock.today(viewer.time_zone)
    last = query.last or max(today, query.first or today)
    first = query.first or last.replace(day=1)
    if last < first:
        raise Conflict(f"{last} is before {first}.", field="to", hint=f"{first} or later")
    if (last - first).days >= LONGEST_DAYS:
        raise Conflict(f"From {first} to {last} is more than a hundred years.", field="to", hint=f"{first:%Y}-12-31")
    return span(first, last)


def _read_view(query: RangeQuery) -> Reach | None:
    return Reach(query.view) if query.view else None


def _show_stretch(sales: str, target: str, pct: str, stretch: Stretch | None, currency: str) -> dict[str, Any]:
    if stretch is None:
        return dict.fromkeys((sales, target, pct))
    return {
        sales: show_money(stretch.revenue_e4, currency),
        target: show_money(stretch.target_e4 or 0, currency),
        pct: show_percent(stretch.percent),
    }


def _show_item(entry: LogEntry, currency: str) -> dict[str, Any]:
    only = entry.lines[0] if len(entry.lines) == 1 else None
    return {
        "id": entry.document_id,
        "type": entry.kind.upper(),
        "originalSaleId": entry.original_id,
        "productId": only.product_id if only else None,
        "sku": only.sku if only else None,
        "productName": ", ".join(line.name for line in entry.lines if line.name) or None,
        "dateKey": entry.day,
        "name": entry.person_name,
        "amount": show_money(entry.total_e4, currency),
        "customer": entry.customer,
        "notes": entry.note,
        "lines": [_show_line(line, currency) for line in entry.lines],
    }


def _show_line(line: ReceiptLine, currency: str) -> dict[str, Any]:
    return {
        "productId": line.product_id,
        "sku": line.sku,
        "productName": line.name,
        "variantName": line.variant_name,
        "quantity": show_quantity(line.quantity_e3),
        "amount": show_money(line.amount_e4, currency),
    }
