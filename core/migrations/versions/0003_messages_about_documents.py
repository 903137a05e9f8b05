"""messages about documents: several for each, of which bot, and what a reply to them means."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The input of a document told in chat is named by its bot first, as in 4200000000:1002:17; 0 where it is not.
_BOTS = {
    "sqlite": "CAST(substr(external_id, 1, instr(external_id, ':') - 1) AS INTEGER)",
    "postgresql": "COALESCE(CAST(substring(external_id from '^([0-9]{1,18}):') AS BIGINT), 0)",
}


def upgrade() -> None:
    op.add_column("receipts", sa.Column("bot_id", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("receipts", sa.Column("purpose", sa.String(length=10), nullable=False, server_default="receipt"))
    bot = _BOTS[op.get_bind().dialect.name]
    op.execute(
        f"UPDATE receipts SET bot_id = (SELECT {bot} FROM documents WHERE documents.id = receipts.document_id) "  # noqa: S608
        "WHERE EXISTS (SELECT 1 FROM documents WHERE documents.id = receipts.document_id AND documents.source = 'chat')"
    )
    with op.batch_alter_table("receipts") as batch_op:
        batch_op.alter_column("bot_id", existing_type=sa.BigInteger(), existing_nullable=False, server_default=None)
        batch_op.alter_column("purpose", existing_type=sa.String(10), existing_nullable=False, server_default=None)
        batch_op.drop_constraint("uq_receipts_company_id_document_id", type_="unique")
        batch_op.drop_constraint("uq_receipts_company_id_chat_id_message_id", type_="unique")
        batch_op.create_unique_constraint(
            "uq_receipts_company_id_bot_id_chat_id_message_id", ["company_id", "bot_id", "chat_id", "message_id"]
        )
        batch_op.create_index("ix_receipts_company_id_document_id", ["company_id", "document_id"])
