"""Closed months and exchange rates. One rule: what was reported stays; what comes later is told beside it."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from api.naming import in_words_of_request
from api.numbers import show_decimal, show_money, show_quantity
from api.routes.sale_answers import RATE_DIGITS
from api.routing import Example, Outcome, RouteTable
from api.schemas.books import BooksAnswer, MonthAnswer, MonthPath, MonthQuery, RateAnswer, RateBody
from api.schemas.envelope import Success
from core.access import Viewer
from core.sales.closing import Books, close_months, read_books, reopen_months, report_month
from core.sales.rates import Rate, list_rates, set_rate

table = RouteTable("Books", "Months that are closed and reported, and what other currencies are worth.")


@table.declare("GET", "/api/months", answer=Success[BooksAnswer], scope="metrics:read")
def show_books(tx: Connection, viewer: Viewer) -> Outcome:
    """Read how far the months are closed."""
    return Outcome(_show_books(read_books(tx, viewer)))


@table.declare(
    "GET",
    "/api/months/{month}",
    answer=Success[MonthAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(path={"month": "2024-01"}),
)
def show_month(tx: Connection, viewer: Viewer, path: MonthPath, query: MonthQuery) -> Outcome:
    """Read a month as it was reported, and what came back of its sales since.

    A closed month stays: what comes back later counts in the month it comes back in, and is told here besides.
    """
    found = report_month(tx, viewer, _read_day(path), query.choose_branch())
    currency, reported = found.currency, found.reported
    money = ("revenue", "returns", "exchanges", "net_revenue")
    return Outcome(
        {
            "month": path.month,
            "is_closed": found.is_closed,
            "reported": {
                **{name: show_money(int(reported[name] or 0), currency) for name in money},
                "orders": reported["orders"],
                "units": show_quantity(int(reported["units"] or 0)),
            },
            "adjustments": [
                {"month": f"{one.month:%Y-%m}", "amount": show_money(one.amount_e4, currency)}
                for one in found.adjustments
            ],
            "adjusted_net_revenue": show_money(found.adjusted_e4, currency),
            "currency": currency,
        }
    )


@table.declare(
    "POST",
    "/api/months/{month}/close",
    answer=Success[BooksAnswer],
    scope="sales:write",
    problems=(409,),
    example=Example(path={"month": "2024-01"}),
)
def close_month(tx: Connection, viewer: Viewer, path: MonthPath) -> Outcome:
    """Close a month and all before it, for those who close months: nothing in them is changed any more."""
    with in_words_of_request():
        return Outcome(_show_books(close_months(tx, viewer, _read_day(path))))


@table.declare(
    "POST",
    "/api/months/{month}/reopen",
    answer=Success[BooksAnswer],
    scope="sales:write",
    problems=(409,),
    example=Example(path={"month": "2023-12"}),
)
def reopen_month(tx: Connection, viewer: Viewer, path: MonthPath) -> Outcome:
    """Open a month and all after it again, for those who close months."""
    with in_words_of_request():
        return Outcome(_show_books(reopen_months(tx, viewer, _read_day(path))))


@table.declare("GET", "/api/rates", answer=Success[list[RateAnswer]], scope="sales:read")
def list_exchange_rates(tx: Connection, viewer: Viewer) -> Outcome:
    """List what other currencies are worth, by currency, the newest first."""
    return Outcome([_show_rate(rate) for rate in list_rates(tx, viewer)])


@table.declare(
    "PUT",
    "/api/rates",
    answer=Success[RateAnswer],
    scope="sales:write",
    problems=(409,),
    example=Example(body={"currency": "USD", "rate": 3.75, "day": "2024-01-01"}),
)
def keep_rate(tx: Connection, viewer: Viewer, body: RateBody) -> Outcome:
    """Keep what a currency is worth from a day on, for those who manage the company."""
    with in_words_of_request():
        return Outcome(_show_rate(set_rate(tx, viewer, body.currency, body.rate, body.day)))


def _read_day(path: MonthPath) -> date:
    return date.fromisoformat(f"{path.month}-01")


def _show_books(books: Books) -> dict[str, Any]:
    return {"closed_before": books.closed_before, "closed_at": books.closed_at, "closed_by": books.closed_by}


def _show_rate(rate: Rate) -> dict[str, Any]:
    return {"currency": rate.currency, "rate": show_decimal(rate.rate_e9, RATE_DIGITS), "day": rate.day}
