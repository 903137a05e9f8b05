"""Which messages are about which document, by core's front door; and the migration that made room for several."""

from collections.abc import Callable
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, ForeignKey, Table, UniqueConstraint, func, insert, select, update
from sqlalchemy.engine import Connection

from core.models import metadata
from core.models.columns import BigId
from core.models.sales import documents, receipts
from core.sales.receipts import DocumentMessage, Purpose, find_message, find_receipt_message, keep_messages
from tests.shop import Shop

BOT, OTHER_BOT, CHAT, OTHER_CHAT = 42, 43, 1002, -100_500


@pytest.fixture
def keep(tx: Connection) -> Callable[..., DocumentMessage]:
    def keep(message_id: int, document_id: int, purpose: str = "receipt", **where: int) -> DocumentMessage:
        place = {"bot_id": BOT, "chat_id": CHAT} | where
        message = DocumentMessage(message_id=message_id, document_id=document_id, purpose=Purpose(purpose), **place)
        keep_messages(tx, [message])
        return message

    return keep


def test_a_document_has_many_messages_and_its_receipt_is_the_latest(
    tx: Connection, shop: Shop, keep: Callable[..., DocumentMessage]
) -> None:
    one, two = (shop.sell(tx, shop.bob).document_id for _ in range(2))
    kept = [keep(7, one), keep(9, one), keep(11, two), keep(12, one, "note"), keep(13, one, chat_id=OTHER_CHAT)]
    for message in kept:
        key = message.bot_id, message.chat_id, message.message_id
        assert find_message(tx, shop.company.id, *key) == message
        assert find_message(tx, shop.company.id + 1, *key) is None
    assert find_message(tx, shop.company.id, OTHER_BOT, CHAT, 7) is None
    assert find_message(tx, shop.company.id, BOT, CHAT, 8) is None
    assert find_receipt_message(tx, one, BOT, CHAT) == 9
    assert find_receipt_message(tx, one, BOT, OTHER_CHAT) == 13
    assert find_receipt_message(tx, one, OTHER_BOT, CHAT) is None
    assert find_receipt_message(tx, two, BOT, OTHER_CHAT) is None


def test_a_message_may_become_a_receipt_and_stays_one(
    tx: Connection, shop: Shop, keep: Callable[..., DocumentMessage]
) -> None:
    """So that whoever writes late, such as one who tried again, takes nothing back."""
    sale, back = (shop.sell(tx, shop.bob).document_id for _ in range(2))
    keep(7, sale, "return")
    receipt = keep(7, back)
    keep(7, sale, "return")
    assert find_message(tx, shop.company.id, BOT, CHAT, 7) == receipt
    assert tx.execute(select(func.count()).select_from(receipts)).scalar() == 1


def test_what_was_kept_before_is_kept_with_its_bot(tx: Connection, shop: Shop) -> None:
    inputs = ("chat", f"{BOT}:{CHAT}:6"), ("chat", "m:1"), ("till", "7:7")
    numbers = [shop.sell(tx, shop.bob).document_id for _ in inputs]
    for number, (source, name) in zip(numbers, inputs, strict=True):
        tx.execute(update(documents).where(documents.c.id == number).values(source=source, external_id=name))
    receipts.drop(tx)
    context = MigrationContext.configure(tx, opts={"compare_type": True})
    with Operations.context(context) as operations:
        before = _make_as_it_was(operations)
        for number in numbers:
            row = {"company_id": shop.company.id, "document_id": number, "chat_id": CHAT, "message_id": 100 + number}
            tx.execute(insert(before), row)
        import_module("core.migrations.versions.0003_messages_about_documents").upgrade()
        since = [difference[3].name for difference in compare_metadata(context, metadata)]
        assert since == ["told"], "columns of later migrations, and nothing else"
        operations.add_column("receipts", Column("told", receipts.c.told.type))
    assert find_receipt_message(tx, numbers[0], BOT, CHAT) == 100 + numbers[0]
    assert tx.execute(select(receipts.c.bot_id).order_by(receipts.c.id)).scalars().all() == [BOT, 0, 0]


def _make_as_it_was(operations: Operations) -> Table:
    """The table as the first migration makes it."""
    return operations.create_table(
        "receipts",
        Column("company_id", BigId, ForeignKey("companies.id", name="fk_receipts_company_id"), nullable=False),
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("document_id", BigId, ForeignKey("documents.id", name="fk_receipts_document_id"), nullable=False),
        Column("chat_id", BigInteger, nullable=False),
        Column("message_id", BigInteger, nullable=False),
        UniqueConstraint("company_id", "chat_id", "message_id", name="uq_receipts_company_id_chat_id_message_id"),
        UniqueConstraint("company_id", "document_id", name="uq_receipts_company_id_document_id"),
    )
