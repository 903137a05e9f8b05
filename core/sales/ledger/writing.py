"""The one writer of the ledger. A line is closed and another opened; nothing is ever overwritten."""

from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from core.models.sales import documents, lines, revisions
from core.sales.ledger.change import EXTENDED, Change, ColumnLines, DocumentChange
from core.statements import Statement, load_columns, without_waiting

_CLOSE = Statement(
    update(lines)
    .where(lines.c.id == bindparam("line"), lines.c.superseded_at.is_(None))
    .values(superseded_at=bindparam("at"))
)
_RENUMBER = Statement(
    update(documents).where(documents.c.id == bindparam("document")).values(revision=bindparam("number"))
)
_INSERT_LINE, _INSERT_REVISION = Statement(insert(lines)), Statement(insert(revisions))


def write_change(tx: Connection, change: Change) -> None:
    """Write a change's revisions, close its lines and open the new ones: by `apply_change` only."""
    if change.is_batch:
        _write(tx, change)
    else:
        with without_waiting(tx):
            _write(tx, change)


def _write(tx: Connection, change: Change) -> None:
    told = [_tell_revision(change, document) for document in change.documents if document.action != EXTENDED]
    if change.is_batch and told:
        load_columns(tx, revisions, {name: [row[name] for row in told] for name in told[0]})
    else:
        _INSERT_REVISION.run_each(tx, told)
    later = [{"document": row["document_id"], "number": row["number"]} for row in told if row["number"] > 1]
    _RENUMBER.run_each(tx, later)
    _CLOSE.run_each(tx, [{"line": line["id"], "at": change.at} for line in change.closed])
    if isinstance(change.opened, ColumnLines):
        load_columns(tx, lines, change.opened.columns, meanwhile=change.opened.weigh)
    else:
        _INSERT_LINE.run_each(tx, change.opened)


def _tell_revision(change: Change, document: DocumentChange) -> dict[str, Any]:
    return {
        "company_id": change.company_id,
        "document_id": document.id,
        "number": document.revision,
        "action": document.action,
        "person_id": change.viewer.person_id,
        "reason": document.reason,
        "note": document.note,
        "by_source": document.by_source,
        "recorded_at": change.at,
    }
