"""In which category a line was sold: put down when it is opened, and kept by whatever replaces it."""

from sqlalchemy.engine import Connection

from core.catalog.filings import find_filings
from core.catalog.products import Product
from core.sales.ledger.change import Change, ColumnLines

KEY = "filing_id"


def file_lines(tx: Connection, change: Change) -> None:
    """Put down how the products of opened lines are filed, where that is not told: a correction keeps what it was."""
    if isinstance(change.opened, ColumnLines):
        _file_columns(tx, change.company_id, change.opened)
        return
    before = {(line["document_id"], line["product_id"]): line[KEY] for line in change.closed if KEY in line}
    unfiled = [line for line in change.opened if KEY not in line]
    new = {line["product_id"] for line in unfiled if (line["document_id"], line["product_id"]) not in before} - {None}
    known: dict[int, int | None] = {
        product.id: product.filing_id for product in change.products.values() if _is_filed(product)
    }
    unknown = new - set(known)
    known |= find_filings(tx, change.company_id, unknown) if unknown else {}
    for line in unfiled:
        place = line["document_id"], line["product_id"]
        line[KEY] = before[place] if place in before else known.get(line["product_id"])


def _is_filed(product: Product) -> bool:
    """Whether it is known how a product is filed: in no category, or as it was sold before."""
    return product.filing_id is not None or not (product.category or product.subcategory)


def _file_columns(tx: Connection, company_id: int, lines: ColumnLines) -> None:
    if KEY not in lines.columns:
        named = lines.columns["product_id"]
        found = find_filings(tx, company_id, {number for number in named if number is not None})
        lines.columns = {**lines.columns, KEY: [found.get(number) for number in named]}
