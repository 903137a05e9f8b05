"""What people chose for their cards. One rule: kept by person and by a card's name; the cards themselves are code."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, UniqueConstraint

from core.models.columns import company_column, id_column, metadata, reference

dashboards = Table(
    "dashboards",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("period", String(64)),  # as it is said: "last week"
    Column("salespeople", JSON(none_as_null=True)),  # numbers of people; NULL: never chosen, so everybody
    Column("theme", String(8)),  # of pictures: light or dark; NULL: light
    UniqueConstraint("company_id", "person_id"),
)

card_choices = Table(
    "card_choices",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("card", String(24), nullable=False),
    Column("is_hidden", Boolean),  # NULL: as the card is at first
    Column("position", Integer),
    Column("period", String(64)),
    Column("chart_type", String(16)),
    Column("map_type", String(16)),
    Column("top", Integer),
    UniqueConstraint("company_id", "person_id", "card"),
)

custom_cards = Table(
    "custom_cards",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("name", String(24), nullable=False),
    Column("title", String(100), nullable=False),
    Column("measure", String(64), nullable=False),
    Column("by", String(64)),  # NULL: a figure, else a chart
    Column("filters", JSON, nullable=False),  # pairs of dimension and value
    UniqueConstraint("company_id", "person_id", "name"),
)

# A permission taken from one person, by its name; what is not here is granted.
card_refusals = Table(
    "card_refusals",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("permission", String(64), nullable=False),
    UniqueConstraint("company_id", "person_id", "permission"),
)
