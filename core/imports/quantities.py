"""The old `qty_sold` counters coming in. One rule: a counter is one sale of its product, however often it is read.

As the transactions document migrates them (Data Migration): the counter is the quantity, the product's price or nothing
the price, the day the product was made the day; no discount, platform "Migrated". They come as the browser kept them
({"qty_sold_12": "5"}, or a dump of all it kept) or as a file of rows: product,qty_sold.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer, act_as_operator, find_branch
from core.company import list_branches, settle_branch
from core.errors import InvalidInput, SalesbellError
from core.imports.counters import QTY_SOLD, Counter, read_counters
from core.imports.entities import Entities
from core.imports.numbers import read_scaled
from core.imports.rejects import RejectsFile
from core.imports.rows import SaleRows
from core.imports.understanding import ImportOptions
from core.models.catalog import products
from core.models.imports import imports
from core.models.sales import lines
from core.money import E3, divide_half_even
from core.sales.intake import Incoming, is_remembered, take_in
from core.sales.ledger import LineRow, tell_effects
from core.sales.ledger.documents import divide, find_documents, hold_source
from core.sales.ledger.months import read_closed_before, refuse_closed
from core.text import fold

SOURCE = "import:qty_sold"
PLATFORM = "Migrated"
MOST_COUNTERS = 100_000
QUANTITY_DIGITS = 3


@dataclass(frozen=True)
class CountersPlan:
    """A file of counters as it will be read."""

    path: Path
    counters: tuple[Counter, ...]
    words: str  # how it is written, to show


@dataclass
class CountersResult:
    """What became of each counter; `units_e3` and `amount_e4` are what the recorded ones come to.

    `empty`: counters of nothing, which are no sale.
    """

    id: int = 0
    read: int = 0
    recorded: int = 0
    already_there: int = 0
    empty: int = 0
    rejected: int = 0
    units_e3: int = 0
    amount_e4: int = 0
    rejects_path: Path | None = None


@dataclass(frozen=True, slots=True)
class _Counted:
    """A counter with the product it is of."""

    counter: Counter
    product: Any  # a row of products
    quantity_e3: int

    @property
    def key(self) -> str:
        """What the ledger calls it: by the product, whatever the file called that."""
        return f"{QTY_SOLD}_{self.product.id}"

    @property
    def price_e4(self) -> int:
        return int(self.product.price_e4 or 0)


def understand_counters(path: Path, options: ImportOptions) -> CountersPlan:
    """Read the counters of a file. InvalidInput says what is wrong with one that has none."""
    found, words = read_counters(path, options)
    if not found:
        raise InvalidInput(f"{path.name} has no {QTY_SOLD} counter.", field="file", hint='{"qty_sold_12": 5}')
    if len(found) > MOST_COUNTERS:
        raise InvalidInput(f"{path.name} has more than {MOST_COUNTERS:,} counters.", field="file")
    return CountersPlan(path, tuple(found), words)


def import_counters(
    tx: Connection, viewer: Viewer, plan: CountersPlan, options: ImportOptions, *, is_trial: bool = False
) -> CountersResult:
    """Make each counter a sale, all of them in one transaction; one that is there already changes nothing.

    Those that cannot be are left out, and written beside the file with their reasons. A trial writes nothing but that
    file. Raises NotAllowed, and InvalidInput or NotFound for the options.
    """
    viewer.require(Permission.IMPORT)
    run = _Run(tx, viewer, plan, options)
    found = run.find_counted()
    known = run.find_known(found)
    new = [one for one in found if run.is_new(one, known)]
    run.record(new, is_trial=is_trial)
    return run.finish()


@dataclass
class _Run:
    """One run over one file."""

    tx: Connection
    viewer: Viewer
    plan: CountersPlan
    options: ImportOptions
    result: CountersResult = field(default_factory=CountersResult)
    refused: list[tuple[Counter, SalesbellError]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.result.read = len(self.plan.counters)
        branch = find_branch(self.tx, self.viewer.company.id, self.options.branch) if self.options.branch else None
        try:
            self.branch_id = settle_branch(self.tx, self.viewer, branch)
        except InvalidInput as error:
            raise InvalidInput(error.message, field="--branch", hint=f"--branch {error.hint}") from error
        hold_source(self.tx, self.viewer.company.id, SOURCE)

    def find_counted(self) -> list[_Counted]:
        """The counters that are of a product and of something, each product once."""
        catalogue = _Catalogue(self.tx, self.viewer.company.id)
        met: dict[int, _Counted] = {}
        for counter in self.plan.counters:
            try:
                one = self._read(counter, catalogue)
                first = met.setdefault(one.product.id, one) if one else None
                if first is not None and one is not None and first.quantity_e3 != one.quantity_e3:
                    raise InvalidInput(f"“{one.product.name}” is counted already, as {first.counter.text}.")
            except SalesbellError as error:
                self.refused.append((counter, error))
                continue
            self.result.empty += one is None
            self.result.already_there += one is not None and first is not one
        return list(met.values())

    def _read(self, counter: Counter, catalogue: "_Catalogue") -> _Counted | None:
        product = catalogue.find(counter.product)
        quantity_e3, was_rounded = read_scaled(counter.text, QUANTITY_DIGITS, ".", QTY_SOLD)
        if quantity_e3 < 0 or was_rounded:
            why = "below zero" if quantity_e3 < 0 else "finer than a thousandth"
            raise InvalidInput(f"{QTY_SOLD} is “{counter.text}”, which is {why}.", field=QTY_SOLD, hint="5")
        return _Counted(counter, product, quantity_e3) if quantity_e3 else None

    def find_known(self, found: Sequence[_Counted]) -> dict[str, set[int]]:
        """What quantities each counter was ever recorded with, by its key."""
        company_id, asked = self.viewer.company.id, [one.key for one in found]
        keys = {number: key for key, number in find_documents(self.tx, company_id, SOURCE, asked).items()}
        known: dict[str, set[int]] = {key: set() for key in keys.values()}
        numbers = list(keys)
        for some in divide(numbers):
            own = lines.c.company_id == company_id, lines.c.document_id.in_(some), is_remembered(company_id)
            for row in self.tx.execute(select(lines.c.document_id, lines.c.quantity_e3).where(*own)):
                known[keys[row.document_id]].add(row.quantity_e3)
        return known

    def is_new(self, one: _Counted, known: Mapping[str, set[int]]) -> bool:
        """Whether a counter was not recorded before; one that said something else then is refused."""
        if one.key not in known:
            return True
        if one.quantity_e3 in known[one.key]:
            self.result.already_there += 1
        else:
            reason = f"“{one.product.name}” was brought in before, with another quantity."
            self.refused.append((one.counter, InvalidInput(reason, field=QTY_SOLD, hint="correct the sale")))
        return False

    def record(self, new: Sequence[_Counted], *, is_trial: bool) -> None:
        """Write the sales, unless it is a trial; what falls into a closed month is refused."""
        if not new:
            return
        entities = Entities(self.viewer, frozenset(), self._name_branch(), self.options.person, is_trial=is_trial)
        entities.open(self.tx)
        seats = entities.resolve(self.tx, _name_rows(new))
        closed, kept = read_closed_before(self.tx, self.viewer.company), []
        places = zip(new, seats.person_id, seats.branch_id, seats.moment, strict=True)
        for one, person_id, branch_id, moment in places:
            flaw = next((each for each in (person_id, branch_id, moment) if isinstance(each, InvalidInput)), None)
            if flaw is None and closed is not None and moment[1] < closed:
                flaw = refuse_closed(moment[1])
            if flaw is not None:
                self.refused.append((one.counter, flaw))
                continue
            kept.append((one, self._build_line(one, person_id, branch_id, moment)))
        self.result.recorded = len(kept)
        self.result.units_e3 = sum(one.quantity_e3 for one, _ in kept)
        self.result.amount_e4 = sum(line["amount_e4"] for _, line in kept)
        if kept and not is_trial:
            self._write(kept)

    def _name_branch(self) -> str:
        return next(one.handle for one in list_branches(self.tx, self.viewer) if one.id == self.branch_id)

    def _build_line(self, one: _Counted, person_id: int, branch_id: int, moment: tuple[datetime, Any]) -> LineRow:
        cost_e4 = one.product.cost_e4
        return {
            "company_id": self.viewer.company.id,
            "row_key": one.key,
            "kind": "sale",
            "source": SOURCE,
            "sold_at": moment[0],
            "day": moment[1],
            "branch_id": branch_id,
            "person_id": person_id,
            "product_id": one.product.id,
            "customer_id": None,
            "platform": PLATFORM,
            "quantity_e3": one.quantity_e3,
            "unit_price_e4": one.price_e4,
            "discount_e4": 0,
            "amount_e4": divide_half_even(one.price_e4 * one.quantity_e3, E3),
            "cost_e4": None if cost_e4 is None else divide_half_even(cost_e4 * one.quantity_e3, E3),
            "tax_e4": 0,
            "round_off_e4": 0,
        }

    def _write(self, kept: list[tuple[_Counted, LineRow]]) -> None:
        now, company_id = clock.now(), self.viewer.company.id
        self.result.id = self._open_import(now)
        incoming = [Incoming("sale", one.key, [line | {"import_id": self.result.id}]) for one, line in kept]
        taken = take_in(self.tx, self.viewer, SOURCE, incoming, at=now)
        tell_effects(self.tx, act_as_operator(self.viewer.company), taken.effects)
        last = select(func.max(lines.c.id)).scalar_subquery()
        own = imports.c.company_id == company_id, imports.c.id == self.result.id
        self.tx.execute(update(imports).where(*own).values(last_line_id=last))

    def _open_import(self, now: datetime) -> int:
        """The row by which all of it can be taken back."""
        values = {
            "company_id": self.viewer.company.id,
            "source": SOURCE,
            "file_name": self.plan.path.name[:255],
            "digest": hashlib.sha256(self.plan.path.read_bytes()).hexdigest(),
            "rows_in_file": self.result.read,
            "rows_read": self.result.read,
            "rows_recorded": self.result.recorded,
            "rows_rejected": len(self.refused),
            "first_line_id": self.tx.execute(select(func.coalesce(func.max(lines.c.id), 0) + 1)).scalar_one(),
            "started_by": self.viewer.person_id,
            "started_at": now,
            "finished_at": now,
        }
        return int(self.tx.execute(insert(imports).returning(imports.c.id), values).scalar_one())

    def finish(self) -> CountersResult:
        """The result, with the rejects beside the file in its order."""
        rejects = RejectsFile(self.plan.path, ("product", QTY_SOLD), ",")
        rejects.resume(0)
        for counter, error in sorted(self.refused, key=lambda one: one[0].line):
            hint = f" Try: {error.hint}" if error.hint else ""
            rejects.add(f"{counter.place}: {error.message}{hint}", [counter.product, counter.text])
        self.result.rejected, self.result.rejects_path = len(self.refused), rejects.finish()
        return self.result


def _name_rows(new: Sequence[_Counted]) -> SaleRows:
    texts: dict[str, list[str | None]] = {
        "sku": [one.product.sku for one in new],
        "product": [one.product.name for one in new],
    }
    blank: list[Any] = [None] * len(new)
    made = [one.product.created_at for one in new]
    return SaleRows([one.counter.line for one in new], [[] for _ in new], texts, blank, made, [], [False] * len(new))


class _Catalogue:
    """The company's products, by what a counter may call them: code, number, else name."""

    def __init__(self, tx: Connection, company_id: int) -> None:
        self._by_word: dict[str, dict[int, Any]] = {}
        self._by_name: dict[str, dict[int, Any]] = {}
        for row in tx.execute(select(products).where(products.c.company_id == company_id)):
            for word in (fold(row.sku), str(row.id)):
                self._by_word.setdefault(word, {})[row.id] = row
            self._by_name.setdefault(fold(row.name), {})[row.id] = row

    def find(self, word: str) -> Any:
        """The one product meant; InvalidInput names a word that means none or several."""
        found = self._by_word.get(fold(word)) or self._by_name.get(fold(word)) or {}
        if len(found) == 1:
            return next(iter(found.values()))
        if not found:
            raise InvalidInput(f"There is no product “{word}”.", field="product", hint="its code, number or name")
        names = " or ".join(sorted(f"{row.name} ({row.sku})" for row in found.values())[:3])
        raise InvalidInput(f"“{word}” could be {names}.", field="product", hint="a file of rows: product,qty_sold")
