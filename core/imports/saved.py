"""How a company's own files are read, kept by name. One rule: what is said with an import goes before what is kept."""

from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.errors import InvalidInput, NotFound
from core.imports.plan import ImportOptions
from core.imports.sales.presets import PRESETS
from core.models.imports import import_presets
from core.text import make_handle

LONGEST_NAME = 48
NOT_KEPT = ("beside", "batch_rows")  # where files lie today, and nothing to do with what they say


@dataclass(frozen=True, slots=True)
class SavedPreset:
    """A preset of the company's own."""

    name: str
    options: ImportOptions


def save_preset(tx: Connection, viewer: Viewer, name: str, options: ImportOptions) -> SavedPreset:
    """Keep how a file was read under a name, in place of what that name meant before.

    Raises NotAllowed, and InvalidInput for a name that is none or is one of the presets everybody has.
    """
    viewer.require(Permission.IMPORT)
    handle = make_handle(name).replace("_", "-")[:LONGEST_NAME]
    if not handle or handle in PRESETS:
        why = "is a preset already" if handle else "cannot name a preset"
        raise InvalidInput(f"“{name}” {why}.", field="--save-preset", hint="our-till")
    kept = {
        "company_id": viewer.company.id,
        "name": handle,
        "options": _write(options),
        "saved_by": viewer.person_id,
        "saved_at": clock.now(),
    }
    statement = {"sqlite": sqlite, "postgresql": postgresql}[tx.dialect.name].insert(import_presets).values(kept)
    changed = {name: statement.excluded[name] for name in ("options", "saved_by", "saved_at")}
    tx.execute(statement.on_conflict_do_update(index_elements=["company_id", "name"], set_=changed))
    return SavedPreset(handle, options)


def list_saved_presets(tx: Connection, viewer: Viewer) -> list[SavedPreset]:
    """The company's own presets, by name."""
    own = import_presets.c.company_id == viewer.company.id
    rows = tx.execute(
        select(import_presets.c.name, import_presets.c.options).where(own).order_by(import_presets.c.name)
    )
    return [SavedPreset(row.name, _read(row.options)) for row in rows]


def drop_preset(tx: Connection, viewer: Viewer, name: str) -> None:
    """Forget a preset of the company's own. Raises NotAllowed and NotFound."""
    viewer.require(Permission.IMPORT)
    own = import_presets.c.company_id == viewer.company.id, import_presets.c.name == name
    if not tx.execute(delete(import_presets).where(*own)).rowcount:
        raise NotFound(f"There is no preset “{name}” of your own.", field="preset")


def apply_saved_preset(tx: Connection, viewer: Viewer, options: ImportOptions) -> ImportOptions:
    """The options with those of the saved preset they name filled in; as they are where they name none.

    A name that is neither a saved preset's nor one of everybody's is left for the reading of the file to refuse; here
    InvalidInput lists them all.
    """
    if options.preset is None or options.preset.casefold() in PRESETS:
        return options
    saved = {one.name: one.options for one in list_saved_presets(tx, viewer)}
    kept = saved.get(make_handle(options.preset).replace("_", "-"))
    if kept is None:
        known = ", ".join([*PRESETS, *saved])
        raise InvalidInput(f"There is no preset “{options.preset}”.", field="--preset", hint=known)
    plain = ImportOptions()
    said = {
        one.name: getattr(options, one.name) for one in fields(ImportOptions) if one.name not in ("preset", "mapping")
    }
    told = {name: value for name, value in said.items() if value != getattr(plain, name)}
    return replace(kept, **told, mapping={**kept.mapping, **options.mapping})


def _write(options: ImportOptions) -> dict[str, Any]:
    """What differs from saying nothing, as JSON."""
    plain = ImportOptions()
    kept = {one.name: getattr(options, one.name) for one in fields(ImportOptions) if one.name not in NOT_KEPT}
    told = {name: value for name, value in kept.items() if value != getattr(plain, name)}
    if "create_missing" in told:
        told["create_missing"] = sorted(told["create_missing"])
    if "mapping" in told:
        told["mapping"] = dict(told["mapping"])
    return told


def _read(kept: dict[str, Any]) -> ImportOptions:
    return ImportOptions(**{**kept, "create_missing": frozenset(kept.get("create_missing", ()))})
