"""Photographs of receipts. One rule: a sale keeps each once, and who may see the sale may see them."""

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from core import clock
from core.access import Viewer
from core.errors import Conflict
from core.models.sales import photographs
from core.sales.receipt import read_receipt

MOST_PHOTOGRAPHS = 10


def add_photograph(tx: Connection, viewer: Viewer, document_id: int, file_id: str, unique_id: str) -> bool:
    """Keep a photograph with a document: by the name it is fetched under, and the name that stays the same for the same
    picture. False where it is kept already. Raises NotFound, NotAllowed, and Conflict for one too many.
    """
    read_receipt(tx, viewer, document_id)
    of_it = photographs.c.company_id == viewer.company.id, photographs.c.document_id == document_id
    known = set(tx.execute(select(photographs.c.unique_id).where(*of_it)).scalars())
    if unique_id in known:
        return False
    if len(known) >= MOST_PHOTOGRAPHS:
        raise Conflict(f"Sale #{document_id} has {len(known)} photographs already.", field="photograph")
    row = {
        "company_id": viewer.company.id,
        "document_id": document_id,
        "file_id": file_id,
        "unique_id": unique_id,
        "added_by": viewer.person_id,
        "added_at": clock.now(),
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(photographs), row)
    except IntegrityError:  # another process was given it too
        return False
    return True


def list_photographs(tx: Connection, viewer: Viewer, document_id: int) -> tuple[str, ...]:
    """The names to fetch a document's photographs by, the first kept first. Raises NotFound, NotAllowed."""
    read_receipt(tx, viewer, document_id)
    of_it = photographs.c.company_id == viewer.company.id, photographs.c.document_id == document_id
    return tuple(tx.execute(select(photographs.c.file_id).where(*of_it).order_by(photographs.c.id)).scalars())
