"""what lets people in says who made it, when it was last used and when it ends; set-up codes are kept as hashes."""

import sqlalchemy as sa
from alembic import op

from core import clock

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A code in plain text is not carried over: who needs one gets a new one at the next start.
    op.drop_table("setup_codes")
    op.create_table(
        "setup_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_codes")),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_codes")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_wrong_codes_telegram_id")),
    )
    op.add_column("api_keys", sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(timezone=True)))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(timezone=True)))
    op.add_column("invitations", sa.Column("last_used_at", sa.DateTime(timezone=True)))
    _end_keys_of_those_who_left()


def _end_keys_of_those_who_left() -> None:
    """So far their keys slept; from now on letting go ends them for good."""
    keys = sa.table("api_keys", sa.column("person_id"), sa.column("revoked_at", sa.DateTime(timezone=True)))
    people = sa.table("people", sa.column("id"), sa.column("is_active", sa.Boolean()))
    gone = sa.select(people.c.id).where(sa.not_(people.c.is_active))
    ended = sa.update(keys).where(keys.c.person_id.in_(gone), keys.c.revoked_at.is_(None))
    op.execute(ended.values(revoked_at=clock.now()))
