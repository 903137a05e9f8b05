"""Lists of documents. One rule: scoped like every figure, newest first, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.engine import Connection

from core.access import Permission, Reach, Scope, Viewer, find_seen_branch, resolve_scope
from core.catalog.customers import fold_name
from core.errors import InvalidInput
from core.goals.categories import list_spellings, spell_every_way
from core.metrics.filters import is_all_branches
from core.models.catalog import customers, filings, products, variants
from core.models.people import people
from core.models.rollups import WORDS
from core.models.sales import documents, lines, revisions
from core.periods import Period
from core.sales.pages import are_of, count_all, spell_words, walk_newest
from core.sales.receipt import ITEM_SKU, Foreign, ReceiptLine, add_taxes, read_foreign, show_lines
from core.statements import Statement

LARGEST_PAGE = 200
# What narrows a list so that no rollup counts it.
_NARROWING = ("product_ids", "customer", "variant_id", "as_of", "category", "sku")
NEWEST = "-date"
# What a list may be in the order of; with "-" before it, the largest first. By date it is the order of the indexes.
ORDERS: dict[str, ColumnElement[Any]] = {
    "date": func.max(lines.c.sold_at),
    "revenue": func.sum(lines.c.amount_e4),
    "profit": func.sum(lines.c.amount_e4 - func.coalesce(lines.c.cost_e4, lines.c.amount_e4)),
}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which documents: sold in a period, with any of some products, on a platform, by a person, of some kinds.

    A category is meant however products write it, a code whatever its case, retired products too.
    `as_of`: as the ledger had them at that instant.
    """

    period: Period | None = None
    product_ids: tuple[int, ...] | None = None
    platform: str | None = None
    coupon: str | None = None
    customer: str | None = None
    person_id: int | None = None
    kinds: tuple[str, ...] = ()
    branch: str | None = None
    reach: Reach = Reach.TEAM
    variant_id: int | None = None
    as_of: datetime | None = None
    category: str | None = None
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One document as listed: told of first at `created_at`, as it is since `recorded_at`. Amounts e4."""

    document_id: int
    kind: str
    original_id: int | None
    day: date
    sold_at: datetime
    recorded_at: datetime
    person_id: int
    person_name: str
    customer: str | None
    platform: str | None
    coupon: str | None
    note: str | None
    lines: tuple[ReceiptLine, ...]
    taxes: dict[str, int]
    foreign: Foreign | None
    round_off_e4: int
    created_at: datetime

    @property
    def total_e4(self) -> int:
        """After discount, before tax."""
        return sum(line.amount_e4 for line in self.lines)

    @property
    def discount_e4(self) -> int:
        """Taken off."""
        return sum(line.discount_e4 for line in self.lines)

    @property
    def payable_e4(self) -> int:
        """What the customer pays: with tax, rounded off."""
        return self.total_e4 + sum(self.taxes.values()) + self.round_off_e4


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of documents; `total` counts all that pass the filter."""

    entries: tuple[LogEntry, ...]
    page: int
    limit: int
    total: int
    currency: str

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.limit))


def list_documents(
    tx: Connection, viewer: Viewer, wanted: LogFilter, page: int = 1, limit: int = 50, order: str = NEWEST
) -> LogPage:
    """A page of the documents a viewer may see, in an order of `ORDERS`; of equal ones the newest first.

    Raises NotAllowed beyond the viewer's scope, InvalidInput naming `sort`.
    """
    ordered_by, passes = _find_order(viewer, order), narrow_lines(tx, viewer, wanted)
    total = count_matching(tx, viewer, wanted, passes, "orders", (lines.c.document_id,))
    if order == NEWEST:
        found = [row.document_id for row in walk_newest(tx, passes, (lines.c.document_id,), page, limit)]
    else:
        first = ordered_by, ORDERS["date"].desc(), lines.c.document_id.desc()
        numbers = select(lines.c.document_id).where(passes).group_by(lines.c.document_id).order_by(*first)
        found = list(tx.execute(numbers.offset((page - 1) * limit).limit(limit)).scalars())
    entries = read_entries(tx, viewer.company.id, found, wanted.as_of)
    return LogPage(tuple(entries[number] for number in found), page, limit, total, viewer.company.currency)


