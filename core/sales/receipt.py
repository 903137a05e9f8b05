"""What a person is shown of a document: made of what recording knows, else read back from the ledger; the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, resolve_scope
from core.errors import NotAllowed, NotFound
from core.goals.goals import Goal
from core.goals.standing import Seat, Standing, read_standing
from core.models.catalog import customers, products, variants
from core.models.company import branches
from core.models.people import people
from core.models.sales import documents, lines, photographs, revisions, shares
from core.sales.goods import Goods
from core.sales.ledger import Effects, LowStock
from core.sales.ledger.documents import find_returns
from core.sales.pricing import Price
from core.sales.sharing import Share, read_shares
from core.statements import Statement


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One item as shown; `name` None is an amount alone. Amounts e4, quantity e3, all people's parts together.

    `foreign` is its price in the currency it was sold in, where that is not the company's.
    """

    position: int
    product_id: int | None
    sku: str | None
    name: str | None
    variant_id: int | None
    variant_name: str | None
    quantity_e3: int
    unit_price_e4: int
    discount_e4: int
    amount_e4: int
    cost_e4: int | None
    tax_e4: int
    foreign: Price | None

    @property
    def subtotal_e4(self) -> int:
        """Before discount."""
        return self.amount_e4 + self.discount_e4

    @property
    def price(self) -> Price:
        """What it came to in the company's currency."""
        return Price(self.unit_price_e4, self.discount_e4, self.amount_e4)


@dataclass(frozen=True, slots=True)
class Foreign:
    """The currency a sale was made in, and what a unit of it was worth in thousand-millionths of the company's."""

    currency: str
    rate_e9: int
    total_e4: int
    taxes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A document as shown. `profit_e4` is None where the viewer may not see it or nobody knows the cost.

    `taxes` are on top of the total, by name. `returns` are the numbers of the documents by which goods of it came back.
    """

    document_id: int
    kind: str
    is_void: bool
    revision: int
    lines: tuple[ReceiptLine, ...]
    sold_at: datetime
    recorded_at: datetime
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
    standing: Standing | None  # the seller's; None for who may not see their figures, such as who shares in the sale
    currency: str
    original_id: int | None = None
    taxes: dict[str, int] = field(default_factory=dict)
    round_off_e4: int = 0
    foreign: Foreign | None = None
    shares: tuple[Share, ...] = ()
    returns: tuple[int, ...] = ()
    has_photograph: bool = False
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
        """After discount, before tax."""
        return sum(line.amount_e4 for line in self.lines)

    @property
    def payable_e4(self) -> int:
        """What the customer pays: with tax, rounded off."""
        return self.total_e4 + sum(self.taxes.values()) + self.round_off_e4

    def count_due_e4(self, exchanged: "Receipt") -> int:
        """What is left to pay once the goods this sale went out for are taken off; below zero: to be given back."""
        return self.payable_e4 - exchanged.payable_e4

    @property
    def told_taxes(self) -> dict[str, int]:
        """The taxes in the currency it was sold in."""
        return self.foreign.taxes if self.foreign is not None else self.taxes


def add_up(receipts: Iterable[Receipt]) -> int:
    """The totals of those that still count together, in ten-thousandths of the company's currency."""
    return sum(receipt.total_e4 for receipt in receipts if not receipt.is_void)


