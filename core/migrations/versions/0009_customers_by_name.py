"""customers are found by what they are called, whatever its case."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, longest in (("folded_name", 300), ("folded_identity", 320)):
        op.add_column("customers", sa.Column(name, sa.String(length=longest), server_default="", nullable=False))
        op.create_index(f"ix_customers_company_id_{name}", "customers", ["company_id", name])
    _fold_customers(op.get_bind())


def _fold_customers(tx: sa.Connection) -> None:
    """A few thousand at a time: there may be a million."""
    customers = sa.table("customers", *map(sa.column, ("id", "name", "identity", "folded_name", "folded_identity")))
    folded: dict[str, sa.BindParameter[str]] = {
        "folded_name": sa.bindparam("a_name"),
        "folded_identity": sa.bindparam("an_identity"),
    }
    fold_one = sa.update(customers).where(customers.c.id == sa.bindparam("a_number")).values(folded)
    last = 0
    while found := tx.execute(
        sa.select(customers.c.id, customers.c.name, customers.c.identity)
        .where(customers.c.id > last)
        .order_by(customers.c.id)
        .limit(5_000)
    ).all():
        rows = [
            {"a_number": number, "a_name": _fold(name)[:300], "an_identity": _fold(identity)[:320]}
            for number, name, identity in found
        ]
        tx.execute(fold_one, rows)
        last = found[-1].id


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
