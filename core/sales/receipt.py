"""What a person is shown of a document. One rule: read back from the ledger, so that it is what was recorded."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, resolve_scope
from core.errors import NotAllowed, NotFound
from core.goals.goals import Goal
from core.goals.standing import Seat, Standing, read_standing
from core.models.catalog import customers, products
from core.models.company import branches
from core.models.people import people
from core.models.sales import documents, lines, revisions
from core.statements import Statement


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line as shown; `name` None is an amount alone. Amounts e4, quantity e3."""

    product_id: int | None
    sku: str | None
    name: str | None
    quantity_e3: int
    unit_price_e4: int
    discount_e4: int
    amount_e4: int
    cost_e4: int | None

    @property
    def subtotal_e4(self) -> int:
        """Before discount."""
        return self.amount_e4 + self.discount_e4


@dataclass(frozen=True, slots=True)
class LowStock:
    """A product that a sale left below its reorder point."""

    name: str
    sku: str
    left_e3: int
    reorder_point_e3: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A document as shown. `profit_e4` is None where the viewer may not see it or nobody knows the cost."""

    document_id: int
    kind: str
    is_void: bool
    revision: int
    lines: tuple[ReceiptLine, ...]
    day: date
    is_today: bool
    person_id: int
    person_name: str
    is_own: bool
    customer: str | None
    platform: str | None
    coupon: str | None
    note: str | None
    profit_e4: int | None
    standing: Standing
    currency: str
    warnings: tuple[str, ...] = ()
    low_stock: tuple[LowStock, ...] = ()
    goals_met: tuple[Goal, ...] = ()
    is_repeat: bool = False

    @property
    def subtotal_e4(self) -> int:
        """Before discount."""
        return sum(line.subtotal_e4 for line in self.lines)

    @property
    def discount_e4(self) -> int:
        """Taken off."""
        return sum(line.discount_e4 for line in self.lines)

    @property
    def total_e4(self) -> int:
        """What the customer pays, before tax."""
        return sum(line.amount_e4 for line in self.lines)


# A document's latest lines, present or (once voided) closed last, with everything a receipt names.
_ROWS = Statement(
    select(
        lines,
        documents.c.revision.label("document_revision"),
        products.c.sku,
        products.c.name.label("product_name"),
        people.c.name.label("person_name"),
        customers.c.name.label("customer_name"),
        revisions.c.note,
        branches.c.time_zone,
    )
    .select_from(
        lines.join(documents, documents.c.id == lines.c.document_id)
        .join(people, people.c.id == lines.c.person_id)
        .join(branches, branches.c.id == lines.c.branch_id)
        .join(
            revisions,
            (revisions.c.company_id == lines.c.company_id)
            & (revisions.c.document_id == lines.c.document_id)
            & (revisions.c.number == documents.c.revision),
        )
        .outerjoin(products, products.c.id == lines.c.product_id)
        .outerjoin(customers, customers.c.id == lines.c.customer_id)
    )
    .where(lines.c.company_id == bindparam("company"), lines.c.document_id == bindparam("document"))
    .order_by(lines.c.revision.desc(), lines.c.position)
)


def read_receipt(tx: Connection, viewer: Viewer, document_id: int, standing: Standing | None = None) -> Receipt:
    """The receipt of a document; NotFound where there is none, NotAllowed outside the viewer's scope.

    `standing` is the seller's, where it is known already.
    """
    rows = _ROWS.rows(tx, {"company": viewer.company.id, "document": document_id})
    if not rows:
        raise NotFound("There is no such sale.", field="sale")
    first = rows[0]
    _require_sight(viewer, first.branch_id, first.person_id)
    latest = [row for row in rows if row.revision == first.revision]
    shown = tuple(
        ReceiptLine(
            row.product_id,
            row.sku,
            row.product_name,
            row.quantity_e3,
            row.unit_price_e4,
            row.discount_e4,
            row.amount_e4,
            row.cost_e4,
        )
        for row in latest
    )
    today = clock.today(first.time_zone or viewer.company.time_zone)
    return Receipt(
        document_id,
        first.kind,
        first.superseded_at is not None,
        first.document_revision,
        shown,
        first.day,
        first.day == today,
        first.person_id,
        first.person_name,
        first.person_id == viewer.person_id,
        first.customer_name,
        first.platform,
        first.coupon,
        first.note,
        _profit(viewer, shown),
        standing or read_standing(tx, Seat(viewer.company, first.branch_id, first.person_id), today),
        viewer.company.currency,
    )


def _require_sight(viewer: Viewer, branch_id: int, person_id: int) -> None:
    if viewer.person_id is None:
        return
    scope = resolve_scope(viewer, Reach.TEAM, None if person_id == viewer.person_id else branch_id)
    if scope.person_id not in (None, person_id):
        raise NotAllowed("That sale is not yours to see.", field="sale")


def _profit(viewer: Viewer, shown: tuple[ReceiptLine, ...]) -> int | None:
    costs = [line.cost_e4 for line in shown if line.cost_e4 is not None]
    if not viewer.may(Permission.SEE_PROFIT) or len(costs) < len(shown):
        return None
    return sum(line.amount_e4 for line in shown) - sum(costs)