# The code something was sold by: its variant's own, else its product's.
ITEM_SKU = func.coalesce(variants.c.sku, products.c.sku).label("sku")
_RETURNS = documents.alias("returns")
_OF_IT = (_RETURNS.c.company_id == lines.c.company_id) & (_RETURNS.c.original_id == lines.c.document_id)
_SHARED = (shares.c.company_id == lines.c.company_id) & (shares.c.document_id == lines.c.document_id)
_PICTURED = (photographs.c.company_id == lines.c.company_id) & (photographs.c.document_id == lines.c.document_id)
# A document's latest lines, present or (once voided) closed last, with everything a receipt names.
_ROWS = Statement(
    select(
        lines,
        documents.c.revision.label("document_revision"),
        documents.c.original_id,
        ITEM_SKU,
        products.c.name.label("product_name"),
        variants.c.name.label("variant_name"),
        people.c.name.label("person_name"),
        customers.c.name.label("customer_name"),
        revisions.c.note,
        branches.c.time_zone,
        exists().where(_OF_IT).label("is_returned"),
        exists().where(_SHARED).label("is_shared"),
        exists().where(_PICTURED).label("has_photograph"),
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
        .outerjoin(variants, variants.c.id == lines.c.variant_id)
        .outerjoin(customers, customers.c.id == lines.c.customer_id)
    )
    .where(lines.c.company_id == bindparam("company"), lines.c.document_id == bindparam("document"))
    .order_by(lines.c.revision.desc(), lines.c.position, lines.c.id)
)


def read_receipt(tx: Connection, viewer: Viewer, document_id: int, standing: Standing | None = None) -> Receipt:
    """The receipt of a document; NotFound where there is none, NotAllowed outside the viewer's scope.

    Whoever shares in a sale, or is asked to, sees it. `standing` is the seller's, where it is known already.
    """
    rows = _ROWS.rows(tx, {"company": viewer.company.id, "document": document_id})
    if not rows:
        raise NotFound("There is no such sale.", field="sale")
    first = rows[0]
    known = read_shares(tx, viewer.company.id, document_id) if first.is_shared else ()
    _require_sight(viewer, first.branch_id, {first.person_id, *(share.person_id for share in known)}, first.person_id)
    facts = Facts(
        first.document_revision,
        first.note,
        first.person_name,
        first.customer_name,
        first.time_zone or viewer.company.time_zone,
        first.original_id,
        known,
        find_returns(tx, viewer.company.id, document_id) if first.is_returned else (),
        bool(first.has_photograph),
    )
    latest = [dict(row._mapping) for row in rows if row.revision == first.revision]
    return make_receipt(tx, viewer, latest, facts, standing)


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say of a document besides its lines. `time_zone` is that of the branch."""

    revision: int
    note: str | None
    person_name: str
    customer: str | None
    time_zone: str
    original_id: int | None = None
    shares: tuple[Share, ...] = ()
    returns: tuple[int, ...] = ()
    has_photograph: bool = False


def make_receipt(
    tx: Connection, viewer: Viewer, named: Sequence[Mapping[str, Any]], facts: Facts, standing: Standing | None
) -> Receipt:
    """The receipt of a document whose lines, with the names of their items, are those.

    `standing` is the seller's, where it is known already.
    """
    first, shown = named[0], show_lines(named)
    today = clock.today(facts.time_zone)
    return Receipt(
        first["document_id"],
        first["kind"],
        first["superseded_at"] is not None,
        facts.revision,
        shown,
        first["sold_at"],
        first["recorded_at"],
        first["day"],
        first["day"] == today,
        first["person_id"],
        facts.person_name,
        first["person_id"] == viewer.person_id,
        facts.customer,
        first["platform"],
        first["coupon"],
        facts.note,
        _profit(viewer, shown),
        _read_standing(tx, viewer, first, today, standing),
        viewer.company.currency,
        facts.original_id,
        add_taxes(row["taxes"] for row in named),
        sum(row["round_off_e4"] for row in named),
        read_foreign(named),
        facts.shares,
        facts.returns,
        facts.has_photograph,
    )


def _read_standing(
    tx: Connection, viewer: Viewer, first: Mapping[str, Any], today: date, known: Standing | None
) -> Standing | None:
    if not _sees_figures_of(viewer, first["person_id"]):
        return None
    return known or read_standing(tx, Seat(viewer.company, first["branch_id"], first["person_id"]), today)


def _sees_figures_of(viewer: Viewer, person_id: int | None) -> bool:
    """A branch's goals (nobody's) are everybody's to see in it."""
    return person_id is None or viewer.person_id in (None, person_id) or viewer.may(Permission.SEE_TEAM)


