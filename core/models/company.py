"""Companies, their branches, and the words of their own they keep. One rule: a company never sees another's rows."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, UniqueConstraint, false

from core.models.columns import BigId, Instant, company_column, id_column, metadata

companies = Table(
    "companies",
    metadata,
    id_column(),
    Column("handle", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("week_start", Integer, nullable=False),  # Monday 0 … Sunday 6
    Column("financial_year_month", Integer, nullable=False),
    Column("day_first", Boolean, nullable=False),  # whether 3/4 is the third of April
    Column("locale", String(16), nullable=False, default="en"),  # how figures are written: en, en-IN, ar-SA …
    Column("number_format", String(16), nullable=False, default="international"),  # or indian: 12,34,567 and lakh
    # Whether an order was ever taken in whose lines differ in day or branch, in person, in platform or coupon: then a
    # rollup's counts of orders cannot be added up over those.
    Column("has_spanning_orders", Boolean, nullable=False, default=False),
    Column("has_shared_orders", Boolean, nullable=False, server_default=false()),
    Column("has_mixed_orders", Boolean, nullable=False, server_default=false()),
    Column("correction_days", Integer),  # for how many days sellers may correct their own sales; NULL: always
    Column("takes_orders_ahead", Boolean, nullable=False, default=False),  # whether a sale may lie ahead
    # Above how many times the list price, or ten times as many usual sales, one is asked first; NULL: never.
    Column("asks_above", Integer, server_default="10"),
    # The months before this day are closed: their figures are reported and stay. Closed when and by whom, last.
    Column("closed_before", Date),
    Column("closed_at", Instant),
    Column("closed_by", BigId),
    Column("created_at", Instant, nullable=False),
)

branches = Table(
    "branches",
    metadata,
    company_column(),
    id_column(),
    Column("handle", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("time_zone", String(64)),  # the company's unless set
    UniqueConstraint("company_id", "handle"),
)

# A name an import brought along (segment, ship_mode): a dimension of this company's own, kept in lines.attributes.
custom_fields = Table(
    "custom_fields",
    metadata,
    company_column(),
    id_column(),
    Column("name", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    UniqueConstraint("company_id", "name"),
)

# The codes that make whoever brings one the first super admin, each as a hash: every start prints one of its own.
setup_codes = Table(
    "setup_codes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("expires_at", Instant),
    Column("claimed_at", Instant),
)