def count_matching(
    tx: Connection,
    viewer: Viewer,
    wanted: LogFilter,
    passes: ColumnElement[bool],
    measure: str,
    keys: Sequence[Column[Any]],
) -> int:
    """How many there are of what a filter lets pass: documents by the measure `orders`, their lines by `lines`."""
    scope = resolve_log_scope(tx, viewer, wanted)
    is_narrowed = any(getattr(wanted, name) is not None for name in _NARROWING)
    words = None if is_narrowed else spell_words(tx, scope.company_id, {name: getattr(wanted, name) for name in WORDS})
    return count_all(tx, viewer.company, scope, wanted.period, wanted.kinds, passes, measure, keys, words)


def _find_order(viewer: Viewer, order: str) -> ColumnElement[Any]:
    name = order.removeprefix("-")
    if name not in ORDERS:
        raise InvalidInput(f"A list is not in the order of “{name}”.", field="sort", hint=", ".join(ORDERS))
    if name == "profit":
        viewer.require(Permission.SEE_PROFIT, field="sort")
    return ORDERS[name].desc() if order.startswith("-") else ORDERS[name].asc()


def resolve_log_scope(tx: Connection, viewer: Viewer, wanted: LogFilter) -> Scope:
    """What a viewer may see of what a filter is about. NotAllowed beyond the viewer's scope."""
    every_branch = is_all_branches(wanted.branch) or (viewer.person_id is None and wanted.branch is None)
    asked = find_seen_branch(tx, viewer, wanted.branch) if wanted.branch and not every_branch else None
    return resolve_scope(viewer, wanted.reach, asked, every_branch=every_branch, person_id=wanted.person_id)


def narrow_lines(tx: Connection, viewer: Viewer, wanted: LogFilter) -> ColumnElement[bool]:
    """What the lines a viewer may see and a filter lets pass have in common. NotAllowed beyond the viewer's scope."""
    scope = resolve_log_scope(tx, viewer, wanted)
    conditions = [lines.c.company_id == scope.company_id, _is_present(wanted.as_of)]
    if wanted.variant_id is not None:
        conditions.append(lines.c.variant_id == wanted.variant_id)
    if scope.branch_id is not None:
        conditions.append(lines.c.branch_id == scope.branch_id)
    if scope.person_id is not None:
        conditions.append(lines.c.person_id == scope.person_id)
    if wanted.period is not None:
        conditions += [lines.c.day >= wanted.period.start, lines.c.day < wanted.period.end]
    if wanted.product_ids is not None:
        conditions.append(lines.c.product_id.in_(wanted.product_ids))
    if wanted.category:
        spelt = spell_every_way(wanted.category, list_spellings(tx, scope.company_id))
        filed = filings.c.company_id == scope.company_id, filings.c.category.in_(spelt)
        conditions.append(lines.c.product_id.in_(select(filings.c.product_id).where(*filed)))  # which has an index
        conditions.append(lines.c.filing_id.in_(select(filings.c.id).where(*filed)))
    if wanted.sku:
        coded = func.lower(products.c.sku) == wanted.sku.lower()
        of_it = select(products.c.id).where(products.c.company_id == scope.company_id, coded)
        conditions.append(lines.c.product_id.in_(of_it))
    if wanted.customer:
        named = customers.c.folded_name == fold_name(wanted.customer)
        buyers = select(customers.c.id).where(customers.c.company_id == scope.company_id, named)
        conditions.append(lines.c.customer_id.in_(buyers))
    if wanted.kinds:
        conditions.append(are_of(wanted.kinds))
    for name in WORDS:
        if value := getattr(wanted, name):
            conditions.append(func.lower(lines.c[name]) == value.lower())
    return and_(*conditions)


