"""Which messages of a bot are about which document. One rule: a reply finds its document here, never in a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.models.sales import documents, receipts
from core.statements import Statement


class Purpose(StrEnum):
    """What a message about a document is for, and with that what a reply to it means."""

    RECEIPT = "receipt"  # shows the document, and is edited when that changes; a reply corrects it
    CORRECTION = "correction"  # tells of the document, or asks how it should be; a reply corrects it
    NOTE = "note"  # asks for a note
    RETURN = "return"  # asks what came back
    TOLD = "told"  # a person's own, that corrected the document


@dataclass(frozen=True, slots=True)
class DocumentMessage:
    """A message that is about exactly one document: the bot's, or a person's that corrected it."""

    bot_id: int
    chat_id: int
    message_id: int
    document_id: int
    purpose: Purpose
    told: str | None = None  # what is kept of a person's words (core.sales.told)


_KEY = ("company_id", "bot_id", "chat_id", "message_id")


def _build_upsert(dialect: Any) -> Any:
    """A message may become a receipt and stays one, so it does not matter in which order two processes write."""
    named = [bindparam(name, type_=BigInteger) for name in _KEY[1:]]
    said = bindparam("purpose", type_=String), bindparam("told", type_=String)
    row = select(documents.c.company_id, *named, documents.c.id, *said).where(
        documents.c.id == bindparam("document_id")
    )
    statement = dialect.insert(receipts).from_select([*_KEY, "document_id", "purpose", "told"], row)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=_KEY,
        set_={"document_id": new.document_id, "purpose": new.purpose, "told": new.told},
        where=or_(receipts.c.purpose != Purpose.RECEIPT.value, new.purpose == Purpose.RECEIPT.value),
    )


_KEEP = Statement({"sqlite": _build_upsert(sqlite), "postgresql": _build_upsert(postgresql)})
_BY_MESSAGE = Statement(
    select(receipts.c.document_id, receipts.c.purpose).where(*(receipts.c[name] == bindparam(name) for name in _KEY))
)
_BY_DOCUMENT = Statement(
    select(receipts.c.bot_id, receipts.c.chat_id, receipts.c.message_id, receipts.c.purpose)
    .join_from(
        documents,
        receipts,
        (receipts.c.company_id == documents.c.company_id) & (receipts.c.document_id == documents.c.id),
    )
    .where(documents.c.id == bindparam("document"))
)


def keep_messages(tx: Connection, messages: Iterable[DocumentMessage]) -> None:
    """Remember what messages are about."""
    rows = [
        {
            "bot_id": one.bot_id,
            "chat_id": one.chat_id,
            "message_id": one.message_id,
            "purpose": one.purpose.value,
            "told": one.told,
            "document_id": one.document_id,
        }
        for one in messages
    ]
    _KEEP.run_each(tx, sorted(rows, key=lambda row: (row["chat_id"], row["message_id"])))  # consistent lock order


def find_message(tx: Connection, company_id: int, bot_id: int, chat_id: int, message_id: int) -> DocumentMessage | None:
    """A message of a bot, where it is about one document of the company."""
    key = {"company_id": company_id, "bot_id": bot_id, "chat_id": chat_id, "message_id": message_id}
    row = _BY_MESSAGE.row(tx, key)
    return DocumentMessage(bot_id, chat_id, message_id, row.document_id, Purpose(row.purpose)) if row else None


def find_receipt_message(tx: Connection, document_id: int, bot_id: int, chat_id: int) -> int | None:
    """The latest message in a chat that is a document's receipt; those of other chats are made for other eyes."""
    shown = (bot_id, chat_id, Purpose.RECEIPT)
    rows = _BY_DOCUMENT.rows(tx, {"document": document_id})
    return max((row.message_id for row in rows if (row.bot_id, row.chat_id, row.purpose) == shown), default=None)