def show_effects(viewer: Viewer, receipt: Receipt, effects: Effects, warnings: tuple[str, ...]) -> Receipt:
    """A receipt with what the change brought about, as far as the viewer sees it, and what to warn of."""
    met = tuple(goal for goal in effects.goals_met if _sees_figures_of(viewer, goal.person_id))
    return replace(receipt, warnings=warnings, low_stock=tuple(effects.low_stock), goals_met=met)


def name_items(rows: Sequence[Mapping[str, Any]], goods: Goods) -> list[dict[str, Any]]:
    """Lines with the names of their items."""
    return [{**row, **_name_item(row, goods)} for row in rows]


def _name_item(row: Mapping[str, Any], goods: Goods) -> dict[str, str | None]:
    product, variant = goods.products.get(row["product_id"]), goods.variants.get(row["variant_id"])
    return {
        "sku": (variant.sku if variant else None) or (product.sku if product else None),
        "product_name": product.name if product else None,
        "variant_name": variant.name if variant else None,
    }


def show_lines(rows: Sequence[Mapping[str, Any]]) -> tuple[ReceiptLine, ...]:
    """The items that lines in the order of their positions are, or are the parts of."""
    items: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        items.setdefault(row["position"], []).append(row)
    return tuple(_show_item(parts) for parts in items.values())


def _show_item(parts: list[Mapping[str, Any]]) -> ReceiptLine:
    first = parts[0]
    costs = [part["cost_e4"] for part in parts]
    return ReceiptLine(
        first["position"],
        first["product_id"],
        first["sku"],
        first["product_name"],
        first["variant_id"],
        first["variant_name"],
        sum(part["quantity_e3"] for part in parts),
        first["unit_price_e4"],
        sum(part["discount_e4"] for part in parts),
        sum(part["amount_e4"] for part in parts),
        None if None in costs else sum(costs),
        sum(part["tax_e4"] for part in parts),
        _show_foreign(parts),
    )


def _show_foreign(parts: list[Mapping[str, Any]]) -> Price | None:
    told = [part["foreign_amounts"] for part in parts if part["foreign_amounts"]]
    if not told:
        return None
    discount, amount = (sum(each[name] for each in told) for name in ("discount_e4", "amount_e4"))
    return Price(told[0]["unit_price_e4"], discount, amount)


def add_taxes(of_lines: Iterable[Mapping[str, int] | None]) -> dict[str, int]:
    """The taxes of lines together, by name."""
    together: dict[str, int] = {}
    for taxes in of_lines:
        for name, amount in (taxes or {}).items():
            together[name] = together.get(name, 0) + amount
    return together


def read_foreign(rows: Sequence[Mapping[str, Any]]) -> Foreign | None:
    """The currency the lines of a document were sold in; None where it is the company's."""
    first, told = rows[0], [row["foreign_amounts"] or {} for row in rows]
    if first["currency"] is None:
        return None
    taxes = add_taxes(each.get("taxes") for each in told)
    return Foreign(first["currency"], first["rate_e9"], sum(each.get("amount_e4", 0) for each in told), taxes)


def _require_sight(viewer: Viewer, branch_id: int, people_ids: set[int], seller_id: int) -> None:
    if viewer.person_id is None or viewer.person_id in people_ids:
        return
    scope = resolve_scope(viewer, Reach.TEAM, branch_id)
    if scope.person_id not in (None, seller_id):
        raise NotAllowed("That sale is not yours to see.", field="sale")


def _profit(viewer: Viewer, shown: tuple[ReceiptLine, ...]) -> int | None:
    costs = [line.cost_e4 for line in shown if line.cost_e4 is not None]
    if not viewer.may(Permission.SEE_PROFIT) or len(costs) < len(shown):
        return None
    return sum(line.amount_e4 for line in shown) - sum(costs)
