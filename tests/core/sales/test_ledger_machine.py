"""Random records, corrections, undos: after each step a plain model, the lines, the rollups and the stock agree."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.catalog.stock import verify_stock
from core.catalog.stocktaking import list_stock
from core.db import Database
from core.errors import Conflict, NotAllowed
from core.metrics import Question, ask
from core.metrics.rollups import verify_rollups
from core.money import E3, E4
from core.periods import Calendar, parse_period
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, restore_sale, void_sale
from core.sales.pricing import PercentOff
from core.sales.record import record_sale
from tests.shop import Shop, open_shop

people = st.sampled_from(["alice", "bob", "charlie"])
quantities = st.integers(1, 3)
discounts = st.sampled_from([0, 5, 10, 33])


class Ledger(RuleBasedStateMachine):
    """What the ledger should hold: document → (seller, quantity, revenue e4), None once undone."""

    documents = Bundle("documents")
    database: Database

    @initialize()
    def begin(self) -> None:
        self.connection = self.database.engine.connect()
        self.transaction = self.connection.begin()
        self.shop: Shop = open_shop(self.connection)
        self.held: dict[int, tuple[str, int, int] | None] = {}
        self.before: dict[int, tuple[str, int, int]] = {}
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            self.transaction.rollback()
            self.connection.close()

    @property
    def tx(self) -> Connection:
        return self.connection

    def viewer(self, name: str) -> Viewer:
        viewer: Viewer = getattr(self.shop, name)
        return viewer

    def terms(self, quantity: int, percent: int) -> SaleTerms:
        product = self.shop.dumbbells if self.count % 2 else self.shop.lights
        discount = PercentOff(percent * 100) if percent else None
        return SaleTerms((SaleLine(quantity * E3, product.id, unit_price_e4=20 * E4, discount=discount),))

    def expect(self, name: str, quantity: int, percent: int) -> tuple[str, int, int]:
        return name, quantity, quantity * 20 * E4 * (100 - percent) // 100

    @rule(target=documents, name=people, quantity=quantities, percent=discounts)
    def record(self, name: str, quantity: int, percent: int) -> int:
        self.count += 1
        if name == "charlie":
            self.count |= 1  # his branch keeps no stock of the lights
        command = RecordSale("machine", str(self.count), self.terms(quantity, percent))
        receipt = record_sale(self.tx, self.viewer(name), command)
        assert record_sale(self.tx, self.viewer(name), command).is_repeat
        self.held[receipt.document_id] = self.expect(name, quantity, percent)
        return receipt.document_id

    @rule(document=documents, name=people)
    def void(self, document: int, name: str) -> None:
        if self.allowed(document, name, lambda viewer: void_sale(self.tx, viewer, document)) and self.held[document]:
            self.before[document] = self.held[document] or ("", 0, 0)
            self.held[document] = None

    @rule(document=documents, name=people)
    def restore(self, document: int, name: str) -> None:
        is_done = self.allowed(document, name, lambda viewer: restore_sale(self.tx, viewer, document))
        if is_done and self.held[document] is None:
            self.held[document] = self.before[document]

    @rule(document=documents, name=people, quantity=quantities, percent=discounts)
    def amend(self, document: int, name: str, quantity: int, percent: int) -> None:
        present = self.held[document]
        seller = self.seller_of(document)
        if seller == "charlie":
            self.count |= 1
        try:
            done = self.allowed(
                document, name, lambda viewer: amend_sale(self.tx, viewer, document, self.terms(quantity, percent))
            )
        except Conflict:
            assert present is None
            return
        if done:
            self.held[document] = self.expect(seller, quantity, percent)

    def seller_of(self, document: int) -> str:
        return (self.held[document] or self.before[document])[0]

    def allowed(self, document: int, name: str, act: object) -> bool:
        """Whether the act went through; it must exactly where the contract's part 3 lets it."""
        seller = self.seller_of(document)
        may = name == seller or (name == "alice" and seller == "bob")
        try:
            act(self.viewer(name))  # type: ignore[operator]
        except NotAllowed:
            assert not may
            return False
        assert may
        return True

    @invariant()
    def it_agrees_with_the_model(self) -> None:
        if not hasattr(self, "held"):
            return
        period = parse_period("month", clock.today("Asia/Riyadh"), Calendar())
        rollups = ask(self.tx, self.shop.operator, Question(("revenue", "units", "orders"), period, by=("person",)))
        lines = ask(
            self.tx,
            self.shop.operator,
            Question(("revenue", "units", "orders"), period, by=("person",), as_of=clock.now()),
        )
        assert rollups.source != "lines"
        assert lines.source == "lines"
        assert rollups.rows == lines.rows
        expected: dict[str, list[int]] = {}
        for held in self.held.values():
            if held is not None:
                name, quantity, revenue = held
                sums = expected.setdefault(name.capitalize(), [0, 0, 0])
                sums[0] += revenue
                sums[1] += quantity * E3
                sums[2] += 1
        found = {row.labels[0]: [row.values[name] for name in ("revenue", "units", "orders")] for row in rollups.rows}
        assert found == expected
        assert all(not proof.differences for proof in verify_rollups(self.tx, self.shop.company.id))
        assert not verify_stock(self.tx, self.shop.company.id).differences
        sold = sum(row.on_hand_e3 for row in list_stock(self.tx, self.shop.alice))
        assert sold <= 100 * E3


@pytest.fixture
def machine(database: Database) -> type[Ledger]:
    """The machine on this database."""
    return type("LedgerOnDatabase", (Ledger,), {"database": database})


def test_it_balances_after_every_step(machine: type[Ledger]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
