"""what products had cost."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "former_costs",
        sa.Column("company_id", big, nullable=False),
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("product_id", big, nullable=False),
        sa.Column("variant_id", big, nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_former_costs_company_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_former_costs_product_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_former_costs_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_costs")),
    )
    op.create_index("ix_former_costs_company_id_product_id", "former_costs", ["company_id", "product_id"])
