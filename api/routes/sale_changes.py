"""Corrections, returns and shares of sales. One rule: nothing is overwritten; who may is core's to say."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from api.naming import in_words_of_request
from api.routes.sale_answers import show_changes, show_detail, show_written
from api.routes.sale_edits import change_terms
from api.routes.sale_terms import find_item, read_terms
from api.routes.sales import SOURCE, name_document, read_visible, require_new
from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Success
from api.schemas.fields import Body
from api.schemas.headers import WriteHeaders
from api.schemas.sale_answers import ChangeAnswer, ReturnWritten, SaleWritten
from api.schemas.sale_changes import FreeReturnBody, ReturnBody, ReturnItem, SaleChanges, ShareBody, VoidQuery
from api.schemas.sales import SalePath
from core.access import Viewer
from core.errors import about
from core.people.members import find_person
from core.sales.commands import RecordReturn, ReturnLine, SaleTerms
from core.sales.corrections import amend_sale, confirm_share, note_sale, restore_sale, void_sale
from core.sales.corrections import read_terms as read_present_terms
from core.sales.history import read_history
from core.sales.receipt import Receipt, read_receipt
from core.sales.record import record_exchange, record_return

table = RouteTable(
    "Corrections",
    "Edit, undo and restore sales, bring goods back, share a sale. Every change is kept, with who, when and why.",
)


@table.declare(
    "PUT",
    "/api/sales/{id}",
    answer=Success[SaleWritten],
    scope="sales:write",
    problems=(404, 409),
    example=Example(body={"quantity": 1, "notes": "One was damaged", "reason": "told wrongly"}),
)
def update_sale(tx: Connection, viewer: Viewer, path: SalePath, body: SaleChanges) -> Outcome:
    """Correct a sale.

    What is not said stays, and so does what is said as it was read; `null` takes away. One's own, for as many days as
    the company allows; a manager those of the branch. What the sale said before stays in its history. Taxes stay the
    amounts they were unless said anew.
    """

    def correct() -> Receipt:
        present, receipt = read_present_terms(tx, viewer, path.id), read_receipt(tx, viewer, path.id)
        terms = change_terms(tx, viewer, present, body, show_detail(tx, viewer, receipt))
        if terms == present:
            return receipt
        receipt = amend_sale(tx, viewer, path.id, terms, body.reason)
        is_cleared = "notes" in body.model_fields_set and body.notes is None and receipt.note is not None
        return note_sale(tx, viewer, path.id, "") if is_cleared else receipt

    return _change(tx, viewer, path.id, correct, body)


@table.declare("DELETE", "/api/sales/{id}", answer=Success[SaleWritten], scope="sales:write", problems=(404, 409))
def delete_sale(tx: Connection, viewer: Viewer, path: SalePath, query: VoidQuery) -> Outcome:
    """Undo a sale, return or exchange.

    Stock and figures go back as if it had not been; its history stays, and it can be restored. Undone already: no
    change.
    """
    return _change(tx, viewer, path.id, lambda: void_sale(tx, viewer, path.id, query.reason))


@table.declare("POST", "/api/sales/{id}/restore", answer=Success[SaleWritten], scope="sales:write", problems=(404, 409))
def restore_deleted_sale(tx: Connection, viewer: Viewer, path: SalePath) -> Outcome:
    """Take back that a sale was undone. Not undone: no change."""
    return _change(tx, viewer, path.id, lambda: restore_sale(tx, viewer, path.id))


@table.declare(
    "POST",
    "/api/sales/{id}/share",
    answer=Success[SaleWritten],
    scope="sales:write",
    problems=(404, 409),
    example=Example(body={"agrees": True}),
)
def answer_share(tx: Connection, viewer: Viewer, path: SalePath, body: ShareBody) -> Outcome:
    """Agree or decline to share in a sale.

    For whom it names as sharing in it, and was not asked in vain. Once agreed, their part counts for them.
    """
    return _change(tx, viewer, path.id, lambda: confirm_share(tx, viewer, path.id, agrees=body.agrees))


@table.declare(
    "GET", "/api/sales/{id}/history", answer=Success[list[ChangeAnswer]], scope="sales:read", problems=(404,)
)
def list_changes(tx: Connection, viewer: Viewer, path: SalePath) -> Outcome:
    """Read what became of a sale, the first change first.

    Who changed it, when and why, and what it said from then on; nothing once it was undone.
    """
    receipt = read_visible(tx, viewer, path.id)
    return Outcome(show_changes(read_history(tx, viewer, path.id), receipt.currency))


RETURN: dict[str, Any] = {
    "answer": Success[ReturnWritten],
    "scope": "sales:write",
    "status": 201,
    "problems": (404, 409),
    "headers": {"Location": "where the return can be read"},
    "leads_to": {"get_sale": "id"},
}
OF_ANY_SALE = Example(body={"lines": [{"sku": "SOL-3077", "quantity": 1}], "reason": "did not fit"})


@table.declare(
    "POST",
    "/api/sales/{id}/returns",
    example=Example(body={"reason": "damaged", "written_off": True}),
    **RETURN,
)
def return_sale(tx: Connection, viewer: Viewer, path: SalePath, headers: WriteHeaders, body: ReturnBody) -> Outcome:
    """Bring goods of a sale back, all or some of them.

    Never more than is left of it, and worth what they were sold for. They go back into stock, or are written off. With
    `exchange` it is an exchange: other goods go out for them at once.
    """
    read_visible(tx, viewer, path.id)
    return _bring_back(tx, viewer, headers, body, path.id)


@table.declare("POST", "/api/returns", example=OF_ANY_SALE, **RETURN)
def create_return(tx: Connection, viewer: Viewer, headers: WriteHeaders, body: FreeReturnBody) -> Outcome:
    """Bring goods back, of a sale that is named or of one nobody knows any more.

    Without a sale they are worth the `unit_price` said, else the list price.
    """
    if body.sale_id is not None:
        read_visible(tx, viewer, body.sale_id, "sale_id")
    return _bring_back(tx, viewer, headers, body, body.sale_id)


@table.declare("POST", "/api/sales/returns", example=OF_ANY_SALE, **RETURN)
def create_sales_return(tx: Connection, viewer: Viewer, headers: WriteHeaders, body: FreeReturnBody) -> Outcome:
    """Bring goods back, as POST /api/returns: the contract's way to it (part 5)."""
    return create_return(tx, viewer, headers, body)


