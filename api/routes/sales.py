"""Sales: recorded, listed, read. One rule: the ledger decides; what it refuses is told in the words of the request."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_money, show_percentage, show_price, show_quantity
from api.problems import Problem
from api.routes.sale_terms import read_terms, require_same
from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Listing, Success
from api.schemas.sales import SaleAnswer, SaleBody, SalePath, SalesQuery, WriteHeaders
from core.access import Viewer
from core.catalog.products import read_products_by_sku
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.people.members import find_person
from core.periods import END_OF_DAYS, FIRST_DAY, Period, span
from core.sales.commands import RecordSale
from core.sales.ledger import SOLD
from core.sales.log import LogEntry, LogFilter, LogPage, list_documents, read_entries
from core.sales.receipt import ReceiptLine, read_receipt
from core.sales.record import record_sale

SOURCE = "api"
# What core calls the fields of a sale, in the words of the request.
FIELDS = {
    "price": "unit_price",
    "discount": "discount_amount",
    "date": "sale_date",
    "coupon": "coupon_code",
    "customer": "customer_name",
    "note": "notes",
}

table = RouteTable("Sales", "Record sales and read them back. An employee sees their own, a manager the branch's.")


@table.declare(
    "POST",
    "/api/sales",
    answer=Success[SaleAnswer],
    scope="sales:write",
    status=201,
    problems=(404, 409),
    example=Example(
        body={
            "sku": "SOL-3077",
            "quantity": 2,
            "unit_price": 25.99,
            "discount_amount": 2.0,
            "coupon_code": "SUMMER2024",
            "platform": "Etsy",
            "customer_name": "John Doe",
            "notes": "Customer requested gift wrapping",
        }
    ),
    headers={
        "Location": "where the sale can be read",
        "Idempotent-Replay": "`true` when this Idempotency-Key recorded the sale before",
    },
    leads_to={"get_sale": "id"},
)
def create_sale(tx: Connection, viewer: Viewer, headers: WriteHeaders, body: SaleBody) -> Outcome:
    """Record a sale.

    One item, or several as `lines`. With an `Idempotency-Key` the same request again records nothing and gives the
    same answer; the key with another sale is a contradiction (409). Without a key every request is a new sale.
    """
    with _in_words_of_request():
        terms = read_terms(tx, viewer, body)
        key = f"{viewer.person_id}:{headers.idempotency_key or uuid.uuid4().hex}"
        receipt = record_sale(tx, viewer, RecordSale(SOURCE, key, terms))
        entry = _find_entry(tx, viewer, receipt.document_id)
        if receipt.is_repeat and receipt.revision == 1:
            require_same(viewer, terms, receipt.lines, entry)
    replay = {"Idempotent-Replay": "true"} if receipt.is_repeat else {}
    location = {"Location": f"/api/sales/{receipt.document_id}"}
    return Outcome(show_sale(entry, receipt.currency), headers=location | replay)


@table.declare(
    "GET",
    "/api/sales",
    answer=Listing[SaleAnswer],
    scope="sales:read",
    problems=(404, 409),
    example=Example(query={"platform": "Etsy", "limit": 10}),
    headers={"Link": "the pages `first`, `prev`, `next` and `last` (RFC 8288)"},
)
def list_sales(tx: Connection, viewer: Viewer, query: SalesQuery) -> Outcome:
    """List sales, the newest first."""
    page = list_documents(tx, viewer, _read_filter(tx, viewer, query), query.page, query.limit)
    return Outcome(
        [show_sale(entry, page.currency) for entry in page.entries],
        {"page": page.page, "limit": page.limit, "total": page.total, "total_pages": page.pages},
        _link_pages(page),
    )


@table.declare("GET", "/api/sales/{id}", answer=Success[SaleAnswer], scope="sales:read", problems=(404,))
def get_sale(tx: Connection, viewer: Viewer, path: SalePath) -> Outcome:
    """Read one sale.

    Somebody else's sale that is not yours to see, and one that was undone, are not found.
    """
    try:
        receipt = read_receipt(tx, viewer, path.id)
        return Outcome(show_sale(_find_entry(tx, viewer, path.id), receipt.currency))
    except (NotAllowed, NotFound, Conflict):
        raise NotFound(f"There is no sale number {path.id}.", field="id") from None


def _find_entry(tx: Connection, viewer: Viewer, document_id: int) -> LogEntry:
    """A document whose sight is cleared already."""
    entry = read_entries(tx, viewer.company.id, [document_id]).get(document_id)
    if entry is None:
        raise Conflict("That sale was undone.", field="Idempotency-Key")
    return entry


@contextmanager
def _in_words_of_request() -> Iterator[None]:
    """What core's rules refuse of a well-formed sale contradicts something: the price, the stock, the calendar."""
    try:
        yield
    except InvalidInput as error:
        raise Problem(409, error.message, FIELDS.get(error.field or "", error.field)) from None


