"""Goals. One rule: a month's target is a goal too: revenue of a branch or person, from its first day to its last."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint

from core.models.columns import Instant, company_column, id_column, metadata, reference

goals = Table(
    "goals",
    metadata,
    company_column(),
    id_column(),
    reference("branch_id", "branches.id"),
    reference("person_id", "people.id", nullable=True),  # NULL: the whole branch
    reference("product_id", "products.id", nullable=True),  # NULL: everything sold, or a category of it
    Column("category", String(200)),  # NULL: everything sold, or one product
    Column("measure", String(32), nullable=False),
    Column("target", BigInteger, nullable=False),  # in the measure's own unit: money e4, quantity e3, counts plain
    Column("start_day", Date, nullable=False),
    Column("end_day", Date, nullable=False),  # excluded
    reference("set_by", "people.id", nullable=True),
    Column("set_at", Instant, nullable=False),
    Column("met_at", Instant),  # when it was met for the first time: told once
    Column("dropped_at", Instant),  # when another took its place: what was to be reached until then stays here
    Index("ix_goals_company_id_branch_id_end_day", "company_id", "branch_id", "end_day"),  # those not over yet
)

# How much of a month's target each weekday bears, all seven or none of them; equal ones where nobody said. They hold
# from a month on, until others do: a month that is over stays as it was reported.
target_weights = Table(
    "target_weights",
    metadata,
    company_column(),
    id_column(),
    reference("branch_id", "branches.id", nullable=True),  # NULL: every branch that has none of its own
    Column("from_day", Date, nullable=False),  # the first of a month
    Column("weekday", Integer, nullable=False),  # Monday 0 … Sunday 6
    Column("weight_e3", Integer, nullable=False),
    UniqueConstraint("company_id", "branch_id", "from_day", "weekday"),
)

# Days on which nothing is to be sold, and those that are open though the company's calendar closes them.
target_days = Table(
    "target_days",
    metadata,
    company_column(),
    id_column(),
    reference("branch_id", "branches.id", nullable=True),  # NULL: every branch that says nothing else of the day
    Column("day", Date, nullable=False),
    Column("is_open", Boolean, nullable=False),
    UniqueConstraint("company_id", "branch_id", "day"),
)
