"""Documents that files bring, many at a time: lines are kept exactly as they came, and each is taken in once.

Here nothing is priced, rounded or moved in stock: it is history that is told, not a sale that is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.errors import InvalidInput
from core.models.imports import imports
from core.models.sales import lines
from core.sales.ledger import Change, ColumnLines, DocumentChange, Effects, LineRow, apply_change, stamp_lines
from core.sales.ledger.change import EXTENDED
from core.sales.ledger.documents import (
    NewDocument,
    add_documents,
    divide,
    find_documents,
    lock_documents,
    reserve_document_ids,
)

TOLD = ("day", "quantity_e3", "amount_e4")  # what a line that is there already must agree in


@dataclass(slots=True)
class Incoming:
    """A document with lines that came for it.

    A line has every column of `lines` a file can tell (`row_key` among them, the line's name in its source) and none
    the ledger keeps for itself (document, revision, position, recorded and superseded). `original` is the external id
    of the sale a return belongs to; where it `stands_alone`, it is taken in regardless of that sale's state.
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
    effects: Effects = field(default_factory=Effects)


def take_in(tx: Connection, viewer: Viewer, source: str, incoming: Sequence[Incoming], *, at: datetime) -> Taken:
    """Take documents in; lines of a document that is there already join it. Whoever calls holds the source.

    The same line again changes nothing, also one that was corrected or undone since. A line that says something else
    than the one of its name, or is new to a document undone here, is refused with its reason. Returns are taken in
    after the sales they belong to, and only where the sale stands or they stand alone.
    """
    intake = _Intake(tx, viewer, source, at)
    standing = intake.add([one for one in incoming if one.original is None])
    intake.add([one for one in incoming if one.original in standing or (one.original and one.stands_alone)])
    return intake.write()


@dataclass(frozen=True, slots=True)
class FreshDocument:
    """A document nobody has seen: its kind, its note, and for a return the external id of the sale it belongs to."""

    kind: str
    note: str | None
    original: str | None


def take_in_fresh(
    tx: Connection,
    viewer: Viewer,
    source: str,
    fresh: Mapping[str, FreshDocument],
    names: Sequence[str],
    columns: Mapping[str, Sequence[Any]],
    *,
    at: datetime,
) -> Effects:
    """Take in documents of which none is there, by their external ids; the fastest way for many.

    `names` says which document each line is of, `columns` are the lines', JSON as text. Whoever calls holds the source.
    """
    ids = dict(zip(fresh, reserve_document_ids(tx, len(fresh)), strict=True))
    new = [NewDocument(ids[name], one.kind, source, name, ids.get(one.original or "")) for name, one in fresh.items()]
    add_documents(tx, viewer.company.id, new, at)
    numbers = list(map(ids.__getitem__, names))
    constant = {"company_id": viewer.company.id, "source": source, "revision": 1, "recorded_at": at}
    opened = {
        **columns,
        **{name: [value] * len(numbers) for name, value in constant.items()},
        "document_id": numbers,
        "position": _number_positions(numbers),
    }
    recorded = [DocumentChange(ids[name], 1, "recorded", one.note) for name, one in fresh.items()]
    return apply_change(tx, Change(viewer, at, recorded, opened=ColumnLines(opened), is_batch=True))


def _number_positions(numbers: Sequence[int]) -> list[int]:
    """Each line's place in its document."""
    last: dict[int, int] = {}
    positions = []
    for number in numbers:
        position = last[number] = last.get(number, 0) + 1
        positions.append(position)
    return positions


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


@dataclass(slots=True)
class _Intake:
    """Documents of one source on their way into the ledger, all of them in one change."""

    tx: Connection
    viewer: Viewer
    source: str
    at: datetime
    taken: Taken = field(default_factory=Taken)
    ids: dict[str, int] = field(default_factory=dict)
    documents: list[DocumentChange] = field(default_factory=list)
    opened: list[LineRow] = field(default_factory=list)
    kept: list[LineRow] = field(default_factory=list)

    def add(self, incoming: Sequence[Incoming]) -> set[str]:
        """Find or make the documents and choose the lines that are new; the external ids of those that stand then."""
        there = self._find(incoming)
        self._add_documents([one for one in incoming if one.external_id not in there])
        histories = _read_histories(self.tx, self.viewer.company.id, list(there.values()))
        standing = set()
        for one in incoming:
            history = histories.get(self.ids[one.external_id]) or _History()
            chosen, self.taken.fates[one.external_id] = _choose_new(one, history)
            if chosen:
                self._open(one, chosen, history, is_new=one.external_id not in there)
            if chosen or history.present:
                standing.add(one.external_id)
        return standing

    def _find(self, incoming: Sequence[Incoming]) -> dict[str, int]:
        """The documents that are there, held so that nobody corrects them meanwhile; and their originals."""
        company_id, names = self.viewer.company.id, [one.external_id for one in incoming]
        there = find_documents(self.tx, company_id, self.source, names)
        lock_documents(self.tx, company_id, there.values())
        others = {one.original for one in incoming if one.original and one.original not in self.ids}
        self.ids |= there | find_documents(self.tx, company_id, self.source, list(others))
        return there

    def _add_documents(self, incoming: Sequence[Incoming]) -> None:
        if not incoming:
            return
        for one, number in zip(incoming, reserve_document_ids(self.tx, len(incoming)), strict=True):
            self.ids[one.external_id] = number
            self.taken.new_documents[one.kind] = self.taken.new_documents.get(one.kind, 0) + 1
        new = [
            NewDocument(
                self.ids[one.external_id], one.kind, self.source, one.external_id, self.ids.get(one.original or "")
            )
            for one in incoming
        ]
        add_documents(self.tx, self.viewer.company.id, new, self.at)

    def _open(self, one: Incoming, chosen: list[LineRow], history: _History, *, is_new: bool) -> None:
        number, revision = self.ids[one.external_id], history.revision
        action = "recorded" if is_new else EXTENDED
        self.documents.append(DocumentChange(number, revision, action, one.note))
        placed = [{**line, "position": history.last_position + place} for place, line in enumerate(chosen, 1)]
        stamped = stamp_lines(placed, number, revision, self.at)
        self.opened += [{**line, "company_id": self.viewer.company.id} for line in stamped]
        self.kept += history.present

    def write(self) -> Taken:
        """Write what is new, if anything is; what became of all of it."""
        if self.opened:
            change = Change(self.viewer, self.at, self.documents, (), self.opened, self.kept, is_batch=True)
            self.taken.effects = apply_change(self.tx, change)
        return self.taken


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


def is_remembered() -> ColumnElement[bool]:
    """Whether a line is one that the same row can meet again: not one an import brought that was taken back."""
    is_undone = exists().where(imports.c.id == lines.c.import_id, imports.c.undone_at.is_not(None))
    return or_(lines.c.superseded_at.is_(None), ~is_undone)


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
    for some in divide(numbers):
        own = lines.c.company_id == company_id, lines.c.document_id.in_(some), is_remembered()
        # Ordered here: PostgreSQL would rather walk all lines in the order of their numbers than sort these few.
        for row in sorted(tx.execute(select(lines).where(*own)), key=lambda line: int(line.id)):
            histories.setdefault(row.document_id, _History()).add(dict(row._mapping))
    return histories
