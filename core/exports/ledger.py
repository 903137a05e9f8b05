"""Lists of the ledger's lines. One rule: line by line as they stand, exactly, so that they can be taken back in.

A line passes or not by itself, as it does where figures are counted: the lines listed add up to the figures.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.engine import Connection

from core.access import Reach, Viewer
from core.errors import NotFound
from core.exports.report import Column, Kind, Plain, Report, Row
from core.exports.sums import NAMES, RETURNS, Sums, add_up, draw_course, make_total, pick_figures
from core.exports.wanted import Wanted
from core.exports.wording import describe_period, describe_scope, find_style, may_see_profit
from core.metrics.filters import list_custom_fields
from core.models.catalog import customers, filings, products, variants
from core.models.company import branches
from core.models.people import people
from core.models.sales import documents, lines, revisions
from core.people.members import find_seen_person
from core.sales.log import LogFilter, narrow_lines

BATCH_ROWS = 1000
OWN_FIELD = "Field: "  # before the name of a field of the company's own
_ORIGINALS, _KNOWN = documents.alias("originals"), revisions.alias("known")


@dataclass(frozen=True, slots=True)
class _Field:
    """A column, and how it is read from a row."""

    column: Column
    read: Callable[[Any], Plain]
    is_profit: bool = False


def _plain(name: str, label: str, kind: Kind = Kind.TEXT, share: float = 1.0, *, for_files: bool = False) -> _Field:
    return _Field(Column(label, kind, for_files, share), attrgetter(name))


def _filed(name: str, label: str, kind: Kind = Kind.TEXT) -> _Field:
    return _plain(name, label, kind, for_files=True)


def _read_customer_code(row: Any) -> str | None:
    """The code a customer came with, where that is what makes them one."""
    return row.identity.removeprefix("id:") if (row.identity or "").startswith("id:") else None


def _write_json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False) if value else None


# The order people read them in; what only files have comes after what they came to see.
_FIELDS: tuple[_Field, ...] = (
    _plain("day", "Date", Kind.DATE, 1.25),
    _plain("document_id", "Number", Kind.NUMBER, 0.85),
    _Field(Column("Kind", share=0.85), attrgetter("kind")),
    _plain("person", "Person", share=1.65),
    _plain("product", "Product", share=2.65),
    _plain("quantity_e3", "Quantity", Kind.QUANTITY, 0.95),
    _plain("unit_price_e4", "Unit price", Kind.MONEY, 1.2),
    _plain("discount_e4", "Discount", Kind.MONEY, 1.1),
    _plain("amount_e4", "Amount", Kind.MONEY, 1.3),
    _plain("tax_e4", "Tax", Kind.MONEY, 1.0),
    _plain("customer", "Customer", share=1.7),
    _plain("platform", "Platform", share=1.1),
    _filed("variant", "Variant"),
    _filed("sku", "SKU"),
    _filed("category", "Category"),
    _filed("subcategory", "Subcategory"),
    _filed("coupon", "Coupon"),
    _filed("branch", "Branch"),
    _Field(Column("Handle", for_files=True), lambda row: f"@{row.handle}"),
    _filed("cost_e4", "Cost", Kind.MONEY),
    _Field(
        Column("Profit", Kind.MONEY, for_files=True),
        lambda row: None if row.cost_e4 is None else row.amount_e4 - row.cost_e4,
        is_profit=True,
    ),
    _filed("round_off_e4", "Round-off", Kind.MONEY),
    _Field(Column("Taxes", for_files=True), lambda row: _write_json(row.taxes)),
    _filed("sold_at", "Sold at", Kind.INSTANT),
    _Field(Column("Customer ID", for_files=True), _read_customer_code),
    _filed("ledger_group", "Ledger group"),
    _filed("region", "Region"),
    _filed("country", "Country"),
    _filed("pincode", "Pincode"),
    _filed("currency", "Currency"),
    _filed("rate_e9", "Rate", Kind.RATE),
    _Field(Column("Foreign amounts", for_files=True), lambda row: _write_json(row.foreign_amounts)),
    _Field(Column("Written off", for_files=True), lambda row: "yes" if row.written_off else None),
    _filed("note", "Note"),
    _filed("source", "Source"),
    _filed("external_id", "External ID"),
    _filed("position", "Position", Kind.NUMBER),
    _Field(Column("Row key", for_files=True), lambda row: escape_tabs(row.row_key)),
    _filed("original_source", "Original source"),
    _filed("original_external_id", "Original ID"),
    _filed("original_position", "Original position", Kind.NUMBER),
)
_PROFIT_LABELS = ("Cost", "Profit")


def escape_tabs(text: str | None) -> str | None:
    """A row's own name without control characters: a tab is written \\t, and a backslash twice."""
    return None if text is None else text.replace("\\", "\\\\").replace("\t", "\\t")


