"""Sales together: analytics, the sales log, performance. One rule: core counts; here it gets the seeds' words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_average, show_money, show_percent, show_quantity
from api.routes.sales import find_seller, link_pages, read_days, record_body
from api.routing import Example, Outcome, RouteTable
from api.schemas.analytics import (
    AnalyticsAnswer,
    AnalyticsQuery,
    EntriesQuery,
    EntryAnswer,
    EntryBody,
    NewEntry,
    PerformanceAnswer,
    RecalculationAnswer,
    StretchQuery,
)
from api.schemas.envelope import Listing, Success
from api.schemas.headers import WriteHeaders
from api.schemas.sale_answers import SaleWritten
from core import clock
from core.access import Permission, Viewer
from core.errors import Conflict, InvalidInput, NotFound
from core.metrics.recalculation import (
    Recalculation,
    Stage,
    ask_for_recalculation,
    read_recalculation,
)
from core.people.members import get_person
from core.periods import Period, parse_period
from core.reports.analytics import EVER, Analytics, Narrowed, ProductFigures, read_analytics
from core.reports.performance import Performance, narrow_log, read_performance
from core.sales.items import list_items

table = RouteTable("Analytics", "Sales together, in one scope and counted by one aggregator.")


@table.declare(
    "GET",
    "/api/sales/analytics",
    answer=Success[AnalyticsAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"start_date": "2024-01-01"}),
)
def show_analytics(tx: Connection, viewer: Viewer, query: AnalyticsQuery) -> Outcome:
    """Read the analytics of sales.

    Totals, by platform and by product, and what was taken off. A platform nobody here ever used is not found (404).
    """
    narrowed = Narrowed(
        read_days(query.start_date, query.end_date) or EVER,
        query.product_id,
        query.platform,
        _name_seller(tx, viewer, query.person),
        query.choose_branch(),
        query.as_of,
    )
    with _missing():
        return Outcome(_show_analytics(read_analytics(tx, viewer, narrowed)))


@table.declare(
    "GET",
    "/api/sales-entry",
    answer=Listing[EntryAnswer],
    scope="sales:read",
    problems=(404, 409),
    example=Example(query={"range": "30d", "sku": "SOL-3077"}),
    headers={"Link": "the pages `first`, `prev`, `next` and `last` (RFC 8288)"},
)
def list_entries(tx: Connection, viewer: Viewer, query: EntriesQuery) -> Outcome:
    """Read the sales log, the newest first: a row for each item sold.

    The rows of all pages add up to the figures of `/api/performance/metrics` of the same range and products.
    """
    wanted = narrow_log(tx, viewer, _narrow(tx, viewer, query))
    page = list_items(tx, viewer, wanted, query.page, query.limit)
    rows = [
        {
            "date": item.day,
            "sku": item.sku,
            "productName": item.product_name,
            "category": item.category,
            "unitsSold": show_quantity(item.quantity_e3),
            "totalRevenue": show_money(item.amount_e4, page.currency),
            "saleId": item.document_id,
            "currency": page.currency,
        }
        for item in page.items
    ]
    pages = {"page": page.page, "limit": page.limit, "total": page.total, "total_pages": page.pages}
    return Outcome(rows, pages, link_pages(page))


@table.declare(
    "POST",
    "/api/sales-entry",
    answer=Success[SaleWritten],
    scope="sales:write",
    status=201,
    problems=(404, 409),
    example=Example(body={"sku": "SOL-3077", "unitsSold": 10}),
    headers={"Location": "where the sale can be read"},
    leads_to={"get_sale": "id"},
)
def create_entry(tx: Connection, viewer: Viewer, headers: WriteHeaders, body: EntryBody) -> Outcome:
    """Enter a sale in the sales log.

    As POST /api/sales, or in the words of the sales log. Inventory, performance and goals follow at once.
    """
    return record_body(tx, viewer, headers, body.say_as_sale() if isinstance(body, NewEntry) else body, body)


@table.declare(
    "GET",
    "/api/performance/metrics",
    answer=Success[PerformanceAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"range": "30d"}),
)
def show_performance(tx: Connection, viewer: Viewer, query: StretchQuery) -> Outcome:
    """Read the performance of products and categories, and what they come to.

    A code or category that nobody here ever used is not found (404).
    """
    narrowed = _narrow(tx, viewer, query)
    with _missing():
        return Outcome(_show_performance(narrowed.period, read_performance(tx, viewer, narrowed)))


@table.declare(
    "POST", "/api/performance/recalculate", answer=Success[RecalculationAnswer], scope="metrics:read", problems=(409,)
)
def recalculate_performance(tx: Connection, viewer: Viewer) -> Outcome:
    """Compare every sum that is kept with the ledger's lines, and write anew what differs.

    Figures move with the sale itself, in one transaction, so there is nothing to be done after one; whoever manages the
    company has it proved, and put right if it should ever be wrong. A ledger of a few thousand lines is proved at once.
    A larger one is proved while everybody goes on selling: GET tells how far it is, and what was wrong.
    """
    if not viewer.may(Permission.MANAGE_COMPANY):
        return Outcome(_show_recalculation(None, f"{_ALWAYS} A super admin may have it proved."))
    found = ask_for_recalculation(tx, viewer)
    return Outcome(_show_recalculation(found, _word_recalculation(found)))


@table.declare(
    "GET", "/api/performance/recalculate", answer=Success[RecalculationAnswer], scope="metrics:read", problems=(409,)
)
def show_recalculation(tx: Connection, viewer: Viewer) -> Outcome:
    """Read how far the recalculation is that was asked for last, and what was wrong."""
    if not viewer.may(Permission.MANAGE_COMPANY):
        return Outcome(_show_recalculation(None, f"{_ALWAYS} A super admin may have it proved."))
    found = read_recalculation(tx, viewer)
    return Outcome(_show_recalculation(found, _word_recalculation(found) if found else _ALWAYS))


_ALWAYS = "Every figure moves with the sale itself."


def _word_recalculation(found: Recalculation) -> str:
    if found.stage is not Stage.DONE:
        return "The ledger is compared month by month, while everybody goes on selling."
    return "What differed was written anew from the ledger." if found.has_put_right else f"{_ALWAYS} Nothing was wrong."


def _show_recalculation(found: Recalculation | None, message: str) -> dict[str, Any]:
    checked = found.checked if found else ()
    return {
        "recalculated": any(one.differences for one in checked),
        "message": message,
        "checked": [{"name": one.name, "rows": one.rows, "differences": one.differences} for one in checked],
        "state": found.stage.value if found else None,
        "askedAt": found.asked_at if found else None,
        "doneAt": found.done_at if found else None,
    }


def _narrow(tx: Connection, viewer: Viewer, query: StretchQuery) -> Narrowed:
    return Narrowed(
        _read_stretch(viewer, query),
        person=_name_seller(tx, viewer, query.person),
        branch=query.choose_branch(),
        as_of=query.as_of,
        sku=query.sku,
        category=query.category,
    )


def _name_seller(tx: Connection, viewer: Viewer, words: str | None) -> str | None:
    """A person by their handle, which is nobody else's."""
    number = find_seller(tx, viewer, words)
    return None if number is None else f"@{get_person(tx, viewer, number).handle}"


