"""Running and writing the migrations' scripts. Loads Alembic, so whoever may do without imports this late."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.ddl.base import AddColumn, visit_add_column
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles

from core.migrations import VERSIONS, list_revisions
from core.models import metadata


def upgrade(tx: Connection, versions: Path = VERSIONS, *, to: str = "head") -> None:
    """Run the scripts between the revision of the database of `tx` and `to`, in that transaction."""
    command.upgrade(_configure(tx, versions), to)


def write_migration(tx: Connection, message: str, versions: Path = VERSIONS, *, tables: MetaData = metadata) -> Path:
    """Write the next script from what the database of `tx`, at the newest revision, has not in common with `tables`."""
    config = _configure(tx, versions)
    config.attributes["tables"] = tables
    number = f"{int(list_revisions(versions)[-1]) + 1:04}"
    command.revision(config, message=message, autogenerate=True, rev_id=number)
    return next(versions.glob(f"{number}_*.py"))


def _configure(tx: Connection, versions: Path) -> Config:
    config = Config()
    for option, folder in (("script_location", Path(__file__).parent), ("version_locations", versions)):
        config.set_main_option(option, str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")  # a folder's name may hold anything else
    config.attributes["connection"] = tx
    return config


@compiles(AddColumn)
def _name_reference(element: AddColumn, compiler: Any, **options: Any) -> str:
    """Alembic forgets the name of a foreign key that is added with its column (inline_references)."""
    written: str = visit_add_column(element, compiler, **options)
    names = [key.constraint.name for key in element.column.foreign_keys if key.constraint is not None]
    return written.replace(" REFERENCES ", f" CONSTRAINT {names[0]} REFERENCES ", 1) if names else written
