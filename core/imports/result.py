"""What becomes of the units of a file: of a batch, and at the end of all of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from core.errors import SalesbellError
from core.periods import Period

NEW = {"sale": "new_orders", "guest": "new_orders", "return": "new_returns", "exchange": "new_returns"}  # by kind


class Rejected(NamedTuple):
    """A unit that was refused: its line and cells, why, and where it stands in words if not in a line."""

    line: int
    cells: list[str]
    reason: SalesbellError
    place: str = ""

    @property
    def words(self) -> str:
        """Where, why, and what would work instead, in one sentence."""
        hint = f" Try: {self.reason.hint}" if self.reason.hint else ""
        return f"{self.place or f'line {self.line}'}: {self.reason.message}{hint}"


@dataclass(slots=True)
class Taken:
    """What became of a batch: how many of each fate, those refused, and the numbers of the goals they met."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    goals_met: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or in a trial would do.

    `counts` say what became of what was `read`: `recorded`, `already_there`, `rejected` and what else the format has.
    These are of the whole file, others, such as `rounded`, `new_orders` and `created`, of this run. `ids` are the
    imports it can be taken back by, `reasons` the first of those for which something was rejected, `period` is what a
    file of targets reaches over.
    """

    source: str
    counts: Counter[str]
    ids: tuple[int, ...] = ()
    created: Mapping[str, int] = field(default_factory=dict)
    rejects: tuple[Path, ...] = ()
    reasons: tuple[str, ...] = ()
    resumed_at: int = 0
    notes: tuple[str, ...] = ()
    period: Period | None = None

    @property
    def id(self) -> int:
        """The number of its only import; 0 where it has none."""
        return self.ids[0] if self.ids else 0

    @property
    def read(self) -> int:
        """How many units are behind it."""
        return self.counts["read"]

    @property
    def recorded(self) -> int:
        """How many of them were recorded."""
        return self.counts["recorded"]

    @property
    def already_there(self) -> int:
        """How many were there before."""
        return self.counts["already_there"]

    @property
    def rejected(self) -> int:
        """How many were refused."""
        return self.counts["rejected"]

    @property
    def rejects_path(self) -> Path | None:
        """The first file of those refused, each with its reason; None where there is none."""
        return self.rejects[0] if self.rejects else None
