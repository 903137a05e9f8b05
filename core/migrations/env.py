"""How Alembic runs here: on the connection and in the transaction that core.migrations hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.sql.elements import False_, True_

from core.models.columns import Instant


def _render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations stand for ever and for both databases: no type of ours in them, no default as SQLite writes it."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "server_default" and isinstance(getattr(item, "arg", None), False_ | True_):
        return "sa.false()" if isinstance(item.arg, False_) else "sa.true()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("tables"),
    render_as_batch=True,
    compare_type=True,
    render_item=_render_plainly,
    transactional_ddl=True,
)
context.run_migrations()