def _select_entries(
    company_id: Any, are_wanted: ColumnElement[bool], as_of: datetime | None = None
) -> Select[tuple[object, ...]]:
    said = revisions.c.company_id == company_id, revisions.c.document_id == lines.c.document_id
    known_then = () if as_of is None else (revisions.c.recorded_at <= as_of,)
    latest = (
        select(revisions.c.note)
        .where(*said, *known_then)
        .order_by(revisions.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    earlier = lines.alias("earlier")
    of_it = earlier.c.company_id == company_id, earlier.c.document_id == lines.c.document_id
    first_told = select(func.min(earlier.c.recorded_at)).where(*of_it).scalar_subquery()
    return (
        select(
            lines,
            documents.c.original_id,
            first_told.label("created_at"),
            ITEM_SKU,
            products.c.name.label("product_name"),
            variants.c.name.label("variant_name"),
            people.c.name.label("person_name"),
            customers.c.name.label("customer_name"),
            latest.label("note"),
        )
        .select_from(
            lines.join(people, people.c.id == lines.c.person_id)
            .join(documents, documents.c.id == lines.c.document_id)
            .outerjoin(products, products.c.id == lines.c.product_id)
            .outerjoin(variants, variants.c.id == lines.c.variant_id)
            .outerjoin(customers, customers.c.id == lines.c.customer_id)
        )
        .where(lines.c.company_id == company_id, are_wanted)
        .order_by(lines.c.document_id, lines.c.position, lines.c.id)
    )


def _is_present(as_of: datetime | None) -> ColumnElement[bool]:
    if as_of is None:
        return lines.c.superseded_at.is_(None)
    return (lines.c.recorded_at <= as_of) & (lines.c.superseded_at.is_(None) | (lines.c.superseded_at > as_of))


# What every answer about one sale reads.
_ONE = Statement(
    _select_entries(bindparam("company"), and_(lines.c.document_id == bindparam("document"), _is_present(None)))
)


def read_entries(
    tx: Connection, company_id: int, numbers: list[int], as_of: datetime | None = None
) -> dict[int, LogEntry]:
    """Documents by their number, as listed; voided ones are missing. Whoever asks has checked the scope."""
    if not numbers:
        return {}
    if len(numbers) == 1 and as_of is None:
        return _group(_ONE.rows(tx, {"company": company_id, "document": numbers[0]}))
    wanted = and_(lines.c.document_id.in_(numbers), _is_present(as_of))
    return _group(tx.execute(_select_entries(company_id, wanted, as_of)))


def read_last_entry(tx: Connection, company_id: int, number: int) -> LogEntry | None:
    """A document as it is or, once voided, as it was last. Whoever asks has checked the scope."""
    present = read_entries(tx, company_id, [number])
    if not present:
        own = lines.c.company_id == company_id, lines.c.document_id == number
        last = select(func.max(lines.c.revision)).where(*own).correlate(None).scalar_subquery()
        wanted = and_(lines.c.document_id == number, lines.c.revision == last)
        present = _group(tx.execute(_select_entries(company_id, wanted)))
    return present.get(number)


def _group(found: Iterable[Any]) -> dict[int, LogEntry]:
    grouped: dict[int, list[Any]] = {}
    for row in found:
        grouped.setdefault(row.document_id, []).append(row)
    return {number: _make_entry(rows) for number, rows in grouped.items()}


def _make_entry(rows: list[Any]) -> LogEntry:
    known = [dict(row._mapping) for row in rows]
    first = known[0]
    return LogEntry(
        first["document_id"],
        first["kind"],
        first["original_id"],
        first["day"],
        first["sold_at"],
        first["recorded_at"],
        first["person_id"],
        first["person_name"],
        first["customer_name"],
        first["platform"],
        first["coupon"],
        first["note"],
        show_lines(known),
        add_taxes(row["taxes"] for row in known),
        read_foreign(known),
        sum(row["round_off_e4"] for row in known),
        first["created_at"],
    )
