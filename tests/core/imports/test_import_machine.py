"""Files in, out, in again, between sales and corrections: after each step a plain model and the ledger agree."""

import csv
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.catalog.stock import verify_stock
from core.db import Database
from core.imports import undo_import
from core.metrics import Question, ask
from core.models.sales import documents, lines
from core.money import E3, E4
from core.periods import Period, parse_day
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, restore_sale, void_sale
from core.sales.record import record_sale
from tests.core.imports.shop import open_shop

FILES, ORDERS = st.integers(1, 3), st.integers(1, 4)
HEADER = ("Row ID", "Order ID", "Order Date", "Product ID", "Product Name", "Sales", "Quantity")
ALWAYS = Period(parse_day("2020-01-01", "day"), parse_day("2100-01-01", "day"))
NAMES = count(1)


class Files(RuleBasedStateMachine):
    """Three files of four orders each, with two rows an order; what stands of each, in whole dollars."""

    database: Database

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.shop = open_shop(self.database, f"Machine {next(NAMES)}")
        self.standing: dict[tuple[int, int], int] = {}  # file and order: what it comes to, 0 once voided
        self.imports: dict[int, int] = {}
        self.sold = 0
        self.seen: list[tuple[datetime, int]] = []

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def write(self, file: int) -> Path:
        path = Path(self.folder.name) / f"orders{file}.csv"
        with path.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            for order in range(1, 5):
                for row in (1, 2):
                    name = f"{file}-{order}-{row}"
                    amount = 10 * file + order
                    writer.writerow([name, f"O-{file}-{order}", f"2025-0{file}-1{order}", "P-1", "Lamp", amount, 1])
        return path

    @rule(file=FILES)
    def take(self, file: int) -> None:
        result = self.shop.take(self.write(file))
        known = file in self.imports
        assert (result.recorded, result.already_there, result.rejected) == ((0, 8, 0) if known else (8, 0, 0))
        if not known:
            self.imports[file] = result.id
            self.standing |= {(file, order): 2 * (10 * file + order) for order in range(1, 5)}

    @rule(file=FILES)
    def take_back(self, file: int) -> None:
        if file in self.imports:
            undo_import(self.database, self.shop.alice, self.imports.pop(file))
            self.standing = {key: amount for key, amount in self.standing.items() if key[0] != file}

    @rule(file=FILES, order=ORDERS)
    def void(self, file: int, order: int) -> None:
        if (file, order) in self.standing:
            self.write_with(void_sale, self.find(file, order))
            self.standing[file, order] = 0

    @rule(file=FILES, order=ORDERS)
    def restore(self, file: int, order: int) -> None:
        if self.standing.get((file, order)) == 0:
            receipt = self.write_with(restore_sale, self.find(file, order))
            self.standing[file, order] = receipt.total_e4 // E4

    @rule(file=FILES, order=ORDERS, amount=st.integers(1, 9))
    def amend(self, file: int, order: int, amount: int) -> None:
        if self.standing.get((file, order)):
            terms = SaleTerms((SaleLine(E3, unit_price_e4=amount * E4),))
            self.write_with(amend_sale, self.find(file, order), terms)
            self.standing[file, order] = amount

    @rule(amount=st.integers(1, 9))
    def sell(self, amount: int) -> None:
        terms = SaleTerms((SaleLine(E3, unit_price_e4=amount * E4),))
        self.write_with(record_sale, RecordSale("machine", str(next(NAMES)), terms))
        self.sold += amount

    def write_with(self, act, *words):
        with self.database.begin() as tx:
            return act(tx, self.shop.alice, *words)

    def find(self, file: int, order: int) -> int:
        own = documents.c.company_id == self.shop.company.id, documents.c.external_id == f"O-{file}-{order}"
        with self.database.begin_read() as tx:
            return tx.execute(select(documents.c.id).where(*own)).scalar_one()

    def count(self, as_of: datetime | None = None) -> int:
        with self.database.begin_read() as tx:
            answer = ask(tx, self.shop.operator, Question(("revenue",), ALWAYS, as_of=as_of))
        return int(answer.totals["revenue"] or 0)

    @invariant()
    def it_agrees_with_the_model(self) -> None:
        if not hasattr(self, "standing"):
            return
        now, expected = clock.now(), (self.sold + sum(self.standing.values())) * E4
        assert self.count() == self.count(now) == expected
        self.seen.append((now, expected))
        earlier, then = self.seen[len(self.seen) // 2]
        assert self.count(earlier) == then
        self.shop.verify()
        with self.database.begin_read() as tx:
            assert not verify_stock(tx, self.shop.company.id).differences
            mine = lines.c.company_id == self.shop.company.id, lines.c.superseded_at.is_(None)
            present = select(lines.c.document_id).where(*mine).distinct()
            standing = sum(amount > 0 for amount in self.standing.values())
            imported = select(documents.c.id).where(documents.c.id.in_(present), documents.c.source != "machine")
            assert len(tx.execute(imported).all()) == standing


@pytest.fixture
def run_machine(database: Database) -> Callable[[int, int], None]:
    def run(examples: int, steps: int) -> None:
        machine = type("FilesOnDatabase", (Files,), {"database": database})
        checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks
            ),
        )

    return run


def test_files_come_and_go(run_machine) -> None:
    run_machine(3, 20)


@pytest.mark.slow
def test_files_come_and_go_thousands_of_times(run_machine) -> None:
    run_machine(60, 50)