def _read_filter(tx: Connection, viewer: Viewer, query: SalesQuery) -> LogFilter:
    return LogFilter(
        period=_read_period(query),
        product_ids=_find_products(tx, viewer, query),
        platform=query.platform,
        coupon=query.coupon_code,
        person_id=_find_seller(tx, viewer, query),
        kinds=SOLD,
        branch=query.choose_branch(),
    )


def _read_period(query: SalesQuery) -> Period | None:
    if query.start_date is None and query.end_date is None:
        return None
    first, last = query.start_date or FIRST_DAY, query.end_date or END_OF_DAYS - timedelta(days=1)
    if last < first:
        raise Conflict(f"{last} is before {first}.", field="end_date", hint=f"{first} or later")
    return span(first, last)


def _find_products(tx: Connection, viewer: Viewer, query: SalesQuery) -> tuple[int, ...] | None:
    """The products wanted; none of them where number, code and variant exclude one another."""
    if query.variant_id is not None:
        return ()
    numbers = None if query.product_id is None else (query.product_id,)
    if query.sku is None:
        return numbers
    of_code = tuple(product.id for product in read_products_by_sku(tx, viewer.company.id, query.sku))
    return of_code if numbers is None else tuple(number for number in of_code if number in numbers)


def _find_seller(tx: Connection, viewer: Viewer, query: SalesQuery) -> int | None:
    if query.person is None:
        return None
    try:
        return find_person(tx, viewer, query.person).id
    except InvalidInput as error:
        raise Conflict(error.message, field="person", hint=error.hint) from None


def _link_pages(page: LogPage) -> dict[str, dict[str, int]]:
    links = {"first": {"page": 1}, "last": {"page": page.pages}}
    if page.page > 1:
        links["prev"] = {"page": min(page.page - 1, page.pages)}
    if page.page < page.pages:
        links["next"] = {"page": page.page + 1}
    return links


def show_sale(entry: LogEntry, currency: str) -> dict[str, Any]:
    """A sale as SaleAnswer has it."""
    shown = [_show_line(line, currency) for line in entry.lines]
    only = shown[0] if len(shown) == 1 else _SEVERAL
    return {
        "id": entry.document_id,
        **only,
        "sale_date": entry.sold_at,
        "quantity": show_quantity(sum(line.quantity_e3 for line in entry.lines)),
        "discount_amount": show_money(entry.discount_e4, currency),
        "total_revenue": show_money(entry.total_e4, currency),
        "coupon_code": entry.coupon,
        "platform": entry.platform,
        "customer_name": entry.customer,
        "notes": entry.note,
        "person": entry.person_name,
        "is_guest_coverage": entry.kind == "guest",
        "currency": currency,
        "created_at": entry.recorded_at,
        "lines": shown,
    }


# What has no single value in a sale of several items.
_SEVERAL = dict.fromkeys(
    ("product_id", "sku", "product_name", "variant_id", "variant_name", "unit_price", "discount_percentage")
)


def _show_line(line: ReceiptLine, currency: str) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "sku": line.sku,
        "product_name": line.name,
        "variant_id": None,
        "variant_name": None,
        "quantity": show_quantity(line.quantity_e3),
        "unit_price": show_price(line.unit_price_e4, currency),
        "discount_amount": show_money(line.discount_e4, currency),
        "discount_percentage": show_percentage(line.discount_e4, line.unit_price_e4),
        "total_revenue": show_money(line.amount_e4, currency),
    }
