"""What is to be told after a commit, and standing orders for digests. One rule: claimed by a row, then sent, once."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint, text

from core.models.columns import Instant, company_column, id_column, metadata, reference

outbox = Table(
    "outbox",
    metadata,
    company_column(),
    id_column(),
    Column("event", String(32), nullable=False),
    Column("subject", String(64)),  # a later notice on the same subject takes the place of one not sent yet
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger),  # of a forum's topic; NULL: the chat itself, or its General
    reference("ordered_by", "people.id", nullable=True),  # whom to tell where it cannot be delivered for good
    Column("content", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("dropped_at", Instant),  # given up for good; `failure` says why
    Column("failure", String(300)),
    Index(
        "ix_outbox_next_attempt_at",
        "next_attempt_at",
        sqlite_where=text("delivered_at IS NULL AND dropped_at IS NULL"),
        postgresql_where=text("delivered_at IS NULL AND dropped_at IS NULL"),
    ),
    Index(
        "ix_outbox_company_id_subject",
        "company_id",
        "subject",
        sqlite_where=text("subject IS NOT NULL AND delivered_at IS NULL AND dropped_at IS NULL"),
        postgresql_where=text("subject IS NOT NULL AND delivered_at IS NULL AND dropped_at IS NULL"),
    ),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),  # whose eyes the digest is made for
    reference("branch_id", "branches.id", nullable=True),  # a group's: that branch, wherever the person works by then
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger),  # of a forum's topic, where it was asked for in one
    Column("chat_title", String(255)),  # a group's, as it was then: to say which is meant where it cannot be reached
    Column("failed_at", Instant),  # since when it cannot be delivered; the person knows
    Column("is_group", Boolean, nullable=False),
    Column("cadence", String(10), nullable=False),  # daily, weekly, monthly
    Column("on_day", Integer),  # weekday 0 … 6 or day of the month 1 … 28
    Column("local_minute", Integer, nullable=False),  # minutes after local midnight
    Column("time_zone", String(64), nullable=False),
    Column("starts_at", Instant, nullable=False),  # when it was asked for, or changed: nothing earlier is due
    Column("ended_at", Instant),
    Index(
        "uq_subscriptions_company_id_chat_id_cadence",
        "company_id",
        "chat_id",
        "cadence",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# One row a digest that was due: whoever inserts it, posts it.
digests = Table(
    "digests",
    metadata,
    company_column(),
    id_column(),
    reference("subscription_id", "subscriptions.id"),
    Column("due_on", Date, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    UniqueConstraint("company_id", "subscription_id", "due_on"),
)
