"""What a message said when it was last read. One rule: an event that brings the same words is no correction."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.models.sales import documents, receipts


def digest_words(words: str) -> str:
    """What is kept of words, to know them again by."""
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def list_told(tx: Connection, document_ids: Iterable[int]) -> set[str | None]:
    """What the messages of documents said last; None for one of before it was kept."""
    return set(tx.execute(select(documents.c.told).where(documents.c.id.in_(list(document_ids)))).scalars())


def keep_told(tx: Connection, document_ids: Iterable[int], told: str) -> None:
    """What their message says now."""
    tx.execute(update(documents).where(documents.c.id.in_(list(document_ids))).values(told=told))


def find_reply_told(tx: Connection, viewer: Viewer, bot_id: int, chat_id: int, message_id: int) -> str | None:
    """What a person's message that corrected a document said last; None where it corrected none."""
    key = {"company_id": viewer.company.id, "bot_id": bot_id, "chat_id": chat_id, "message_id": message_id}
    return tx.execute(select(receipts.c.told).filter_by(**key)).scalar()
