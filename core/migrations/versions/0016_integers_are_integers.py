"""integers are integers: on SQLite every table gets a check of them, as at the end of every upgrade (core.migrations)."""

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
