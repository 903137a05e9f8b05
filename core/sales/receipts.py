"""Where each receipt is shown. One rule: one message a document, so that undo and edit change that same message."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.models.sales import documents, receipts
from core.statements import Statement


def _build_upsert(dialect: Any) -> Any:
    shown = [bindparam(name, type_=BigInteger) for name in ("chat_id", "message_id")]
    row = select(documents.c.company_id, documents.c.id, *shown).where(documents.c.id == bindparam("document"))
    statement = dialect.insert(receipts).from_select(["company_id", "document_id", "chat_id", "message_id"], row)
    changes = {name: statement.excluded[name] for name in ("chat_id", "message_id")}
    return statement.on_conflict_do_update(index_elements=["company_id", "document_id"], set_=changes)


_KEEP = Statement({"sqlite": _build_upsert(sqlite), "postgresql": _build_upsert(postgresql)})


def keep_receipt_message(tx: Connection, document_id: int, chat_id: int, message_id: int) -> None:
    """Remember which message of the bot shows a document."""
    _KEEP.run(tx, {"document": document_id, "chat_id": chat_id, "message_id": message_id})


def find_receipt_message(tx: Connection, document_id: int) -> tuple[int, int] | None:
    """The chat and the message that show a document, if any does."""
    query = select(receipts.c.chat_id, receipts.c.message_id).where(receipts.c.document_id == document_id)
    row = tx.execute(query).first()
    return (row.chat_id, row.message_id) if row else None


def take_receipt_message(tx: Connection, document_id: int, chat_id: int, message_id: int) -> None:
    """As `keep_receipt_message`, where the message's number is known from elsewhere: another bot, or the chat moved."""
    tx.execute(delete(receipts).where(receipts.c.chat_id == chat_id, receipts.c.message_id == message_id))
    keep_receipt_message(tx, document_id, chat_id, message_id)