def list_sales(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """The lines of documents of every kind, or of those asked for."""
    return _list(tx, viewer, wanted, "sales", "Sales", wanted.kinds)


def list_returns(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """The lines of what came back."""
    return _list(tx, viewer, wanted, "returns", "Returns and exchanges", wanted.kinds or RETURNS)


def _list(tx: Connection, viewer: Viewer, wanted: Wanted, name: str, title: str, kinds: tuple[str, ...]) -> Report:
    person_id = find_seen_person(tx, viewer, wanted.person).id if wanted.person else None
    narrowing = LogFilter(
        period=wanted.period,
        product_ids=wanted.product_ids,
        platform=wanted.platform,
        coupon=wanted.coupon,
        customer=wanted.customer,
        person_id=person_id,
        kinds=kinds,
        branch=wanted.branch,
        reach=wanted.reach or Reach.TEAM,
        variant_id=wanted.variant_id,
        as_of=wanted.as_of,
        category=wanted.category,
        sku=wanted.sku,
    )
    passes = narrow_lines(tx, viewer, narrowing)
    shown = [one for one in _FIELDS if may_see_profit(viewer) or one.column.label not in _PROFIT_LABELS]
    own = sorted(list_custom_fields(tx, viewer.company.id))
    sums = add_up(tx, passes)
    columns = (
        *(_place(one.column, sums) for one in shown),
        *(Column(OWN_FIELD + field, for_files=True) for field in own),
    )
    days = describe_period(wanted.period) if wanted.period else "all time"
    return Report(
        name,
        title,
        viewer.company.name,
        describe_scope(tx, viewer, wanted.branch, wanted.reach or Reach.TEAM, person_id),
        viewer.company.currency,
        columns,
        _stream(tx, _select(passes, wanted.as_of, orders_span=viewer.company.has_spanning_orders), shown, own),
        wanted.period,
        _tell(wanted),
        tuple(make_total(kind, sums[kind], columns) for kind in NAMES if kind in sums),
        pick_figures(viewer, sums),
        draw_course(tx, passes, "sale" if "sale" in sums else next(iter(sums), "sale")),
        are_records=True,
        nothing=f"Nothing was recorded here: {days}.",
        time_zone=viewer.time_zone,
        style=find_style(viewer),
    )


def _place(column: Column, sums: Sums) -> Column:
    """A column where it belongs: one kind of document alone is told by the title, and needs no column on a page."""
    return replace(column, for_files=True) if column.label == "Kind" and len(sums) < 2 else column


def _tell(wanted: Wanted) -> tuple[str, ...]:
    """What the list was narrowed to, beside days and scope."""
    coupon = f"coupon {wanted.coupon}" if wanted.coupon else None
    customer = f"sold to {wanted.customer}" if wanted.customer else None
    return tuple(
        part
        for part in (*wanted.told, wanted.sku, wanted.category, wanted.platform, coupon, customer, *wanted.kinds)
        if part
    )


def _stream(tx: Connection, query: Select[Any], shown: list[_Field], own: list[str]) -> Iterator[Row]:
    """The rows, a few at a time from the database."""
    found = tx.execute(query.execution_options(yield_per=BATCH_ROWS))
    readers = [one.read for one in shown]
    for row in found:
        kept = row.attributes or {}
        yield (*(read(row) for read in readers), *(kept.get(field) for field in own))


def _select(passes: ColumnElement[bool], as_of: datetime | None, *, orders_span: bool) -> Select[Any]:
    """The lines by day, those of one document together also where they are of several days."""
    latest: ColumnElement[int] = documents.c.revision
    if as_of is not None:
        of_it = _KNOWN.c.company_id == documents.c.company_id, _KNOWN.c.document_id == documents.c.id
        latest = select(func.max(_KNOWN.c.number)).where(*of_it, _KNOWN.c.recorded_at <= as_of).scalar_subquery()
    first_day = func.min(lines.c.day).over(partition_by=lines.c.document_id)
    order = (first_day,) if orders_span else (lines.c.day,)
    said = and_(
        revisions.c.company_id == documents.c.company_id,
        revisions.c.document_id == documents.c.id,
        revisions.c.number == latest,
    )
    source = (
        lines.join(documents, and_(documents.c.company_id == lines.c.company_id, documents.c.id == lines.c.document_id))
        .join(people, people.c.id == lines.c.person_id)
        .join(branches, branches.c.id == lines.c.branch_id)
        .outerjoin(revisions, said)
        .outerjoin(_ORIGINALS, _ORIGINALS.c.id == documents.c.original_id)
        .outerjoin(products, products.c.id == lines.c.product_id)
        .outerjoin(filings, filings.c.id == lines.c.filing_id)
        .outerjoin(variants, variants.c.id == lines.c.variant_id)
        .outerjoin(customers, customers.c.id == lines.c.customer_id)
    )
    return (
        select(
            lines,
            documents.c.external_id,
            people.c.name.label("person"),
            people.c.handle,
            branches.c.name.label("branch"),
            products.c.name.label("product"),
            products.c.sku,
            filings.c.category,
            filings.c.subcategory,
            variants.c.name.label("variant"),
            customers.c.name.label("customer"),
            customers.c.identity,
            revisions.c.note,
            _ORIGINALS.c.source.label("original_source"),
            _ORIGINALS.c.external_id.label("original_external_id"),
        )
        .select_from(source)
        .where(passes)
        .order_by(*order, lines.c.document_id, lines.c.position, lines.c.id)
    )


def require_document_kind(word: str) -> str:
    """A kind of document by its name; NotFound lists them."""
    if word not in NAMES:
        raise NotFound(f"There is no kind of document “{word}”.", field="kind", hint=", ".join(NAMES))
    return word
