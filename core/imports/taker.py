"""What reads the units of a format and takes them into a transaction: all that an import of one does by itself."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.imports.plan import K, Plan, PlannedFile
from core.imports.result import Taken
from core.periods import Period


@dataclass(frozen=True, slots=True)
class Batch:
    """So many units of a file that are taken in together, as their format reads them."""

    size: int
    units: Any


class Taker(ABC, Generic[K]):
    """Takes the files of one plan in, for one run."""

    def __init__(self, viewer: Viewer, plan: Plan[K], *, is_trial: bool) -> None:
        self.viewer, self.plan, self.is_trial = viewer, plan, is_trial
        self.created: dict[str, int] = {}  # what was made because units name it: products, people …
        self.notes = plan.notes  # to be said at the end
        self.period: Period | None = None  # that targets were set for

    def open(self, tx: Connection) -> None:
        """Learn, and unless it is a trial write, what all batches need. InvalidInput names an option at fault."""

    @abstractmethod
    def read(self, file: PlannedFile, behind: int) -> Iterator[Batch]:
        """The batches after so many units, which end where one did. Runs in a thread of its own, without a database."""

    @abstractmethod
    def take(self, tx: Connection, units: Any, import_id: int | None) -> Taken:
        """Take a batch in; what is refused takes nothing with it. In a trial, of which there is no import, foresee."""

    def finish(self, tx: Connection) -> None:
        """Do what only the end of a file allows."""

    def close(self) -> None:
        """Let go of what is held outside the database."""
