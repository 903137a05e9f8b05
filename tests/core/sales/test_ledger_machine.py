"""Random records, corrections, shares, returns, files: after each step a plain model and the ledger agree."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

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
from core.errors import Conflict, InvalidInput, NotAllowed
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.models.sales import lines as ledger_lines
from core.money import E3, E4
from core.periods import Calendar, parse_period
from core.sales.commands import RecordReturn, RecordSale, ReturnLine, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, confirm_share, reattribute_sale, restore_sale, void_sale
from core.sales.intake import take_in
from core.sales.pricing import PercentOff
from core.sales.record import record_return, record_sale
from core.sales.restating import Incoming
from tests.shop import Shop, open_shop

people = st.sampled_from(["alice", "bob", "charlie"])
quantities = st.integers(1, 3)
discounts = st.sampled_from([0, 5, 10, 33])
MEASURES = ("revenue", "units", "returns")
Figures = dict[str, list[int]]


@dataclass
class Part:
    """Somebody's part of a document: the quantity in thousandths, the amount in ten-thousandths."""

    name: str
    quantity: int
    amount: int


@dataclass
class Kept:
    """What a document should be: its parts (the seller's first), whether it was undone, who is asked to share."""

    kind: str
    seller: str
    parts: list[Part]
    tracked: bool
    sale: int | None = None
    is_void: bool = False
    is_shared: bool = False
    asks_dana: bool = False
    is_written_off: bool = False
    back: list[int] = field(default_factory=list)


def halve(part: Part, other: str) -> list[Part]:
    """Half each, the odd coin to the seller."""
    theirs = part.amount // 200 * 100
    return [
        Part(part.name, part.quantity // 2, part.amount - theirs),
        Part(other, part.quantity // 2, theirs),
    ]


def cut(part: Part, quantity: int) -> Part:
    """So much of a part with the amount it bears; all of it bears everything."""
    exact = Decimal(part.amount) * quantity / part.quantity / 100
    amount = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)) * 100
    return Part(part.name, quantity, part.amount if quantity == part.quantity else amount)


