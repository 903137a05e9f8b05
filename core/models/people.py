"""Accounts, people, teams, invitations, keys. One rule: an account is a login, a person who one is in a company."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from core.models.columns import BigId, Instant, company_column, id_column, metadata, reference

accounts = Table(
    "accounts",
    metadata,
    id_column(),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    # The person this account acts as just now: one account may be a person in several companies.
    Column("current_person_id", BigId),
    Column("created_at", Instant, nullable=False),
)

people = Table(
    "people",
    metadata,
    company_column(),
    id_column(),
    reference("account_id", "accounts.id", nullable=True),
    Column("handle", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    reference("branch_id", "branches.id"),  # where the person is employed
    reference("working_branch_id", "branches.id", nullable=True),  # where a manager or admin chose to work just now
    Column("is_active", Boolean, nullable=False),
    Column("left_at", Instant),  # when they were let go last
    Column("locale", String(16)),  # how figures are written for this person; NULL: as the company writes them
    Column("number_format", String(16)),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("company_id", "handle"),
    UniqueConstraint("company_id", "account_id"),
    Index("ix_people_account_id", "account_id"),
)

# Branches a manager belongs to besides the one of employment.
branch_memberships = Table(
    "branch_memberships",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    reference("branch_id", "branches.id"),
    UniqueConstraint("company_id", "person_id", "branch_id"),
)

# People of other branches who may sell in this one, each on the word of a manager there.
guests = Table(
    "guests",
    metadata,
    company_column(),
    id_column(),
    reference("branch_id", "branches.id"),
    reference("person_id", "people.id"),
    reference("given_by", "people.id", nullable=True),  # nobody: the operator of the installation
    Column("given_at", Instant, nullable=False),
    UniqueConstraint("company_id", "branch_id", "person_id"),
)

teams = Table(
    "teams",
    metadata,
    company_column(),
    id_column(),
    Column("name", String(200), nullable=False),
    UniqueConstraint("company_id", "name"),
)

team_members = Table(
    "team_members",
    metadata,
    company_column(),
    id_column(),
    reference("team_id", "teams.id"),
    reference("person_id", "people.id"),
    UniqueConstraint("company_id", "team_id", "person_id"),
)

invitations = Table(
    "invitations",
    metadata,
    company_column(),
    id_column(),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    reference("branch_id", "branches.id"),
    reference("person_id", "people.id", nullable=True),  # set when it links an account to a person already there
    Column("uses_left", Integer),  # NULL: any number
    Column("expires_at", Instant, nullable=False),
    Column("created_by", BigId),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
)

# Who brought codes that are none, so that guessing takes time; rows go after a day.
wrong_codes = Table(
    "wrong_codes",
    metadata,
    id_column(),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("label", String(200), nullable=False),
    Column("scopes", String(200), nullable=False),  # space-separated
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("created_by", BigId),  # NULL: at the command line
    Column("expires_at", Instant),  # NULL: never by itself
    Column("last_used_at", Instant),
    Index("ix_api_keys_company_id_person_id", "company_id", "person_id"),
)
