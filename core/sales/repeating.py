"""Selling the same again. One rule: the items are those of the sale repeated, the prices are today's list."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Viewer
from core.catalog.products import read_products
from core.catalog.variants import read_variants
from core.errors import NotFound
from core.metrics import Question, ask
from core.models.sales import IS_SALE, documents, lines
from core.money import divide_half_even, round_to_coin
from core.periods import Period
from core.sales.commands import SaleLine, SaleTerms
from core.sales.corrections import read_terms
from core.sales.pricing import WHOLE_E2, Tax
from core.sales.receipt import Receipt, read_receipt

FAVOURED_DAYS = 90
DOUBLE_PRESS = timedelta(seconds=5)


def find_last_sale(tx: Connection, viewer: Viewer) -> int | None:
    """The sale of the viewer's own that was recorded last and still stands."""
    own = lines.c.company_id == viewer.company.id, lines.c.person_id == viewer.person_id
    standing = *own, text(f"lines.{IS_SALE}"), lines.c.superseded_at.is_(None)
    newest = lines.c.document_id.desc()
    return tx.execute(select(lines.c.document_id).where(*standing).order_by(newest).limit(1)).scalar()


def is_just_repeated(tx: Connection, viewer: Viewer, document_id: int, source: str, mark: str) -> bool:
    """Whether a sale was recorded a moment ago under a name with `mark` in it: whoever asks again pressed twice."""
    own = documents.c.company_id == viewer.company.id, documents.c.id == document_id, documents.c.source == source
    row = tx.execute(select(documents.c.external_id, documents.c.created_at).where(*own)).first()
    return row is not None and mark in row.external_id and clock.now() - row.created_at < DOUBLE_PRESS


def restate_at_list(tx: Connection, viewer: Viewer, document_id: int) -> SaleTerms:
    """What a sale sold, to be sold again now by the viewer: the items at list prices, on its platform, with its taxes.

    Discount, coupon, customer and note were that sale's own. What has no list price, or was sold in another currency,
    keeps the price it had. Raises NotFound, NotAllowed.
    """
    receipt = read_receipt(tx, viewer, document_id)
    if receipt.kind != "sale":
        raise NotFound(f"#{document_id} is no sale.", field="sale", hint="/again")
    told = read_terms(tx, viewer, document_id)
    priced = _list_priced(tx, viewer, told) if told.currency is None else set()
    again = tuple(_restate(line, is_listed=(line.product_id, line.variant_id) in priced) for line in told.lines)
    return SaleTerms(again, platform=told.platform, taxes=_restate_taxes(receipt, told.taxes), currency=told.currency)


def _list_priced(tx: Connection, viewer: Viewer, told: SaleTerms) -> set[tuple[int | None, int | None]]:
    """The items that a list says the price of."""
    products = read_products(tx, viewer.company.id, [line.product_id for line in told.lines if line.product_id])
    variants = read_variants(tx, viewer.company.id, [line.variant_id for line in told.lines if line.variant_id])
    retired = [one.name for one in products.values() if not one.is_active]
    if retired:
        raise NotFound(f"{retired[0]} is not sold any more.", field="product", hint="/new")
    listed = {one.id for one in products.values() if one.price_e4 is not None}
    own = {one.id for one in variants.values() if one.price_e4 is not None}
    return {
        (line.product_id, line.variant_id) for line in told.lines if line.product_id in listed or line.variant_id in own
    }


def _restate(line: SaleLine, *, is_listed: bool) -> SaleLine:
    if is_listed:
        return SaleLine(line.quantity_e3, line.product_id, variant_id=line.variant_id)
    if line.product_id is None:
        return replace(line, unit_price_e4=None, discount=None)
    return replace(line, total_e4=None, discount=None)


def _restate_taxes(receipt: Receipt, taxes: tuple[Tax, ...]) -> tuple[Tax, ...]:
    """A tax that is a whole percentage of the sale is that of the next one; any other is the amount it was."""
    total_e4 = receipt.foreign.total_e4 if receipt.foreign is not None else receipt.total_e4
    currency = receipt.foreign.currency if receipt.foreign is not None else receipt.currency
    restated = []
    for tax in taxes:
        percent_e2 = 100 * divide_half_even((tax.amount_e4 or 0) * 100, total_e4) if total_e4 else 0
        would_be = round_to_coin(divide_half_even(total_e4 * percent_e2, WHOLE_E2), currency)
        restated.append(Tax(tax.name, percent_e2=percent_e2) if would_be == tax.amount_e4 else tax)
    return tuple(restated)


def list_favourites(tx: Connection, viewer: Viewer, limit: int) -> tuple[str, ...]:
    """The codes of the products the viewer sold most of lately, the most first."""
    today = clock.today(viewer.time_zone)
    lately = Period(today - timedelta(days=FAVOURED_DAYS), today + timedelta(days=1))
    answer = ask(tx, viewer, Question(("units",), lately, by=("sku",), reach=Reach.MY, limit=limit + 1))
    return tuple(row.labels[0] for row in answer.rows if row.labels[0] is not None)[:limit]