def _read_stretch(viewer: Viewer, query: StretchQuery) -> Period:
    """The days of a range; those said are a range of their own."""
    said = read_days(query.start_date, query.end_date)
    if query.range == "custom" and said is None:
        raise Conflict("A range of your own needs its days.", field="start_date", hint="start_date=2025-07-01")
    return said or parse_period(query.range, clock.today(viewer.time_zone), viewer.company.calendar, "range")


@contextmanager
def _missing() -> Iterator[None]:
    """A product, platform, code or category that nobody here ever used."""
    try:
        yield
    except InvalidInput as error:
        raise NotFound.retell(error) from None


def _show_analytics(found: Analytics) -> dict[str, Any]:
    currency, totals = found.currency, found.totals
    return {
        "total_sales": totals["orders"],
        "total_quantity": show_quantity(int(totals["units"] or 0)),
        "total_revenue": show_money(int(totals["revenue"] or 0), currency),
        "total_cost": show_average(totals.get("cost"), currency),
        "total_profit": show_average(totals.get("profit"), currency),
        "average_profit_margin": show_percent(totals.get("profit_margin"), 1),
        "revenue_without_cost": show_average(totals.get("uncosted_revenue"), currency),
        "by_platform": {
            part.name: {"revenue": show_money(part.revenue_e4, currency), "quantity": show_quantity(part.units_e3)}
            for part in found.by_platform
        },
        "by_product": [
            {
                "product_id": part.product_id,
                "product_name": part.name,
                "quantity": show_quantity(part.units_e3),
                "revenue": show_money(part.revenue_e4, currency),
                "profit": show_average(part.profit_e4, currency),
            }
            for part in found.by_product
        ],
        "discounts": {
            "total_discount_amount": show_money(int(totals["discount"] or 0), currency),
            "total_discount_percentage": show_percent(totals["discount_rate"], 1),
            "coupons_used": found.coupons_used,
        },
        "currency": currency,
    }


def _show_performance(period: Period, found: Performance) -> dict[str, Any]:
    currency, totals = found.currency, found.totals
    best = next((part.sku for part in found.products if part.sku is not None), None)
    return {
        "startDate": period.start,
        "endDate": period.last_day,
        "currency": currency,
        "summary": {
            "revenue": show_money(int(totals["revenue"] or 0), currency),
            "profit": show_average(totals.get("profit"), currency),
            "profitMargin": show_percent(totals.get("profit_margin"), 1),
            "revenueWithoutCost": show_average(totals.get("uncosted_revenue"), currency),
            "unitsSold": show_quantity(int(totals["units"] or 0)),
            "orders": totals["orders"],
            "customers": totals["customers"],
            "averageOrderValue": show_average(totals["average_order_value"], currency),
            "conversionRate": None,
            "bestSellingSku": best,
            "lastSaleId": found.last_sale_id,
            "lastSaleDate": found.last_sold_at,
        },
        "products": [_show_product(part, currency) for part in found.products],
        "categories": [
            {
                "category": part.name,
                "unitsSold": show_quantity(part.units_e3),
                "revenue": show_money(part.revenue_e4, currency),
                "profit": show_average(part.profit_e4, currency),
            }
            for part in found.categories
        ],
    }


def _show_product(part: ProductFigures, currency: str) -> dict[str, Any]:
    return {
        "productId": part.product_id,
        "sku": part.sku,
        "productName": part.name,
        "unitsSold": show_quantity(part.units_e3),
        "revenue": show_money(part.revenue_e4, currency),
        "cost": show_average(part.cost_e4, currency),
        "profit": show_average(part.profit_e4, currency),
        "profitMargin": show_percent(part.profit_margin, 1),
    }
