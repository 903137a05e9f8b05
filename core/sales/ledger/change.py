"""What a change of the ledger is, and what it brought about: plain values that say nothing twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, overload

from core import clock
from core.access import Viewer
from core.catalog.products import Product
from core.goals.goals import Goal
from core.goals.standing import Standing
from core.metrics.bulk import Weighed, weigh_whole_documents
from core.sales.sharing import Share

EXTENDED = "extended"  # a file adds lines to a document of its own, in the revision there is: no revision is written
LineRow = dict[str, Any]  # the columns of `lines`; a line that is still to be opened has no id


class ColumnLines(Sequence[LineRow]):
    """Lines by column, as files bring them by the thousand; read as rows by whoever wants rows.

    `columns` are those of `lines` by name, all of one length; instants and days are Python's, JSON is text.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = columns
        self._weighed: dict[int, Weighed] = {}

    def weigh(self, sign: int = 1) -> Weighed:
        """What the lines, which are whole documents, put into rollups or, with `sign` -1, take out; weighed once."""
        if sign not in self._weighed:
            self._weighed[sign] = weigh_whole_documents(self.columns, sign)
        return self._weighed[sign]

    def __len__(self) -> int:
        return len(self.columns["document_id"])

    @overload
    def __getitem__(self, index: int) -> LineRow: ...

    @overload
    def __getitem__(self, index: slice) -> "ColumnLines": ...

    def __getitem__(self, index: int | slice) -> "LineRow | ColumnLines":
        picked = {name: values[index] for name, values in self.columns.items()}
        return ColumnLines(picked) if isinstance(index, slice) else picked

    def __iter__(self) -> Iterator[LineRow]:
        names = tuple(self.columns)
        return (dict(zip(names, values, strict=True)) for values in zip(*self.columns.values(), strict=True))


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document's part in a change: its revision from then on, what was done, and why.

    `note` is the document's from then on. `by_source`: the system that had sent it says so, and no person.
    `asked` are the shares whose people are to be asked for their consent.
    """

    id: int
    revision: int
    action: str
    note: str | None = None
    reason: str | None = None
    by_source: bool = False
    asked: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Documents, the lines they close and those they open, by whom (`viewer`) and when.

    `kept` are present lines that stay in documents of which others close or open: an order is counted once only where
    all of its lines are known. All lines of a document are in the same change. `is_batch`: documents of a file, of
    which there may be thousands; people hear of all of them together, at the end of the file. `products` and
    `time_zone` (of the branch) are what whoever made the change has read already.
    """

    viewer: Viewer
    at: datetime
    documents: Sequence[DocumentChange]
    closed: Sequence[LineRow] = ()
    opened: Sequence[LineRow] = ()
    kept: Sequence[LineRow] = ()
    is_batch: bool = False
    products: Mapping[int, Product] = field(default_factory=dict)
    time_zone: str | None = None

    @property
    def company_id(self) -> int:
        """The company all of it is in."""
        return self.viewer.company.id


def stamp_lines(rows: Sequence[LineRow], document_id: int, revision: int, at: datetime) -> list[LineRow]:
    """Lines as a document opens them in one of its revisions."""
    stamp = {"document_id": document_id, "revision": revision, "recorded_at": at, "superseded_at": None}
    return [{**{name: value for name, value in row.items() if name != "id"}, **stamp} for row in rows]


def find_instant(*earlier: datetime) -> datetime:
    """Now, for a change of what was written at these times; not before them, for another machine's clock may be ahead.

    A history goes one way: what a change closes was open until then.
    """
    return max((clock.now(), *earlier))


def find_seats(lines: Sequence[LineRow]) -> dict[tuple[int, int, date], None]:
    """Where sales among these lines were made, by whom, on which days: (branch, person, day) in their order."""
    told = zip(*(pick_column(lines, name) for name in ("kind", "branch_id", "person_id", "day")), strict=True)
    return {(branch_id, person_id, day): None for kind, branch_id, person_id, day in told if kind == "sale"}


def pick_column(lines: Sequence[LineRow], name: str) -> Iterable[Any]:
    """One column of lines, in their order; one that nobody told has no value."""
    return lines.columns.get(name, ()) if isinstance(lines, ColumnLines) else (line.get(name) for line in lines)


@dataclass(frozen=True, slots=True)
class StockEffect:
    """What a change moved of a product in a branch (below zero: out of it), and what is left; in thousandths."""

    branch_id: int
    product: Product
    moved_e3: int
    left_e3: int


@dataclass(frozen=True, slots=True)
class LowStock:
    """A product that a change left below its reorder point; `is_new` where it was not below before."""

    product_id: int
    name: str
    sku: str
    left_e3: int
    reorder_point_e3: int
    branch_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """A share in a document that waits for its person's answer."""

    document_id: int
    share: Share


@dataclass(slots=True)
class Effects:
    """What the reactions to a change found and did. Where it tells of a sale, whose it is and how they stand now.

    `found`: by the name of a reaction that has no field of its own here, what it has for its `tell`.
    """

    stock: list[StockEffect] = field(default_factory=list)
    low_stock: list[LowStock] = field(default_factory=list)
    goals_met: list[Goal] = field(default_factory=list)
    share_requests: list[ShareRequest] = field(default_factory=list)
    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seller_id: int | None = None
    standing: Standing | None = None
