"""Files that came in, and how they are read. One rule: a row says whose lines a file brought, so that they can go."""

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, String, Table, UniqueConstraint, text

from core.models.columns import Instant, company_column, id_column, metadata, reference

imports = Table(
    "imports",
    metadata,
    company_column(),
    id_column(),
    Column("source", String(64), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("digest", String(64), nullable=False),  # of the file and how it was read
    Column("rows_in_file", BigInteger, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("rows_recorded", BigInteger, nullable=False),
    Column("rows_rejected", BigInteger, nullable=False),
    Column("goals_met", JSON),  # their numbers, as far as it is; told all together at its end
    # The numbers its lines have lie between these: lines of others may too, but none of its own lies outside.
    Column("first_line_id", BigInteger),
    Column("last_line_id", BigInteger),
    reference("started_by", "people.id", nullable=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    reference("undone_by", "people.id", nullable=True),
    Column("undone_at", Instant),
    # A file that is under way is one import, however often it is stopped and taken up again.
    Index(
        "uq_imports_company_id_digest",
        "company_id",
        "digest",
        unique=True,
        sqlite_where=text("finished_at IS NULL AND undone_at IS NULL"),
        postgresql_where=text("finished_at IS NULL AND undone_at IS NULL"),
    ),
)

# How a company's own files are read, by a name it chose: the options of an import, kept.
import_presets = Table(
    "import_presets",
    metadata,
    company_column(),
    id_column(),
    Column("name", String(48), nullable=False),
    Column("options", JSON, nullable=False),
    reference("saved_by", "people.id", nullable=True),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("company_id", "name"),
)

# A file somebody sent to the bot, kept until it is imported, and what is to be done with it: a restart goes on there.
received_files = Table(
    "received_files",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger),
    Column("message_name", String(100), nullable=False),  # of the message that brought it, for all time
    Column("file_id", String(200), nullable=False),  # what Telegram gives it out for
    Column("file_name", String(255), nullable=False),
    Column("content", LargeBinary),  # the file; after the import the rows it refused
    Column("state", String(10), nullable=False),
    Column("choices", JSON, nullable=False),  # how it is to be read, as far as somebody said
    Column("seen", JSON),  # what was seen in it, to offer choices by
    Column("result", JSON),
    reference("import_id", "imports.id", nullable=True),  # the import to take back, where that is what is to be done
    Column("shown_in", BigInteger),  # the bot's message that shows how it stands
    Column("claimed_until", Instant),  # by the process that works on it
    Column("received_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("company_id", "message_name"),
    Index("ix_received_files_company_id_received_at", "company_id", "received_at"),
    Index(
        "ix_received_files_state",
        "state",
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
)
