"""What is to be told after a commit, and standing orders for digests. One rule: claimed by a row, then sent, once."""

from sqlalchemy import JSON, BigInteger, Column, Date, Index, Integer, String, Table, UniqueConstraint

from core.models.columns import Instant, company_column, id_column, metadata, reference

outbox = Table(
    "outbox",
    metadata,
    company_column(),
    id_column(),
    Column("event", String(32), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("content", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("failure", String(300)),
    Index("ix_outbox_delivered_at_next_attempt_at", "delivered_at", "next_attempt_at"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),  # whose eyes the digest is made for
    Column("chat_id", BigInteger, nullable=False),
    Column("cadence", String(10), nullable=False),  # daily, weekly, monthly
    Column("on_day", Integer),  # weekday 0 … 6 or day of the month 1 … 28
    Column("local_minute", Integer, nullable=False),  # minutes after local midnight
    Column("time_zone", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("company_id", "chat_id", "cadence"),
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