def _change(
    tx: Connection, viewer: Viewer, document_id: int, change: Callable[[], Receipt], body: Body | None = None
) -> Outcome:
    """What one may not see is not there to be changed."""
    read_visible(tx, viewer, document_id)
    with in_words_of_request(body):
        return Outcome(show_written(tx, viewer, change()))


def _bring_back(
    tx: Connection, viewer: Viewer, headers: WriteHeaders, body: ReturnBody, original_id: int | None
) -> Outcome:
    with in_words_of_request(body):
        command = _read_return(tx, viewer, name_document(viewer, headers), body, original_id)
        out = _read_outgoing(tx, viewer, body)
        returned, outgoing = _record(tx, viewer, command, out)
        require_new(returned)
    shown = show_written(tx, viewer, returned)
    shown["outgoing"] = None if outgoing is None else show_detail(tx, viewer, outgoing)
    return Outcome(shown, headers={"Location": f"/api/sales/{returned.document_id}"})


def _read_outgoing(tx: Connection, viewer: Viewer, body: ReturnBody) -> SaleTerms | None:
    if body.exchange is None:
        return None
    with about("exchange"):
        return read_terms(tx, viewer, body.exchange)


def _record(
    tx: Connection, viewer: Viewer, command: RecordReturn, out: SaleTerms | None
) -> tuple[Receipt, Receipt | None]:
    if out is None:
        return record_return(tx, viewer, command), None
    return record_exchange(tx, viewer, command, out)


def _read_return(tx: Connection, viewer: Viewer, key: str, body: ReturnBody, original_id: int | None) -> RecordReturn:
    free = body if isinstance(body, FreeReturnBody) else None
    return RecordReturn(
        SOURCE,
        key,
        tuple(_read_lines(tx, viewer, body.lines or ())),
        original_id,
        writes_off=body.written_off,
        day=body.return_date,
        person_id=find_person(tx, viewer, free.person).id if free and free.person else None,
        customer=free.customer_name if free else None,
        reason=body.reason,
    )


def _read_lines(tx: Connection, viewer: Viewer, items: Sequence[ReturnItem]) -> Iterator[ReturnLine]:
    for number, item in enumerate(items):
        with about("lines", number):
            product_id, variant_id = find_item(tx, viewer, item.product_id, item.sku, item.variant_id)
        yield ReturnLine(item.quantity, product_id, variant_id, item.position, item.unit_price)
