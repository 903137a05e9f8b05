"""the first shape."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("current_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_accounts_telegram_id")),
    )
    op.create_table(
        "companies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("week_start", sa.Integer(), nullable=False),
        sa.Column("financial_year_month", sa.Integer(), nullable=False),
        sa.Column("day_first", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("number_format", sa.String(length=16), nullable=False),
        sa.Column("has_spanning_orders", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("handle", name=op.f("uq_companies_handle")),
    )
    op.create_table(
        "setup_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_codes")),
    )
    op.create_table(
        "branches",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_branches_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
        sa.UniqueConstraint("company_id", "handle", name=op.f("uq_branches_company_id_handle")),
    )
    op.create_table(
        "custom_fields",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_custom_fields_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_fields")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_custom_fields_company_id_name")),
    )
    op.create_table(
        "customers",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("identity", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_customers_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("company_id", "identity", name=op.f("uq_customers_company_id_identity")),
    )
    op.create_table(
        "documents",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("original_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_documents_company_id")),
        sa.ForeignKeyConstraint(["original_id"], ["documents.id"], name=op.f("fk_documents_original_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "company_id", "source", "external_id", name=op.f("uq_documents_company_id_source_external_id")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_outbox_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_next_attempt_at",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("delivered_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL AND dropped_at IS NULL"),
        )

    op.create_table(
        "products",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.Column("subcategory", sa.String(length=200), nullable=True),
        sa.Column("price_e4", sa.BigInteger(), nullable=True),
        sa.Column("cost_e4", sa.BigInteger(), nullable=True),
        sa.Column("tracks_stock", sa.Boolean(), nullable=False),
        sa.Column("reorder_point_e3", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_products_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("company_id", "sku", "name", name=op.f("uq_products_company_id_sku_name")),
    )
    op.create_table(
        "rollup_branch_day",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_branch_day_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", name=op.f("pk_rollup_branch_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_branch_product_month",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_rollup_branch_product_month_company_id")
        ),
        sa.PrimaryKeyConstraint(
            "company_id", "branch_id", "day", "product_id", name=op.f("pk_rollup_branch_product_month")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_customer_day",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_customer_day_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", "customer_id", name=op.f("pk_rollup_customer_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_customer_month",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_customer_month_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", "customer_id", name=op.f("pk_rollup_customer_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_customer_year",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_customer_year_company_id")),
        sa.PrimaryKeyConstraint("company_id", "day", "customer_id", name=op.f("pk_rollup_customer_year")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_person_day",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_person_day_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", "person_id", name=op.f("pk_rollup_person_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_person_month",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_person_month_company_id")),
        sa.PrimaryKeyConstraint("company_id", "branch_id", "day", "person_id", name=op.f("pk_rollup_person_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_product_day",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_product_day_company_id")),
        sa.PrimaryKeyConstraint("company_id", "day", "product_id", name=op.f("pk_rollup_product_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_product_month",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("units_e3", sa.BigInteger(), nullable=False),
        sa.Column("revenue_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("profit_e4", sa.BigInteger(), nullable=False),
        sa.Column("returns_e4", sa.BigInteger(), nullable=False),
        sa.Column("exchanges_e4", sa.BigInteger(), nullable=False),
        sa.Column("guest_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rollup_product_month_company_id")),
        sa.PrimaryKeyConstraint("company_id", "day", "product_id", name=op.f("pk_rollup_product_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "teams",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_teams_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_teams_company_id_name")),
    )
    op.create_table(
        "people",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("working_branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=True),
        sa.Column("number_format", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_people_account_id")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_people_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_people_company_id")),
        sa.ForeignKeyConstraint(["working_branch_id"], ["branches.id"], name=op.f("fk_people_working_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("company_id", "account_id", name=op.f("uq_people_company_id_account_id")),
        sa.UniqueConstraint("company_id", "handle", name=op.f("uq_people_company_id_handle")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index("ix_people_account_id", ["account_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_receipts_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_receipts_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "company_id", "chat_id", "message_id", name=op.f("uq_receipts_company_id_chat_id_message_id")
        ),
        sa.UniqueConstraint("company_id", "document_id", name=op.f("uq_receipts_company_id_document_id")),
    )
    op.create_table(
        "stock_levels",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_hand_e3", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_stock_levels_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_stock_levels_company_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stock_levels_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_levels")),
        sa.UniqueConstraint(
            "company_id", "branch_id", "product_id", name=op.f("uq_stock_levels_company_id_branch_id_product_id")
        ),
    )
    op.create_table(
        "target_days",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_target_days_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_target_days_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_days")),
        sa.UniqueConstraint("company_id", "branch_id", "day", name=op.f("uq_target_days_company_id_branch_id_day")),
    )
    op.create_table(
        "target_weights",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("weight_e3", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_target_weights_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_target_weights_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_weights")),
        sa.UniqueConstraint(
            "company_id", "branch_id", "weekday", name=op.f("uq_target_weights_company_id_branch_id_weekday")
        ),
    )
    op.create_table(
        "api_keys",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_api_keys_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_api_keys_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index("ix_api_keys_company_id_person_id", ["company_id", "person_id"], unique=False)

    op.create_table(
        "branch_memberships",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_branch_memberships_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_branch_memberships_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_branch_memberships_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_memberships")),
        sa.UniqueConstraint(
            "company_id", "person_id", "branch_id", name=op.f("uq_branch_memberships_company_id_person_id_branch_id")
        ),
    )
    op.create_table(
        "card_choices",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card", sa.String(length=24), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=64), nullable=True),
        sa.Column("chart_type", sa.String(length=16), nullable=True),
        sa.Column("map_type", sa.String(length=16), nullable=True),
        sa.Column("top", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_card_choices_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_card_choices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_choices")),
        sa.UniqueConstraint("company_id", "person_id", "card", name=op.f("uq_card_choices_company_id_person_id_card")),
    )
    op.create_table(
        "card_refusals",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("permission", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_card_refusals_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_card_refusals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_refusals")),
        sa.UniqueConstraint(
            "company_id", "person_id", "permission", name=op.f("uq_card_refusals_company_id_person_id_permission")
        ),
    )
    op.create_table(
        "custom_cards",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=True),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_custom_cards_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_custom_cards_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_cards")),
        sa.UniqueConstraint("company_id", "person_id", "name", name=op.f("uq_custom_cards_company_id_person_id_name")),
    )
    op.create_table(
        "dashboards",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=True),
        sa.Column("salespeople", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_dashboards_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_dashboards_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboards")),
        sa.UniqueConstraint("company_id", "person_id", name=op.f("uq_dashboards_company_id_person_id")),
    )
    op.create_table(
        "goals",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_goals_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_goals_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_goals_person_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_goals_product_id")),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_goals_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.create_index("ix_goals_company_id_start_day", ["company_id", "branch_id", "start_day"], unique=False)

    op.create_table(
        "imports",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_recorded", sa.BigInteger(), nullable=False),
        sa.Column("rows_rejected", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_imports_company_id")),
        sa.ForeignKeyConstraint(["started_by"], ["people.id"], name=op.f("fk_imports_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("company_id", "digest", name=op.f("uq_imports_company_id_digest")),
    )
    op.create_table(
        "invitations",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uses_left", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_invitations_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_invitations_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    op.create_table(
        "lines",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("platform", sa.String(length=50), nullable=True),
        sa.Column("coupon", sa.String(length=50), nullable=True),
        sa.Column("ledger_group", sa.String(length=100), nullable=True),
        sa.Column("region", sa.String(length=100), nullable=True),
        sa.Column("country", sa.String(length=100), nullable=True),
        sa.Column("pincode", sa.String(length=20), nullable=True),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("quantity_e3", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_e4", sa.BigInteger(), nullable=False),
        sa.Column("discount_e4", sa.BigInteger(), nullable=False),
        sa.Column("amount_e4", sa.BigInteger(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("discount_e4 >= 0", name=op.f("ck_lines_discount")),
        sa.CheckConstraint("quantity_e3 > 0", name=op.f("ck_lines_quantity")),
        sa.CheckConstraint("superseded_at IS NULL OR superseded_at >= recorded_at", name=op.f("ck_lines_superseded")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_lines_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_lines_company_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_lines_customer_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_lines_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_lines_person_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_lines_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
    )
    with op.batch_alter_table("lines", schema=None) as batch_op:
        batch_op.create_index("ix_lines_company_id_day", ["company_id", "day"], unique=False)
        batch_op.create_index("ix_lines_company_id_document_id", ["company_id", "document_id"], unique=False)
        batch_op.create_index("ix_lines_company_id_person_id_day", ["company_id", "person_id", "day"], unique=False)
        batch_op.create_index(
            "uq_lines_company_id_source_row_key",
            ["company_id", "source", "row_key"],
            unique=True,
            sqlite_where=sa.text("row_key IS NOT NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("row_key IS NOT NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "revisions",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_revisions_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_revisions_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_revisions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint(
            "company_id", "document_id", "number", name=op.f("uq_revisions_company_id_document_id_number")
        ),
    )
    op.create_table(
        "stock_moves",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity_e3", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_in", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_stock_moves_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_stock_moves_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_stock_moves_document_id")),
        sa.ForeignKeyConstraint(["moved_by"], ["people.id"], name=op.f("fk_stock_moves_moved_by")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stock_moves_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_moves")),
    )
    with op.batch_alter_table("stock_moves", schema=None) as batch_op:
        batch_op.create_index("ix_stock_moves_company_id_document_id", ["company_id", "document_id"], unique=False)
        batch_op.create_index(
            "ix_stock_moves_company_id_product_id", ["company_id", "product_id", "branch_id"], unique=False
        )
        batch_op.create_index(
            "uq_stock_moves_company_id_told_in",
            ["company_id", "told_in"],
            unique=True,
            sqlite_where=sa.text("told_in IS NOT NULL"),
            postgresql_where=sa.text("told_in IS NOT NULL"),
        )

    op.create_table(
        "subscriptions",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=True),
        sa.Column("local_minute", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_subscriptions_branch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_subscriptions_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_subscriptions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_subscriptions_company_id_chat_id_cadence",
            ["company_id", "chat_id", "cadence"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "team_members",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_team_members_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_team_members_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
        sa.UniqueConstraint(
            "company_id", "team_id", "person_id", name=op.f("uq_team_members_company_id_team_id_person_id")
        ),
    )
    op.create_table(
        "digests",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_digests_company_id")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name=op.f("fk_digests_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint(
            "company_id", "subscription_id", "due_on", name=op.f("uq_digests_company_id_subscription_id_due_on")
        ),
    )
