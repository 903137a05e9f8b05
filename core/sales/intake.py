"""Documents that files bring, many at a time: lines are kept exactly as they came, and each is taken in once.

Here nothing is priced, rounded or moved in stock: it is history that is told, not a sale that is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.costs import find_costs
from core.errors import InvalidInput
from core.money import E3, divide_half_even
from core.sales.ledger import Change, ColumnLines, DocumentChange, Effects, LineRow, apply_change, stamp_lines
from core.sales.ledger.change import EXTENDED
from core.sales.ledger.documents import (
    Held,
    NewDocument,
    add_documents,
    divide,
    find_documents,
    find_returned_by_people,
    lock_documents,
    read_notes,
    reserve_document_ids,
)
from core.sales.restating import (
    Fate,
    History,
    Incoming,
    compare_line,
    find_changes,
    find_corrected,
    find_doubt,
    is_restated,
    read_histories,
)

AGAIN = "Exported again with other lines"


@dataclass(slots=True)
class Taken:
    """What became of each document's lines, in their order (a refusal is its reason), and new documents by kind."""

    fates: dict[str, list[Fate | InvalidInput]] = field(default_factory=dict)
    new_documents: dict[str, int] = field(default_factory=dict)
    corrected: int = 0  # documents that said something else before
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
    columns = {**columns, "cost_e4": _fill_costs(tx, viewer, columns)}
    constant = {"company_id": viewer.company.id, "source": source, "revision": 1, "recorded_at": at}
    opened = {
        **columns,
        **{name: [value] * len(numbers) for name, value in constant.items()},
        "document_id": numbers,
        "position": _number_positions(numbers),
    }
    recorded = [DocumentChange(ids[name], 1, "recorded", one.note) for name, one in fresh.items()]
    return apply_change(tx, Change(viewer, at, recorded, opened=ColumnLines(opened), is_batch=True))


def _fill_costs(tx: Connection, viewer: Viewer, columns: Mapping[str, Sequence[Any]]) -> list[int | None]:
    """What lines had cost: as the file says, else what their products cost on their days, where that is known."""
    told = zip(*(columns[name] for name in ("product_id", "day", "quantity_e3", "cost_e4")), strict=True)
    lines_ = list(told)
    untold = [(product_id, day) for product_id, day, _, cost_e4 in lines_ if cost_e4 is None and product_id is not None]
    known = find_costs(tx, viewer.company.id, untold) if untold else {}
    return [
        divide_half_even(known[product_id, day] * quantity_e3, E3)
        if cost_e4 is None and quantity_e3 and (product_id, day) in known
        else cost_e4
        for product_id, day, quantity_e3, cost_e4 in lines_
    ]


def _number_positions(numbers: Sequence[int]) -> list[int]:
    """Each line's place in its document."""
    last: dict[int, int] = {}
    positions = []
    for number in numbers:
        position = last[number] = last.get(number, 0) + 1
        positions.append(position)
    return positions


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
    closed: list[LineRow] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)
    kept: list[LineRow] = field(default_factory=list)

    def add(self, incoming: Sequence[Incoming]) -> set[str]:
        """Find or make the documents and choose the lines that are new; the external ids of those that stand then."""
        there = self._find(incoming)
        self._add_documents([one for one in incoming if one.external_id not in there])
        histories = read_histories(self.tx, self.viewer.company.id, list(there.values()))
        whole = [one for one in incoming if one.is_whole and one.external_id in there]
        changed = [one for one in whole if is_restated(one, histories.get(self.ids[one.external_id]))]
        flaws = self._find_flaws([self.ids[one.external_id] for one in changed])
        for one in changed:
            number = self.ids[one.external_id]
            self._correct(one, histories[number], flaws.get(number))
        standing = {one.external_id for one in changed}
        incoming = [one for one in incoming if one.external_id not in standing]
        for one in incoming:
            history = histories.get(self.ids[one.external_id]) or History()
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
        self.held |= lock_documents(self.tx, company_id, there.values())
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

    def _open(self, one: Incoming, chosen: list[LineRow], history: History, *, is_new: bool) -> None:
        number, revision = self.ids[one.external_id], history.revision
        action = "recorded" if is_new else EXTENDED
        self.documents.append(DocumentChange(number, revision, action, one.note))
        placed = [{**line, "position": history.last_position + place} for place, line in enumerate(chosen, 1)]
        stamped = stamp_lines(placed, number, revision, self.at)
        self.opened += [{**line, "company_id": self.viewer.company.id} for line in stamped]
        self.kept += history.present

    def _find_flaws(self, numbers: Sequence[int]) -> dict[int, str]:
        """Why people would lose what they did here, if these documents said something else now."""
        company_id, flaws = self.viewer.company.id, dict[int, str]()
        for some in divide(numbers):
            returned = find_returned_by_people(self.tx, company_id, some)
            flaws |= {number: f"and goods of it came back (#{back}): undo that first" for number, back in returned}
        return flaws | dict.fromkeys(find_corrected(self.tx, company_id, numbers), "and was corrected here")

    def _correct(self, one: Incoming, history: History, flaw_here: str | None) -> None:
        """Put lines that say something else in place of those they were, unless it may be another sale's number."""
        new, gone = find_changes(one, history)
        flaw = find_doubt(one, new, gone, flaw_here)
        keys = {line["row_key"] for line in new}
        changed: Fate | InvalidInput = flaw or Fate.RECORDED
        fates = [changed if line["row_key"] in keys else Fate.ALREADY_THERE for line in one.lines]
        self.taken.fates[one.external_id] = fates
        if flaw is not None:
            return
        number = self.ids[one.external_id]
        revision = self.held[number].revision + 1
        note = one.note or read_notes(self.tx, self.viewer.company.id, [number]).get(number)
        self.documents.append(DocumentChange(number, revision, "edited", note, AGAIN, by_source=True))
        # A correction stays with the import that brought the order: undoing this one must not take it away.
        told = {"company_id": self.viewer.company.id, "import_id": gone[0]["import_id"]}
        placed = [{**line, **told, "position": history.last_position + place} for place, line in enumerate(new, 1)]
        self.opened += stamp_lines(placed, number, revision, self.at)
        self.closed += gone
        leaving = {line["id"] for line in gone}
        self.kept += [line for line in history.present if line["id"] not in leaving]
        self.taken.corrected += 1

    def write(self) -> Taken:
        """Write what is new, if anything is; what became of all of it."""
        if self.opened:
            names = "product_id", "day", "quantity_e3", "cost_e4"
            costs = _fill_costs(self.tx, self.viewer, {name: [line[name] for line in self.opened] for name in names})
            self.opened = [line | {"cost_e4": cost_e4} for line, cost_e4 in zip(self.opened, costs, strict=True)]
            change = Change(self.viewer, self.at, self.documents, self.closed, self.opened, self.kept, is_batch=True)
            self.taken.effects = apply_change(self.tx, change)
        return self.taken


def _choose_new(one: Incoming, history: History) -> tuple[list[LineRow], list[Fate | InvalidInput]]:
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