class Ledger(RuleBasedStateMachine):
    """Two branches, four people, one model of what they did."""

    documents = Bundle("documents")
    returns = Bundle("returns")
    database: Database

    @initialize()
    def begin(self) -> None:
        self.tx: Connection = self.database.engine.connect()
        self.transaction = self.tx.begin()
        self.shop: Shop = open_shop(self.tx)
        self.kept: dict[int, Kept] = {}
        self.seen: list[tuple[datetime, Figures]] = []
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            self.transaction.rollback()
            self.tx.close()

    def viewer(self, name: str) -> Viewer:
        viewer: Viewer = getattr(self.shop, name)
        return viewer

    def terms(self, quantity: int, percent: int, *, tracked: bool, shares: bool = False) -> SaleTerms:
        product = self.shop.lights if tracked else self.shop.dumbbells
        discount = PercentOff(percent * 100) if percent else None
        line = SaleLine(quantity * E3, product.id, unit_price_e4=199_900, discount=discount)
        return SaleTerms((line,), shares={self.shop.dana.person_id or 0: 5000} if shares else None)

    def price(self, name: str, quantity: int, percent: int) -> Part:
        subtotal = quantity * 199_900
        off = int((Decimal(subtotal) * percent / 10_000).quantize(Decimal(1), ROUND_HALF_EVEN)) * 100
        return Part(name, quantity * E3, subtotal - off)

    @rule(target=documents, name=people, quantity=quantities, percent=discounts, shares=st.booleans())
    def record(self, name: str, quantity: int, percent: int, shares: bool) -> int:
        self.count += 1
        tracked, shares = name != "charlie" and bool(self.count % 2), shares and name == "bob"
        terms = self.terms(quantity, percent, tracked=tracked, shares=shares)
        command = RecordSale("machine", str(self.count), terms)
        receipt = record_sale(self.tx, self.viewer(name), command)
        assert record_sale(self.tx, self.viewer(name), command).is_repeat
        part = self.price(name, quantity, percent)
        self.kept[receipt.document_id] = Kept("sale", name, [part], tracked, asks_dana=shares)
        return receipt.document_id

    @rule(target=documents, number=st.integers(1, 4), quantity=quantities)
    def take_in_a_file(self, number: int, quantity: int) -> int:
        """A row of a file; the same row again changes nothing, and one that says something else is refused."""
        at = datetime(2026, 1, number, 9, tzinfo=UTC)
        row = dict.fromkeys(c.name for c in ledger_lines.c if c.name not in OF_THE_LEDGER) | {
            "kind": "sale",
            "source": "file",
            "row_key": str(number),
            "sold_at": at,
            "day": at.date(),
            "branch_id": self.shop.mall_id,
            "person_id": self.shop.bob.person_id,
            "product_id": self.shop.dumbbells.id,
            "quantity_e3": quantity * E3,
            "unit_price_e4": 10 * E4,
            "amount_e4": quantity * 10 * E4,
            "discount_e4": 0,
            "tax_e4": 0,
            "round_off_e4": 0,
        }
        incoming = [Incoming("sale", f"F{number}", [row])]
        taken = take_in(self.tx, self.shop.operator, "file", incoming, at=clock.now())
        of_row = ledger_lines.c.row_key == str(number), ledger_lines.c.source == "file"
        found = self.tx.execute(ledger_lines.select().where(*of_row)).first()
        assert found is not None
        assert bool(taken.new_documents) is (found.document_id not in self.kept)
        if taken.new_documents:
            part = Part("bob", quantity * E3, quantity * 10 * E4)
            self.kept[found.document_id] = Kept("sale", "bob", [part], tracked=False)
        return int(found.document_id)

    @rule(document=documents, name=people)
    def void(self, document: int, name: str) -> None:
        kept = self.kept[document]
        with_returns = any(not self.kept[back].is_void for back in kept.back)
        try:
            if self.allowed(kept, name, lambda viewer: void_sale(self.tx, viewer, document)):
                kept.is_void = True
        except Conflict:
            assert with_returns
            assert not kept.is_void

    @rule(document=documents, name=people)
    def restore(self, document: int, name: str) -> None:
        kept = self.kept[document]
        if self.allowed(kept, name, lambda viewer: restore_sale(self.tx, viewer, document)):
            kept.is_void = False

    @rule(document=documents, name=people, quantity=quantities, percent=discounts)
    def amend(self, document: int, name: str, quantity: int, percent: int) -> None:
        kept = self.kept[document]
        terms = self.terms(quantity, percent, tracked=kept.tracked)
        try:
            done = self.allowed(kept, name, lambda viewer: amend_sale(self.tx, viewer, document, terms))
        except Conflict:
            assert kept.is_void or any(not self.kept[back].is_void for back in kept.back)
            return
        if done:
            part = self.price(kept.seller, quantity, percent)
            kept.parts = halve(part, "dana") if kept.is_shared else [part]

    @rule(document=documents, agrees=st.booleans())
    def answer(self, document: int, agrees: bool) -> None:
        kept = self.kept[document]
        if not kept.asks_dana or kept.is_void or any(not self.kept[back].is_void for back in kept.back):
            return
        confirm_share(self.tx, self.shop.dana, document, agrees=agrees)
        kept.asks_dana, kept.is_shared = False, agrees
        if agrees and kept.seller != "dana":
            kept.parts = halve(kept.parts[0], "dana")

    @rule(document=documents, to=st.sampled_from(["bob", "dana"]))
    def give(self, document: int, to: str) -> None:
        kept = self.kept[document]
        if kept.is_void or kept.seller == "charlie" or any(not self.kept[back].is_void for back in kept.back):
            return
        reattribute_sale(self.tx, self.shop.alice, document, self.viewer(to).person_id or 0)
        whole = Part(to, sum(part.quantity for part in kept.parts), sum(part.amount for part in kept.parts))
        kept.seller = to
        kept.parts = halve(whole, "dana") if kept.is_shared and to != "dana" else [whole]

    def left(self, sale: int, besides: int | None = None) -> list[Part]:
        left = [Part(part.name, part.quantity, part.amount) for part in self.kept[sale].parts]
        for back in self.kept[sale].back:
            if not self.kept[back].is_void and back != besides:
                for part in self.kept[back].parts:
                    mine = next(one for one in left if one.name == part.name)
                    mine.quantity -= part.quantity
                    mine.amount -= part.amount
        return left

    @rule(target=returns, document=documents, quantity=quantities, writes_off=st.booleans())
    def take_back(self, document: int, quantity: int, writes_off: bool) -> int | None:
        self.count += 1
        kept, product = self.kept[document], self.shop.dumbbells
        if kept.tracked:
            product = self.shop.lights
        line = (ReturnLine(quantity * E3, product.id),)
        command = RecordReturn("machine", str(self.count), line, document, writes_off=writes_off)
        left = [] if kept.is_void else self.left(document)
        seller = self.viewer(kept.seller)
        try:
            with self.tx.begin_nested():
                receipt = record_return(self.tx, seller, command)
        except (InvalidInput, Conflict):
            assert sum(part.quantity for part in left) < quantity * E3
            return None
        share = quantity * E3 // len(left)
        parts = [cut(part, share) for part in left]
        self.kept[receipt.document_id] = Kept(
            "return", kept.seller, parts, kept.tracked, sale=document, is_written_off=writes_off
        )
        kept.back.append(receipt.document_id)
        return receipt.document_id

    @rule(back=returns)
    def undo_return(self, back: int | None) -> None:
        if back is not None and not self.kept[back].is_void:
            try:
                with self.tx.begin_nested():
                    void_sale(self.tx, self.shop.operator, back)
                self.kept[back].is_void = True
            except InvalidInput:
                assert self.kept[back].tracked

    @rule(back=returns)
    def redo_return(self, back: int | None) -> None:
        if back is None or not self.kept[back].is_void:
            return
        kept = self.kept[back]
        sale = kept.sale or 0
        left = {part.name: part for part in ([] if self.kept[sale].is_void else self.left(sale, back))}
        fits = all(
            part.name in left and part.quantity <= left[part.name].quantity and part.amount <= left[part.name].amount
            for part in kept.parts
        )
        try:
            with self.tx.begin_nested():
                restore_sale(self.tx, self.shop.operator, back)
        except Conflict:
            assert not fits
            return
        assert fits
        kept.is_void = False

    def allowed(self, kept: Kept, name: str, act: object) -> bool:
        """Whether the act went through; it must exactly where the contract's part 3 lets it."""
        may = name == kept.seller or (name == "alice" and kept.seller != "charlie")
        try:
            with self.tx.begin_nested():
                act(self.viewer(name))  # type: ignore[operator]
        except NotAllowed:
            assert not may
            return False
        assert may
        return True

    def expect(self) -> Figures:
        expected: Figures = {}
        for kept in self.kept.values():
            for part in [] if kept.is_void else kept.parts:
                sums = expected.setdefault(part.name.capitalize(), [0, 0, 0])
                if kept.kind == "sale":
                    sums[0] += part.amount
                    sums[1] += part.quantity
                else:
                    sums[2] += part.amount
        return expected

    def ask(self, as_of: datetime | None = None) -> Figures:
        period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
        answer = ask(self.tx, self.shop.operator, Question(MEASURES, period, by=("person",), as_of=as_of))
        assert (answer.source == "lines") is (as_of is not None)
        return {str(row.labels[0]): [int(row.values[name] or 0) for name in MEASURES] for row in answer.rows}

    @invariant()
    def it_agrees_with_the_model(self) -> None:
        if not hasattr(self, "kept"):
            return
        now = clock.now()
        assert self.ask() == self.ask(now) == self.expect()
        self.seen.append((now, self.expect()))
        earlier, figures = self.seen[len(self.seen) // 2]
        assert self.ask(earlier) == figures
        assert all(not proof.differences for proof in verify_rollups(self.tx, self.shop.company.id))
        assert not verify_stock(self.tx, self.shop.company.id).differences
        there = {row.product.id: row.on_hand_e3 for row in list_stock(self.tx, self.shop.alice)}
        assert there[self.shop.lights.id] == 100 * E3 - sum(self.moved(kept) for kept in self.kept.values())

    def moved(self, kept: Kept) -> int:
        if kept.is_void or not kept.tracked or kept.is_written_off:
            return 0
        quantity = sum(part.quantity for part in kept.parts)
        return quantity if kept.kind == "sale" else -quantity


OF_THE_LEDGER = ("id", "company_id", "document_id", "revision", "position", "recorded_at", "superseded_at")


def run_machine(database: Database, examples: int, steps: int) -> None:
    machine = type("LedgerOnDatabase", (Ledger,), {"database": database})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_it_balances_after_every_step(database: Database) -> None:
    run_machine(database, 10, 25)


@pytest.mark.slow
def test_it_balances_after_thousands_of_steps(database: Database) -> None:
    run_machine(database, 100, 50)
