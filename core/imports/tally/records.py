"""Sales as the dashboard's data model names them. One rule: one record is one line of the ledger, and nothing else.

The names are those of the sales dashboard document, part 2; who may see which line is decided as everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from core.access import Permission, Viewer
from core.imports.tally.progress import name_source
from core.imports.tally.vouchers.details import VERSION
from core.models.catalog import customers, products
from core.models.imports import imports
from core.models.people import people
from core.models.sales import documents, lines
from core.money import E3, E4
from core.periods import Period
from core.sales.log import LogFilter, narrow_lines

AT_ONCE = 1000
Record = dict[str, Any]
# What several systems call the same thing: the name that is kept, and those it is given under as well.
SAME = {
    "date": ("cp_date", "cp_date_original"),
    "masterid": ("mstid",),
    "vchno": ("vouchernumber",),
    "vchtype": ("vouchertypename",),
    "customer": ("partyledgername", "party", "customer_original"),
    "gstno": ("partygstin", "gstin"),
    "item": ("stockitemname",),
    "category": ("stockitemcategory",),
    "region": ("state",),
    "salesperson": ("salesprsn", "salespersonname"),
}


@dataclass(frozen=True)
class CompleteSales:
    """Every sale of a company of Tally in a period, as of its last sync; `sales` is read as it is gone through."""

    sales: Iterator[Record]
    cache_timestamp: datetime | None


def read_complete_sales(
    tx: Connection, viewer: Viewer, company: str | None = None, period: Period | None = None
) -> CompleteSales:
    """The sale records a viewer may see, of one company of Tally by its name or of all, in the order of their days.

    Amounts are decimal texts with the sign of a sale; a return has them below zero. Profit and cost are left out for
    who may not see them. Raises NotAllowed beyond the viewer's scope.
    """
    passes = [narrow_lines(tx, viewer, LogFilter(period=period)), documents.c.source.startswith("import:")]
    own = lines.c.attributes["source_company"].as_string()
    passes.append(
        own == company if company is not None else lines.c.attributes["voucher_type"].as_string().is_not(None)
    )
    chosen = (
        select(lines, products.c.name.label("item"), products.c.category, customers.c.name.label("customer"))
        .add_columns(people.c.name.label("salesperson"), documents.c.external_id)
        .join(documents, documents.c.id == lines.c.document_id)
        .join(people, people.c.id == lines.c.person_id)
        .outerjoin(products, products.c.id == lines.c.product_id)
        .outerjoin(customers, customers.c.id == lines.c.customer_id)
        .where(*passes)
        .order_by(lines.c.day, lines.c.document_id, lines.c.position)
    )
    rows = tx.execution_options(yield_per=AT_ONCE).execute(chosen)
    sees_profit = viewer.may(Permission.SEE_PROFIT)
    ours = imports.c.company_id == viewer.company.id
    of = imports.c.source == name_source(company) if company else imports.c.source.startswith("tally:")
    last = tx.execute(select(func.max(imports.c.finished_at)).where(ours, of)).scalar()
    return CompleteSales((_write_record(row, sees_profit=sees_profit) for row in rows), last)


def _write_record(row: Row[Any], *, sees_profit: bool) -> Record:
    kept, taxes, sign = dict(row.attributes or {}), row.taxes or {}, -1 if row.kind == "return" else 1
    record: Record = {
        "amount": _write(sign * row.amount_e4, E4),
        "quantity": _write(sign * row.quantity_e3, E3),
        "date": row.day.isoformat(),
        "masterid": kept.pop("master_id", None) or row.external_id,
        "guid": row.external_id,
        "vchno": kept.pop("voucher_number", None),
        "alterid": kept.pop(VERSION, None),
        "vchtype": kept.pop("voucher_type", None),
        "issales": row.kind == "sale",
        "customer": row.customer,
        "gstno": kept.pop("party_gstin", None),
        "item": row.item,
        "itemid": row.product_id,
        "category": row.category,
        "uom": kept.pop("unit", None),
        "cgst": _write(sign * taxes.get("CGST", 0), E4),
        "sgst": _write(sign * taxes.get("SGST", 0), E4),
        "roundoff": _write(sign * row.round_off_e4, E4),
        "tax": _write(sign * row.tax_e4, E4),
        "taxes": {name: _write(sign * amount, E4) for name, amount in taxes.items()},
        "ledgerGroup": row.ledger_group,
        "region": row.region,
        "country": row.country or "Unknown",
        "pincode": row.pincode,
        "salesperson": row.salesperson,
        "reference": kept.pop("reference", None),
        "sourceCompany": kept.pop("source_company", None),
        "sourceCompanyGuid": kept.pop("source_company_guid", None),
        "sourceCompanyTallylocId": kept.pop("source_company_tallyloc_id", None),
    }
    if sees_profit and row.cost_e4 is not None:
        record["grosscost"] = _write(sign * row.cost_e4, E4)
        record["profit"] = _write(sign * (row.amount_e4 - row.cost_e4), E4)
    record |= {other: record[name] for name, others in SAME.items() for other in others}
    return record | {name: text for name, text in kept.items() if name not in record}


def _write(value: int, scale: int) -> str:
    """An integer of thousandths or ten-thousandths as a plain decimal text, with two decimals where it is money."""
    whole, rest = divmod(abs(value), scale)
    digits = f"{rest:0{len(str(scale)) - 1}d}".rstrip("0")
    if scale == E4:
        digits = digits.ljust(2, "0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if digits else ''}{digits}"
