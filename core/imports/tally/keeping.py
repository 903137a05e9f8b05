"""What is kept between one export and the next. One rule: a voucher type's parent, told once, is known from then on."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.models.company import custom_fields
from core.models.imports import import_presets

TYPES = "tally voucher types"  # no preset of a person's can have a name with spaces
_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def declare_dimensions(tx: Connection, company_id: int, names: Mapping[str, str]) -> None:
    """Make fields dimensions of the company; those that are there keep their label."""
    rows = [{"company_id": company_id, "name": name, "label": label[:200]} for name, label in names.items()]
    tx.execute(_DIALECTS[tx.dialect.name].insert(custom_fields).on_conflict_do_nothing(), rows)


def read_known_types(tx: Connection, company_id: int) -> dict[str, str]:
    """The parents of voucher types that files told of before, both in small letters."""
    own = import_presets.c.company_id == company_id, import_presets.c.name == TYPES
    return dict(tx.execute(select(import_presets.c.options).where(*own)).scalar() or {})


def remember_types(tx: Connection, viewer: Viewer, types: Mapping[str, str]) -> None:
    """Keep what was told of voucher types now, beside what was told before."""
    known = read_known_types(tx, viewer.company.id)
    if not types or all(known.get(name) == parent for name, parent in types.items()):
        return
    row = {"options": {**known, **types}, "saved_by": viewer.person_id, "saved_at": clock.now()}
    own = import_presets.c.company_id == viewer.company.id, import_presets.c.name == TYPES
    if known:
        tx.execute(update(import_presets).where(*own).values(row))
    else:
        tx.execute(insert(import_presets), {"company_id": viewer.company.id, "name": TYPES, **row})
