"""What became of a document. One rule: every change there was, by whom, when and why; nothing is left out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.models.catalog import customers, products, variants
from core.models.people import people
from core.models.sales import lines, revisions
from core.sales.receipt import ITEM_SKU, ReceiptLine, read_receipt, show_lines


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a document, and its lines from then on; none once it was undone. Amounts e4.

    `action` is recorded, edited, voided, restored, noted or shared. `by` is None for the operator. Costs are missing
    where the viewer may not see them.
    """

    number: int
    action: str
    by: str | None
    at: datetime
    reason: str | None
    note: str | None
    seller: str | None
    customer: str | None
    platform: str | None
    coupon: str | None
    sold_at: datetime | None
    lines: tuple[ReceiptLine, ...]

    @property
    def total_e4(self) -> int:
        """After discount, before tax."""
        return sum(line.amount_e4 for line in self.lines)


def read_history(tx: Connection, viewer: Viewer, document_id: int) -> tuple[Change, ...]:
    """Every change of a document, the first one first. NotFound where there is none, NotAllowed out of sight."""
    read_receipt(tx, viewer, document_id)  # who may see the document may see what became of it
    own = revisions.c.company_id == viewer.company.id, revisions.c.document_id == document_id
    query = (
        select(revisions, people.c.name.label("by"))
        .outerjoin(people, people.c.id == revisions.c.person_id)
        .where(*own)
        .order_by(revisions.c.number)
    )
    written = _read_lines(tx, viewer, document_id)
    changes: list[Change] = []
    present: list[dict[str, Any]] = []
    for row in tx.execute(query):
        if row.action != "noted":
            present = written.get(row.number, [])
        changes.append(_make_change(row, present))
    return tuple(changes)


def find_last_recorded(tx: Connection, viewer: Viewer) -> int | None:
    """The number of the document the viewer recorded last; None where there is none."""
    own = revisions.c.company_id == viewer.company.id, revisions.c.person_id == viewer.person_id
    is_first = revisions.c.number == literal_column("1")  # not bound: the index is of those that are said to be first
    return tx.execute(select(func.max(revisions.c.document_id)).where(*own, is_first)).scalar()


def _make_change(row: Any, present: list[dict[str, Any]]) -> Change:
    told = present[0] if present else {}
    return Change(
        row.number,
        row.action,
        row.by,
        row.recorded_at,
        row.reason,
        row.note,
        told.get("person_name"),
        told.get("customer_name"),
        told.get("platform"),
        told.get("coupon"),
        told.get("sold_at"),
        show_lines(present),
    )


def _read_lines(tx: Connection, viewer: Viewer, document_id: int) -> dict[int, list[dict[str, Any]]]:
    """The lines each revision opened. Rows that later files added to an imported document are of its revision then."""
    named = (
        ITEM_SKU,
        products.c.name.label("product_name"),
        variants.c.name.label("variant_name"),
        people.c.name.label("person_name"),
        customers.c.name.label("customer_name"),
    )
    query = (
        select(lines, *named)
        .join_from(lines, people, people.c.id == lines.c.person_id)
        .outerjoin(products, products.c.id == lines.c.product_id)
        .outerjoin(variants, variants.c.id == lines.c.variant_id)
        .outerjoin(customers, customers.c.id == lines.c.customer_id)
        .where(lines.c.company_id == viewer.company.id, lines.c.document_id == document_id)
        .order_by(lines.c.revision, lines.c.position, lines.c.id)
    )
    sees_cost = viewer.may(Permission.SEE_PROFIT)
    written: dict[int, list[dict[str, Any]]] = {}
    for row in tx.execute(query):
        line = dict(row._mapping)
        written.setdefault(row.revision, []).append(line if sees_cost else line | {"cost_e4": None})
    return written
