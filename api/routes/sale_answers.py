"""Sales as they are answered. One rule: read back from the ledger, in the words of the transactions document."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_decimal, show_money, show_percentage, show_price, show_quantity
from core.access import Viewer
from core.errors import NotFound
from core.sales.history import Change
from core.sales.log import LogEntry, read_last_entry
from core.sales.pricing import Price
from core.sales.receipt import Foreign, Receipt, ReceiptLine

RATE_DIGITS = 9


def show_sale(entry: LogEntry, currency: str) -> dict[str, Any]:
    """A document as SaleAnswer has it."""
    foreign = entry.foreign.currency if entry.foreign else None
    shown = [show_line(line, currency, foreign) for line in entry.lines]
    only = shown[0] if len(shown) == 1 else _SEVERAL
    return {
        "id": entry.document_id,
        "kind": entry.kind,
        "original_id": entry.original_id,
        **{name: only[name] for name in _SEVERAL},
        "sale_date": entry.sold_at,
        "quantity": show_quantity(sum(line.quantity_e3 for line in entry.lines)),
        "discount_amount": show_money(entry.discount_e4, currency),
        "total_revenue": show_money(entry.total_e4, currency),
        "taxes": _show_taxes(entry.taxes, currency),
        "total_payable": show_money(entry.payable_e4, currency),
        "coupon_code": entry.coupon,
        "platform": entry.platform,
        "customer_name": entry.customer,
        "notes": entry.note,
        "person": entry.person_name,
        "is_guest_coverage": entry.kind == "guest",
        "currency": currency,
        "sold_in": _show_foreign(entry.foreign),
        "created_at": entry.created_at,
        "updated_at": entry.recorded_at,
        "lines": shown,
    }


# What has no single value in a sale of several items.
_SEVERAL = dict.fromkeys(
    ("product_id", "sku", "product_name", "variant_id", "variant_name", "unit_price", "discount_percentage")
)


def show_line(line: ReceiptLine, currency: str, foreign: str | None = None) -> dict[str, Any]:
    """An item as SaleLineAnswer has it; `foreign` is the currency it was sold in, where not the company's."""
    return {
        "position": line.position,
        "product_id": line.product_id,
        "sku": line.sku,
        "product_name": line.name,
        "variant_id": line.variant_id,
        "variant_name": line.variant_name,
        "quantity": show_quantity(line.quantity_e3),
        "unit_price": show_price(line.unit_price_e4, currency),
        "discount_amount": show_money(line.discount_e4, currency),
        "discount_percentage": show_percentage(line.discount_e4, line.subtotal_e4),
        "total_revenue": show_money(line.amount_e4, currency),
        "tax": show_money(line.tax_e4, currency),
        "sold_in": _show_price(line.foreign, foreign) if line.foreign and foreign else None,
    }


def _show_price(price: Price, currency: str) -> dict[str, Any]:
    return {
        "unit_price": show_price(price.unit_price_e4, currency),
        "discount_amount": show_money(price.discount_e4, currency),
        "total_revenue": show_money(price.amount_e4, currency),
    }


def _show_foreign(foreign: Foreign | None) -> dict[str, Any] | None:
    if foreign is None:
        return None
    return {
        "currency": foreign.currency,
        "rate": show_decimal(foreign.rate_e9, RATE_DIGITS),
        "total_revenue": show_money(foreign.total_e4, foreign.currency),
        "taxes": _show_taxes(foreign.taxes, foreign.currency),
    }


def _show_taxes(taxes: dict[str, int], currency: str) -> list[dict[str, Any]]:
    return [{"name": name, "amount": show_money(amount, currency)} for name, amount in taxes.items()]


def show_detail(tx: Connection, viewer: Viewer, receipt: Receipt, entry: LogEntry | None = None) -> dict[str, Any]:
    """A document whose sight is cleared, as SaleDetail has it; undone, as it was last."""
    entry = entry or read_last_entry(tx, viewer.company.id, receipt.document_id)
    if entry is None:
        raise NotFound(f"There is no sale number {receipt.document_id}.", field="id")
    currency, profit_e4 = receipt.currency, receipt.profit_e4
    return {
        **show_sale(entry, currency),
        "revision": receipt.revision,
        "is_void": receipt.is_void,
        "product_cost": None if profit_e4 is None else show_money(receipt.total_e4 - profit_e4, currency),
        "profit": None if profit_e4 is None else show_money(profit_e4, currency),
        "profit_margin": None if profit_e4 is None else show_percentage(profit_e4, receipt.total_e4),
        "shares": [
            {"person": share.person_name, "percentage": show_decimal(share.share_e2, 2), "state": share.state}
            for share in receipt.shares
        ],
        "returns": list(receipt.returns),
    }


def show_written(tx: Connection, viewer: Viewer, receipt: Receipt) -> dict[str, Any]:
    """A document after a change, as SaleWritten has it."""
    return {**show_detail(tx, viewer, receipt), "warnings": list(receipt.warnings)}


def show_changes(changes: Sequence[Change], currency: str) -> list[dict[str, Any]]:
    """The history of a document, as a list of ChangeAnswer."""
    return [
        {
            "revision": change.number,
            "action": change.action,
            "changed_by": change.by,
            "changed_at": change.at,
            "reason": change.reason,
            "notes": change.note,
            "person": change.seller,
            "sale_date": change.sold_at,
            "customer_name": change.customer,
            "platform": change.platform,
            "coupon_code": change.coupon,
            "quantity": show_quantity(sum(line.quantity_e3 for line in change.lines)),
            "discount_amount": show_money(sum(line.discount_e4 for line in change.lines), currency),
            "total_revenue": show_money(change.total_e4, currency),
            "lines": [show_line(line, currency) for line in change.lines],
        }
        for change in changes
    ]
