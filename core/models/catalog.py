"""Products with their variants, customers and stock. One rule: stock is a level that every move explains."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint, text

from core.models.columns import BigId, Instant, company_column, id_column, metadata, reference

products = Table(
    "products",
    metadata,
    company_column(),
    id_column(),
    Column("sku", String(100), nullable=False),
    Column("name", String(300), nullable=False),
    Column("category", String(200)),
    Column("subcategory", String(200)),
    Column("price_e4", BigInteger),
    Column("cost_e4", BigInteger),
    Column("tracks_stock", Boolean, nullable=False),
    Column("reorder_point_e3", BigInteger),
    Column("is_active", Boolean, nullable=False),
    Column("filing_id", BigId),  # as it is filed now, once that was put down
    Column("changes", Integer, nullable=False, default=0),  # how often it was changed: tells a kept copy it is old
    Column("created_at", Instant, nullable=False),
    # Imported catalogues do use one code for two items; a person adding a product is refused a code that is taken.
    UniqueConstraint("company_id", "sku", "name"),
)

# A size or colour of a product. Without a price, cost or code of its own, the product's count.
variants = Table(
    "variants",
    metadata,
    company_column(),
    id_column(),
    reference("product_id", "products.id"),
    Column("name", String(200), nullable=False),
    Column("sku", String(100)),
    Column("price_e4", BigInteger),
    Column("cost_e4", BigInteger),
    Column("is_active", Boolean, nullable=False),
    UniqueConstraint("company_id", "product_id", "name"),
)

# The names there are to choose from; a product keeps its category by name.
categories = Table(
    "categories",
    metadata,
    company_column(),
    id_column(),
    Column("name", String(200), nullable=False),
    UniqueConstraint("company_id", "name"),
)

# Every category a product was ever in: a line keeps the one it was sold in.
filings = Table(
    "filings",
    metadata,
    company_column(),
    id_column(),
    reference("product_id", "products.id"),
    Column("category", String(200)),
    Column("subcategory", String(200)),
    Index("ix_filings_company_id_product_id", "company_id", "product_id"),
)

# What a product, or a variant with a cost of its own, cost until a day: what sales of a day before that had cost.
former_costs = Table(
    "former_costs",
    metadata,
    company_column(),
    id_column(),
    reference("product_id", "products.id"),
    reference("variant_id", "variants.id", nullable=True),
    Column("until", Date, nullable=False),
    Column("cost_e4", BigInteger, nullable=False),
    Index("ix_former_costs_company_id_product_id", "company_id", "product_id"),
)

customers = Table(
    "customers",
    metadata,
    company_column(),
    id_column(),
    Column("identity", String(320), nullable=False),  # "id:HO-15234", or "name:" and the name in lower case
    Column("name", String(300), nullable=False),
    # As `fold` has them, so that whoever types one of them finds the customer by an index.
    Column("folded_name", String(300), nullable=False, server_default=""),
    Column("folded_identity", String(320), nullable=False, server_default=""),
    UniqueConstraint("company_id", "identity"),
    Index("ix_customers_company_id_folded_name", "company_id", "folded_name"),
    Index("ix_customers_company_id_folded_identity", "company_id", "folded_identity"),
)

stock_levels = Table(
    "stock_levels",
    metadata,
    company_column(),
    id_column(),
    reference("branch_id", "branches.id"),
    reference("product_id", "products.id"),
    Column("on_hand_e3", BigInteger, nullable=False),
    UniqueConstraint("company_id", "branch_id", "product_id"),
)

stock_moves = Table(
    "stock_moves",
    metadata,
    company_column(),
    id_column(),
    reference("branch_id", "branches.id"),
    reference("product_id", "products.id"),
    Column("quantity_e3", BigInteger, nullable=False),  # negative when it leaves
    Column("reason", String(20), nullable=False),
    reference("document_id", "documents.id", nullable=True),
    reference("moved_by", "people.id", nullable=True),
    Column("moved_at", Instant, nullable=False),
    Column("told_in", String(100)),  # the message that told of it, which may come again
    Index("ix_stock_moves_company_id_document_id", "company_id", "document_id"),
    Index(
        "uq_stock_moves_company_id_told_in",
        "company_id",
        "told_in",
        unique=True,
        sqlite_where=text("told_in IS NOT NULL"),
        postgresql_where=text("told_in IS NOT NULL"),
    ),
)
