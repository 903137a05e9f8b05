"""What a document said that comes again from its source: whether it says the same, something else, or is another's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.engine import Connection

from core.errors import InvalidInput
from core.models.imports import imports
from core.models.sales import lines, revisions
from core.sales.ledger import LineRow
from core.sales.ledger.documents import divide

TOLD = ("day", "quantity_e3", "amount_e4")  # what a line that is there already must agree in


@dataclass(slots=True)
class Incoming:
    """A document with lines that came for it.

    A line has every column of `lines` a file can tell (`row_key` among them, the line's name in its source) and none
    the ledger keeps for itself (document, revision, position, recorded and superseded). `original` is the external id
    of the sale a return belongs to; where it `stands_alone`, it is taken in regardless of that sale's state. Where it
    `is_whole`, its lines are all there are: one that says something else takes the place of the line it was.
    """

    kind: str
    external_id: str
    lines: list[LineRow]
    note: str | None = None
    original: str | None = None
    stands_alone: bool = False
    is_whole: bool = False


class Fate(Enum):
    """What became of a line that was not refused."""

    RECORDED = "recorded"
    ALREADY_THERE = "already there"


@dataclass(slots=True)
class History:
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

    @property
    def standing(self) -> dict[str, LineRow]:
        """What each row says now; where it stands no more, what it said."""
        return self.by_key | {line["row_key"]: line for line in self.present if line["row_key"] is not None}

    def add(self, line: LineRow) -> None:
        self.last_position = max(self.last_position, line["position"])
        if line["superseded_at"] is None:
            self.present.append(line)
        if line["row_key"] is not None:
            self.by_key.setdefault(line["row_key"], line)


def find_corrected(tx: Connection, company_id: int, numbers: Sequence[int]) -> set[int]:
    """Those of these documents that somebody changed here, whatever their source said after that."""
    found: set[int] = set()
    for some in divide(list(numbers)):
        own = revisions.c.company_id == company_id, revisions.c.document_id.in_(some)
        by_people = revisions.c.number > 1, revisions.c.by_source.is_(False)
        found.update(tx.execute(select(revisions.c.document_id).where(*own, *by_people)).scalars())
    return found


def is_restated(one: Incoming, history: History | None) -> bool:
    """Whether an order that is there has lines that are not the ones the file tells."""
    return history is not None and all(find_changes(one, history))


def find_changes(one: Incoming, history: History) -> tuple[list[LineRow], list[LineRow]]:
    """The lines that are new or say something else than before, and those present that the file tells no more."""
    standing = history.standing
    new = [
        line for line in one.lines
        if line["row_key"] not in standing or isinstance(compare_line(standing[line["row_key"]], line), InvalidInput)
    ]  # fmt: skip
    brought = {line["import_id"] for line in one.lines}
    same = {line["row_key"] for line in one.lines} - {line["row_key"] for line in new}
    gone = [
        line for line in history.present
        if line["row_key"] is not None and line["row_key"] not in same and line["import_id"] not in brought
    ]  # fmt: skip
    return new, gone


def find_doubt(
    one: Incoming, new: Sequence[LineRow], gone: Sequence[LineRow], flaw_here: str | None
) -> InvalidInput | None:
    """Why lines may not take the place of others: for what people did here, or it looks like another system's order."""
    words, hint = f"“{one.external_id}” is recorded already", "give the files of another system a --name of their own"
    if flaw_here is not None:
        return InvalidInput(f"{words}, {flaw_here}.", field="order_id", hint="correct the sale")
    if {line["day"] for line in new} != {line["day"] for line in gone}:
        return InvalidInput(f"{words} with another day.", field="order_id", hint=hint)
    alike = any(
        before["product_id"] == line["product_id"]
        or (before["quantity_e3"], before["amount_e4"]) == (line["quantity_e3"], line["amount_e4"])
        for line in new
        for before in gone
    )
    return None if alike else InvalidInput(f"{words} with other items.", field="order_id", hint=hint)


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


def read_histories(tx: Connection, company_id: int, numbers: list[int]) -> dict[int, History]:
    """What each of these documents has been so far."""
    histories: dict[int, History] = {}
    for some in divide(numbers):
        own = lines.c.company_id == company_id, lines.c.document_id.in_(some), is_remembered()
        # Ordered here: PostgreSQL would rather walk all lines in the order of their numbers than sort these few.
        for row in sorted(tx.execute(select(lines).where(*own)), key=lambda line: int(line.id)):
            histories.setdefault(row.document_id, History()).add(dict(row._mapping))
    return histories
