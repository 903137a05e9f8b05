"""How Alembic runs here: on the connection and in the transaction that core.migrations hands over."""

from typing import Any, Literal

from alembic import context

from core.models.columns import Instant


def _render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations stand for ever, so they name no type of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("tables"),
    render_as_batch=True,
    compare_type=True,
    render_item=_render_plainly,
    transactional_ddl=True,
)
context.run_migrations()
