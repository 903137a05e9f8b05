"""Sales: recorded, listed, read. One rule: the ledger decides; what it refuses is told in the words of the request."""

import uuid
from datetime import date, timedelta

from sqlalchemy.engine import Connection

from api.naming import in_words_of_request
from api.routes.sale_answers import show_detail, show_sale, show_written
from api.routes.sale_terms import read_terms
from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Listing, Success
from api.schemas.fields import Body
from api.schemas.headers import WriteHeaders
from api.schemas.sale_answers import SaleAnswer, SaleDetail, SaleWritten
from api.schemas.sales import AsOfQuery, SaleBody, SaleOfOne, SaleOfSeveral, SalePath, SalesQuery
from core.access import Viewer
from core.errors import Code, Conflict, InvalidInput, NotAllowed, NotFound
from core.people.members import find_seen_person
from core.periods import END_OF_DAYS, FIRST_DAY, Period, span
from core.sales.commands import RecordSale
from core.sales.items import ItemPage
from core.sales.ledger.documents import SOLD
from core.sales.log import LogFilter, LogPage, list_documents, read_entries
from core.sales.receipt import Receipt, read_receipt
from core.sales.record import record_sale

SOURCE = "api"
table = RouteTable("Sales", "Record sales and read them back. An employee sees their own, a manager the branch's.")


@table.declare(
    "POST",
    "/api/sales",
    answer=Success[SaleWritten],
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
    headers={"Location": "where the sale can be read"},
    leads_to={"get_sale": "id"},
)
def create_sale(tx: Connection, viewer: Viewer, headers: WriteHeaders, body: SaleBody) -> Outcome:
    """Record a sale.

    One item, or several as `lines`. Without an `Idempotency-Key` every request is a new sale. Stock, figures, goals and
    whoever is to hear of it follow at once. With `shares` it counts for several people, once they have said yes. A
    program is believed: amounts far beyond the usual, which chat asks about, are recorded as they are sent.
    """
    return record_body(tx, viewer, headers, body, body)


def record_body(
    tx: Connection, viewer: Viewer, headers: WriteHeaders, body: SaleOfOne | SaleOfSeveral, sent: Body
) -> Outcome:
    """The sale a body tells, whose faults are told in the words of what was sent."""
    with in_words_of_request(sent):
        terms = read_terms(tx, viewer, body)
        receipt = record_sale(tx, viewer, RecordSale(SOURCE, name_document(viewer, headers), terms))
        require_new(receipt)
    location = {"Location": f"/api/sales/{receipt.document_id}"}
    return Outcome(show_written(tx, viewer, receipt), headers=location)


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
    """List sales, the newest first.

    Documents of other kinds by `kind`. As the ledger had them at an earlier moment with `as_of`.
    """
    page = list_documents(tx, viewer, _read_filter(tx, viewer, query), query.page, query.limit, query.sort)
    return Outcome(
        [show_sale(entry, page.currency) for entry in page.entries],
        {"page": page.page, "limit": page.limit, "total": page.total, "total_pages": page.pages},
        link_pages(page),
    )


@table.declare("GET", "/api/sales/{id}", answer=Success[SaleDetail], scope="sales:read", problems=(404,))
def get_sale(tx: Connection, viewer: Viewer, path: SalePath, query: AsOfQuery) -> Outcome:
    """Read one sale, return or exchange.

    Somebody else's sale that is not yours to see, and one that was undone, are not found. With `as_of` its items and
    amounts are those it had at that moment.
    """
    receipt = read_visible(tx, viewer, path.id)
    entry = read_entries(tx, viewer.company.id, [path.id], query.as_of).get(path.id)
    if entry is None:
        raise NotFound(f"There is no sale number {path.id}.", field="id")
    return Outcome(show_detail(tx, viewer, receipt, entry))


def name_document(viewer: Viewer, headers: WriteHeaders) -> str:
    """The name of the document that a request makes: with the person's number, for a key is theirs alone."""
    return f"{viewer.person_id}:{headers.idempotency_key or uuid.uuid4().hex}"


def require_new(receipt: Receipt) -> None:
    """Conflict for a request that made its document earlier, and whose answer is no longer kept."""
    if receipt.is_repeat:
        kind = "sale" if receipt.kind in SOLD else receipt.kind
        made = f"This Idempotency-Key recorded {kind} {receipt.document_id}."
        raise Conflict(made, field="Idempotency-Key", hint="a new key for another", code=Code.REUSED_KEY)


def read_visible(tx: Connection, viewer: Viewer, document_id: int, field: str = "id") -> Receipt:
    """A document that the viewer may see; NotFound for all others, whether there are any or not."""
    try:
        return read_receipt(tx, viewer, document_id)
    except (NotAllowed, NotFound):
        raise NotFound(f"There is no sale number {document_id}.", field=field) from None


def _read_filter(tx: Connection, viewer: Viewer, query: SalesQuery) -> LogFilter:
    return LogFilter(
        period=read_days(query.start_date, query.end_date),
        product_ids=None if query.product_id is None else (query.product_id,),
        sku=query.sku,
        platform=query.platform,
        coupon=query.coupon_code,
        person_id=find_seller(tx, viewer, query.person),
        kinds=(query.kind,) if query.kind else SOLD,
        branch=query.choose_branch(),
        customer=query.customer_name,
        variant_id=query.variant_id,
        as_of=query.as_of,
        category=query.category,
    )


def read_days(start: date | None, end: date | None) -> Period | None:
    """The days from one to the other, both included; None where neither is said. Conflict names `end_date`."""
    if start is None and end is None:
        return None
    first, last = start or FIRST_DAY, end or END_OF_DAYS - timedelta(days=1)
    if last < first:
        raise Conflict(f"{last} is before {first}.", field="end_date", hint=f"{first} or later")
    return span(first, last)


def find_seller(tx: Connection, viewer: Viewer, words: str | None) -> int | None:
    """The number of a person named in a query; NotFound where there is none, Conflict where there are several."""
    if words is None:
        return None
    try:
        return find_seen_person(tx, viewer, words).id
    except InvalidInput as error:
        raise Conflict.retell(error) from None


def link_pages(page: LogPage | ItemPage) -> dict[str, dict[str, int]]:
    """Where the other pages are."""
    links = {"first": {"page": 1}, "last": {"page": page.pages}}
    if page.page > 1:
        links["prev"] = {"page": min(page.page - 1, page.pages)}
    if page.page < page.pages:
        links["next"] = {"page": page.page + 1}
    return links
