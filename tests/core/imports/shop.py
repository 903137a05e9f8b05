"""A company to import into. One rule: Alice owns it, Bob manages a branch of it, Charlie is of another company."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from core.access import Company, Role, Viewer, act_as_operator, load_viewer
from core.company import create_company
from core.db import Database
from core.imports import ImportOptions, ImportResult, import_sales
from core.metrics import ask
from core.metrics.recount import verify_rollups
from core.metrics.wording import parse_question, write_answer
from core.people.members import add_person

Rows = list[dict[str, str]]
SUPERSTORE = ImportOptions(preset="superstore")


@dataclass
class Shop:
    """A company, those who matter in it, and the way to ask it."""

    database: Database
    company: Company
    operator: Viewer
    alice: Viewer
    bob: Viewer
    charlie: Viewer

    def take(
        self, path: Path, options: ImportOptions = SUPERSTORE, viewer: Viewer | None = None, **extra
    ) -> ImportResult:
        """Import a file, as Alice unless said otherwise."""
        return import_sales(self.database, viewer or self.alice, path, options, **extra)

    def ask(self, measures: str, by: str | None = None, viewer: Viewer | None = None, **words) -> dict:
        """An answer as JSON values."""
        viewer = viewer or self.operator
        words = {"today": None, "calendar": self.company.calendar, "measures": measures, "by": by} | words
        with self.database.begin_read() as tx:
            return write_answer(ask(tx, viewer, parse_question(**words)))

    def ask_by(self, measures: str, by: str, **words) -> dict:
        """The rows of an answer by their one dimension: the values, in the order of the measures."""
        names = measures.split(",")
        return {row[by]: [row[name] for name in names] for row in self.ask(measures, by, **words)["rows"]}

    def totals(self, measures: str, **words) -> list:
        """The totals of an answer, in the order of the measures."""
        answer = self.ask(measures, **words)
        return [answer["totals"][name] for name in measures.split(",")]

    def verify(self) -> None:
        """Every rollup is what its lines say."""
        with self.database.begin_read() as tx:
            for proof in verify_rollups(tx, self.company.id):
                assert proof.differences == (), proof


def open_shop(database: Database, name: str = "Alice") -> Shop:
    """A company with Alice, Bob and, elsewhere, Charlie."""
    with database.begin() as tx:
        company = create_company(tx, f"{name}'s Store", currency="USD", time_zone="America/New_York")
        other = create_company(tx, f"Not {name}'s", currency="USD", time_zone="America/New_York")
        operator, elsewhere = act_as_operator(company), act_as_operator(other)
        alice = add_person(tx, operator, "Alice", Role.SUPER_ADMIN)
        bob = add_person(tx, operator, "Bob", Role.MANAGER)
        charlie = add_person(tx, elsewhere, "Charlie", Role.SUPER_ADMIN)
        viewers = (load_viewer(tx, person.id) for person in (alice, bob, charlie))
        return Shop(database, company, operator, *viewers)


def add_up(rows: Rows, column: str) -> Decimal:
    """The exact sum of a column."""
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def cents(amount: Decimal) -> str:
    """An amount as shown."""
    return str(amount.quantize(Decimal("0.01")))
