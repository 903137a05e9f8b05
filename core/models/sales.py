"""The ledger: documents, their revisions, their lines. One rule: a line is never changed, only superseded."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from core.models.columns import BigId, Instant, company_column, id_column, metadata, reference

MANY_AT_ONCE = "external_id LIKE '%:bulk:%'"  # as the names are of sales of which one message told several
documents = Table(
    "documents",
    metadata,
    company_column(),
    id_column(),
    Column("kind", String(10), nullable=False),  # sale, return, exchange; guest: coverage of another branch
    # Where it came from and its name there: the same one again changes nothing.
    Column("source", String(64), nullable=False),
    Column("external_id", String(200), nullable=False),
    reference("original_id", "documents.id", nullable=True),  # the sale a return or exchange belongs to
    Column("revision", Integer, nullable=False),
    Column("told", String(32)),  # a digest of the words last read from its message: the same again is no correction
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("company_id", "source", "external_id"),
    Index(  # what came back of a sale
        "ix_documents_company_id_original_id",
        "company_id",
        "original_id",
        sqlite_where=text("original_id IS NOT NULL"),
        postgresql_where=text("original_id IS NOT NULL"),
    ),
    # Those told in one message, by the beginning of their names: in the order of letters' numbers, as of no language.
    Index(
        "ix_documents_company_id_external_id",
        "company_id",
        "external_id",
        sqlite_where=text(MANY_AT_ONCE),
        postgresql_where=text(MANY_AT_ONCE),
        postgresql_ops={"external_id": "text_pattern_ops"},
    ),
)

revisions = Table(
    "revisions",
    metadata,
    company_column(),
    id_column(),
    reference("document_id", "documents.id"),
    Column("number", Integer, nullable=False),
    Column("action", String(20), nullable=False),  # recorded, edited, voided, restored, noted, shared
    reference("person_id", "people.id", nullable=True),  # who did it; nobody: the operator of the installation
    Column("by_source", Boolean, nullable=False, server_default=false()),  # as the system that had sent it says
    Column("reason", String(300)),
    Column("note", Text),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("company_id", "document_id", "number"),
    Index(  # what somebody recorded last
        "ix_revisions_company_id_person_id",
        "company_id",
        "person_id",
        "document_id",
        sqlite_where=text("number = 1"),
        postgresql_where=text("number = 1"),
    ),
)


def _index_present(*columns: str, name: str | None = None, also: str = "") -> Index:
    """An index of the lines that stand, which nearly every question is about."""
    present = text(f"superseded_at IS NULL{also}")
    name = name or f"ix_lines_{'_'.join(columns)}"
    return Index(name, *columns, sqlite_where=present, postgresql_where=present)


NOT_SOLD, IS_SALE = "kind <> 'sale'", "kind = 'sale'"

# Every dimension of a line stands on the line itself: the past can be asked for, and one table answers.
lines = Table(
    "lines",
    metadata,
    company_column(),
    id_column(),
    reference("document_id", "documents.id"),
    Column("revision", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("row_key", String(200)),  # an imported row's own name, so that the same row again changes nothing
    Column("kind", String(10), nullable=False),
    Column("source", String(64), nullable=False),
    Column("sold_at", Instant, nullable=False),
    Column("day", Date, nullable=False),  # the business day, fixed when written, in the branch's zone
    reference("branch_id", "branches.id"),
    reference("person_id", "people.id"),
    reference("product_id", "products.id", nullable=True),
    reference("variant_id", "variants.id", nullable=True),
    Column("filing_id", BigId),  # the category its product was in when it was sold
    reference("customer_id", "customers.id", nullable=True),
    Column("platform", String(50)),
    Column("coupon", String(50)),
    Column("ledger_group", String(100)),
    Column("region", String(100)),
    Column("country", String(100)),
    Column("pincode", String(20)),
    Column("attributes", JSON(none_as_null=True)),
    Column("quantity_e3", BigInteger, nullable=False),  # 0: a charge, such as freight, or an invoice without goods
    Column("unit_price_e4", BigInteger, nullable=False),
    Column("discount_e4", BigInteger, nullable=False),
    Column("amount_e4", BigInteger, nullable=False),  # after discount, before tax
    Column("cost_e4", BigInteger),  # of the whole line; NULL where nobody knows it
    Column("tax_e4", BigInteger, nullable=False, server_default="0"),  # on top of the amount
    Column("round_off_e4", BigInteger, nullable=False, server_default="0"),  # the line's part of the invoice's rounding
    Column("taxes", JSON(none_as_null=True)),  # what tax_e4 is made of: {"VAT": 3750}
    # Sold in another currency: which, its rate, and there {"unit_price_e4": …, "discount_e4": …, "amount_e4": …}.
    Column("currency", String(3)),
    Column("rate_e9", BigInteger),
    Column("foreign_amounts", JSON(none_as_null=True)),
    Column("original_position", Integer),  # of the line of the original that this one brings back
    Column("written_off", Boolean),  # came back, and did not go into stock
    reference("import_id", "imports.id", nullable=True),
    Column("recorded_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    CheckConstraint("quantity_e3 >= 0", name="quantity"),
    CheckConstraint("discount_e4 >= 0", name="discount"),
    CheckConstraint("superseded_at IS NULL OR superseded_at >= recorded_at", name="superseded"),
    Index("ix_lines_company_id_document_id", "company_id", "document_id"),
    # Of the past too: `as_of`. With what a list of all goes by, so that a page far back is found in it alone.
    Index("ix_lines_of_company", "company_id", "day", "sold_at", "document_id", "kind", "superseded_at"),
    # The same for a list of a branch and of a person.
    _index_present("company_id", "branch_id", "day", "sold_at", "document_id", name="ix_lines_of_branch"),
    _index_present("company_id", "person_id", "day", "sold_at", "document_id", name="ix_lines_of_person"),
    _index_present("company_id", "product_id", "day"),
    _index_present("company_id", "customer_id", "day"),
    # What is no sale is little, and looked for by itself: a condition has to say so in these very words.
    _index_present(
        "company_id", "kind", "branch_id", "day", "document_id", name="ix_lines_not_sold", also=f" AND {NOT_SOLD}"
    ),
    # What somebody sold last: so too.
    _index_present("company_id", "person_id", "document_id", name="ix_lines_sold_by_person", also=f" AND {IS_SALE}"),
    Index(
        "uq_lines_company_id_source_row_key",
        "company_id",
        "source",
        "row_key",
        unique=True,
        sqlite_where=text("row_key IS NOT NULL AND superseded_at IS NULL"),
        postgresql_where=text("row_key IS NOT NULL AND superseded_at IS NULL"),
    ),
)

# Which message of a bot is about which document, and what a reply to it means.
receipts = Table(
    "receipts",
    metadata,
    company_column(),
    id_column(),
    reference("document_id", "documents.id"),
    Column("bot_id", BigInteger, nullable=False),  # in private chats each bot numbers its messages from one
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("purpose", String(10), nullable=False),  # receipt, correction, note, return; told: a person's own message
    Column("told", String(32)),  # a digest of the words last read from it, where a person wrote it
    UniqueConstraint("company_id", "bot_id", "chat_id", "message_id"),
    Index("ix_receipts_company_id_document_id", "company_id", "document_id"),
)

# Who else a sale counts for, and how much of it, once they have said yes; the rest is the seller's.
shares = Table(
    "shares",
    metadata,
    company_column(),
    id_column(),
    reference("document_id", "documents.id"),
    reference("person_id", "people.id"),
    Column("share_e2", Integer, nullable=False),  # in hundredths of a per cent
    Column("state", String(10), nullable=False),  # pending, confirmed, declined
    Column("answered_at", Instant),
    CheckConstraint("share_e2 > 0 AND share_e2 < 10000", name="share"),
    UniqueConstraint("company_id", "document_id", "person_id"),
)

# What one of another currency's unit is worth in the company's own, from a day on.
exchange_rates = Table(
    "exchange_rates",
    metadata,
    company_column(),
    id_column(),
    Column("currency", String(3), nullable=False),
    Column("day", Date, nullable=False),
    Column("rate_e9", BigInteger, nullable=False),
    CheckConstraint("rate_e9 > 0", name="rate"),
    UniqueConstraint("company_id", "currency", "day"),
)

# A photograph of the receipt, by the name Telegram keeps it under.
photographs = Table(
    "photographs",
    metadata,
    company_column(),
    id_column(),
    reference("document_id", "documents.id"),
    Column("file_id", String(200), nullable=False),
    Column("unique_id", String(64), nullable=False),
    reference("added_by", "people.id", nullable=True),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("company_id", "document_id", "unique_id"),
)

# A sale somebody makes often, in the words they tell it in.
templates = Table(
    "templates",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("name", String(40), nullable=False),
    Column("words", Text, nullable=False),
    UniqueConstraint("company_id", "person_id", "name"),
)

# A sale being told step by step, in one message that is edited throughout; one for each person in each chat.
dialogues = Table(
    "dialogues",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("state", JSON, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("company_id", "person_id", "chat_id"),
)
