"""Documents taken in many at a time. One rule: lines are kept exactly as they came, and each is taken in once.

Here nothing is priced, rounded or moved in stock: it is history that is told, not a sale that is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.errors import InvalidInput
from core.metrics.rollups import move_rollups
from core.models.imports import imports
from core.models.sales import documents, lines, revisions
from core.sales.ledger import LineRow

_CLAIMS = {
    dialect.dialect.name: dialect.insert(documents)
    .on_conflict_do_nothing(index_elements=["company_id", "source", "external_id"])
    .returning(documents.c.id, documents.c.external_id)
    for dialect in (sqlite, postgresql)
}
_INSERT_LINES, _INSERT_REVISIONS = insert(lines), insert(revisions)
ASKED_AT_ONCE = 5_000
TOLD = ("day", "quantity_e3", "amount_e4")  # what a line that is there already must agree in


@dataclass(slots=True)
class Incoming:
    """A document with lines that came for it.

    A line has every column of `lines` a file can tell (`row_key` among them, the line's name in its source) and none
    the ledger keeps for itself (document, revision, position, recorded and superseded). `original` is the external id
    of the sale a return belongs to; where it `stands_alone`, it is taken in whatever became of that.
    """

    kind: str
    external_id: str
    lines: list[LineRow]
    note: str | None = None
    original: str | None = None
    stands_alone: bool = False


class Fate(Enum):
    """What became of a line that was not refused."""

    RECORDED = "recorded"
    ALREADY_THERE = "already there"


@dataclass(slots=True)
class Taken:
    """What became of each document's lines, in their order (a refusal is its reason), and new documents by kind."""

    fates: dict[str, list[Fate | InvalidInput]] = field(default_factory=dict)
    new_documents: dict[str, int] = field(default_factory=dict)


def take_in(
    tx: Connection,
    company_id: int,
    source: str,
    incoming: Sequence[Incoming],
    *,
    person_id: int | None,
    at: datetime,
) -> Taken:
    """Take documents in, with lines, rollups and history; lines of a document that is there already join it.

    The same line again changes nothing, also one that was corrected or undone since. A line that says something else
    than the one of its name, or is new to a document undone here, is refused with its reason. Returns are taken in
    after the sales they belong to, and only where the sale stands or they stand alone.
    """
    taken = Taken()
    sales = [one for one in incoming if one.original is None]
    ids = _claim(tx, company_id, source, sales, {}, at, person_id, taken)
    standing = _add_lines(tx, company_id, sales, ids, at, taken)
    returns = [one for one in incoming if one.original in standing or (one.original and one.stands_alone)]
    if returns:
        others = [one.original for one in returns if one.original and one.original not in ids]
        ids |= {name: (number, False) for name, number in find_documents(tx, company_id, source, others).items()}
        return_ids = _claim(tx, company_id, source, returns, ids, at, person_id, taken)
        _add_lines(tx, company_id, returns, return_ids, at, taken)
    return taken


def hold_source(tx: Connection, company_id: int, source: str) -> None:
    """Let nobody else take in documents of this source until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{company_id} {source}", 0))))


def find_documents(tx: Connection, company_id: int, source: str, names: Sequence[str]) -> dict[str, int]:
    """The numbers of the documents there are, by external id."""
    found: dict[str, int] = {}
    for start in range(0, len(names), ASKED_AT_ONCE):
        asked = documents.c.external_id.in_(names[start : start + ASKED_AT_ONCE])
        own = documents.c.company_id == company_id, documents.c.source == source, asked
        rows = tx.execute(select(documents.c.external_id, documents.c.id).where(*own))
        found |= {row.external_id: row.id for row in rows}
    return found


Claimed = dict[str, tuple[int, bool]]  # external id: the document's number, and whether it is new


def _claim(
    tx: Connection,
    company_id: int,
    source: str,
    incoming: list[Incoming],
    originals: Claimed,
    at: datetime,
    person_id: int | None,
    taken: Taken,
) -> Claimed:
    """The number of each document; those that are there are held, so that nobody corrects them meanwhile."""
    rows = [
        {
            "company_id": company_id,
            "kind": one.kind,
            "source": source,
            "external_id": one.external_id,
            "original_id": originals[one.original][0] if one.original in originals else None,
            "revision": 1,
            "created_at": at,
        }
        for one in sorted(
            incoming, key=lambda one: one.external_id
        )  # the same order everywhere: nobody waits in a circle
    ]
    if not rows:
        return {}
    found: Claimed = {row.external_id: (row.id, True) for row in tx.execute(_CLAIMS[tx.dialect.name], rows)}
    new = [one for one in incoming if one.external_id in found]
    _add_revisions(tx, company_id, new, found, at, person_id)
    for one in new:
        taken.new_documents[one.kind] = taken.new_documents.get(one.kind, 0) + 1
    others = [one.external_id for one in incoming if one.external_id not in found]
    if others:
        own = documents.c.company_id == company_id, documents.c.source == source, documents.c.external_id.in_(others)
        held = select(documents.c.external_id, documents.c.id).where(*own).order_by(documents.c.id).with_for_update()
        found |= {row.external_id: (row.id, False) for row in tx.execute(held)}
    return found


def _add_revisions(
    tx: Connection, company_id: int, new: list[Incoming], ids: Claimed, at: datetime, person_id: int | None
) -> None:
    rows = [
        {
            "company_id": company_id,
            "document_id": ids[one.external_id][0],
            "number": 1,
            "action": "recorded",
            "person_id": person_id,
            "reason": None,
            "note": one.note,
            "recorded_at": at,
        }
        for one in new
    ]
    if rows:
        tx.execute(_INSERT_REVISIONS, rows)


@dataclass(slots=True)
class _History:
    """What a document has been so far."""

    present: list[LineRow] = field(default_factory=list)
    by_key: dict[str, LineRow] = field(default_factory=dict)
    last_position: int = 0

    @property
    def is_undone(self) -> bool:
        return self.last_position > 0 and not self.present

    @property
    def revision(self) -> int:
        return max((line["revision"] for line in self.present), default=1)

    def add(self, line: LineRow) -> None:
        self.last_position = max(self.last_position, line["position"])
        if line["superseded_at"] is None:
            self.present.append(line)
        if line["row_key"] is not None:
            self.by_key.setdefault(line["row_key"], line)


def _add_lines(
    tx: Connection, company_id: int, incoming: list[Incoming], ids: Claimed, at: datetime, taken: Taken
) -> set[str]:
    """Write the lines that are new; the external ids of the documents that stand, i.e. have lines now."""
    histories = _read_histories(tx, company_id, [number for number, is_new in ids.values() if not is_new])
    closed: list[LineRow] = []
    opened: list[LineRow] = []
    new: list[LineRow] = []
    standing = set()
    for one in incoming:
        number = ids[one.external_id][0]
        history = histories.get(number) or _History()
        chosen, taken.fates[one.external_id] = _choose_new(one, history)
        added = [
            {
                **line,
                "company_id": company_id,
                "document_id": number,
                "revision": history.revision,
                "position": history.last_position + place,
                "recorded_at": at,
                "superseded_at": None,
            }
            for place, line in enumerate(chosen, 1)
        ]
        if added:
            closed += history.present
            opened += history.present
            new += added
        if added or history.present:
            standing.add(one.external_id)
    if new:
        tx.execute(_INSERT_LINES, new)
        # Lines that were there count as taken out and put in again, so that their order is counted once.
        move_rollups(tx, company_id, closed, [*opened, *new])
    return standing


def _choose_new(one: Incoming, history: _History) -> tuple[list[LineRow], list[Fate | InvalidInput]]:
    """The lines to write, and what becomes of each."""
    seen, chosen = dict(history.by_key), []
    fates: list[Fate | InvalidInput] = []
    for line in one.lines:
        before = seen.get(line["row_key"])
        if before is not None:
            fates.append(compare_line(before, line))
        elif history.is_undone:
            fates.append(
                InvalidInput(
                    f"“{one.external_id}” was undone here, so nothing is added to it.",
                    field="order_id",
                    hint="restore it",
                )
            )
        else:
            seen[line["row_key"]] = line
            chosen.append(line)
            fates.append(Fate.RECORDED)
    return chosen, fates


def is_remembered(company_id: int) -> ColumnElement[bool]:
    """Whether a line is one that the same row can meet again: not one an import brought that was taken back."""
    undone = select(imports.c.id).where(imports.c.company_id == company_id, imports.c.undone_at.is_not(None))
    return or_(lines.c.superseded_at.is_(None), lines.c.import_id.is_(None), lines.c.import_id.not_in(undone))


def compare_line(before: Mapping[str, Any], line: Mapping[str, Any]) -> Fate | InvalidInput:
    """What becomes of a line whose name is known: nothing where it says the same, else it is refused."""
    other = next((name for name in TOLD if before[name] != line[name]), None)
    if other is None:
        return Fate.ALREADY_THERE
    return InvalidInput(
        f"The same row is recorded already with another {other.partition('_')[0]}.",
        field="row_id",
        hint="correct the sale, or give the files of another system a --name of their own",
    )


def _read_histories(tx: Connection, company_id: int, numbers: list[int]) -> dict[int, _History]:
    histories: dict[int, _History] = {}
    if numbers:
        own = lines.c.company_id == company_id, lines.c.document_id.in_(numbers), is_remembered(company_id)
        for row in tx.execute(select(lines).where(*own).order_by(lines.c.id)):
            histories.setdefault(row.document_id, _History()).add(dict(row._mapping))
    return histories
