"""What is kept between one sync and the next. One rule: what was said or told once holds until something else is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.db import Database
from core.imports.plan import Plan
from core.imports.tally.exports import TallyReading, understand_exports
from core.imports.tally.options import TallyOptions
from core.models.company import custom_fields
from core.models.tally import tally_settings

_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def declare_dimensions(tx: Connection, company_id: int, names: Mapping[str, str]) -> None:
    """Make fields dimensions of the company; those that are there keep their label."""
    rows = [{"company_id": company_id, "name": name, "label": label[:200]} for name, label in names.items()]
    tx.execute(_DIALECTS[tx.dialect.name].insert(custom_fields).on_conflict_do_nothing(), rows)


def understand_as_before(
    database: Database, viewer: Viewer, paths: Sequence[Path], options: TallyOptions
) -> Plan[TallyReading]:
    """Understand files, as they were read last time where nothing else is said. Raises InvalidInput."""
    with database.begin_read() as tx:
        recalled, parents = recall_options(tx, viewer.company.id, options)
    return understand_exports(paths, recalled, parents)


def recall_options(tx: Connection, company_id: int, options: TallyOptions) -> tuple[TallyOptions, dict[str, str]]:
    """The options with what was said before and is not said now, and the parents of voucher types told of before.

    An empty formula means the one there is without any.
    """
    kept = _read(tx, company_id)
    recalled = replace(
        options,
        salesperson=kept.get("salesperson") if options.salesperson is None else options.salesperson,
        fields={**kept.get("fields", {}), **options.fields},
        types={**kept.get("types", {}), **options.types},
    )
    return recalled, kept.get("parents", {})


def remember_options(tx: Connection, viewer: Viewer, options: TallyOptions, parents: Mapping[str, str]) -> None:
    """Keep how files were read now, and the parents of voucher types, beside what was kept before."""
    kept = _read(tx, viewer.company.id)
    now = {
        "salesperson": options.salesperson or None,
        "fields": dict(options.fields),
        "types": dict(options.types),
        "parents": {**kept.get("parents", {}), **parents},
    }
    if now == kept:
        return
    row = {"options": now, "saved_by": viewer.person_id, "saved_at": clock.now()}
    statement = _DIALECTS[tx.dialect.name].insert(tally_settings).values(company_id=viewer.company.id, **row)
    tx.execute(statement.on_conflict_do_update(index_elements=["company_id"], set_=row))


def _read(tx: Connection, company_id: int) -> dict[str, Any]:
    own = tally_settings.c.company_id == company_id
    return dict(tx.execute(select(tally_settings.c.options).where(own)).scalar() or {})
