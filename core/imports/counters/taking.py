"""The old `qty_sold` counters coming in. One rule: a counter is one sale of its product, however often it is read.

As the transactions document migrates them (Data Migration): the counter is the quantity, the product's price or nothing
the price, the day the product was made the day; no discount, platform "Migrated". They come as the browser kept them
({"qty_sold_12": "5"}, or a dump of all it kept) or as a file of rows: product,qty_sold.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import find_branch
from core.company import list_branches, settle_branch
from core.errors import InvalidInput, SalesbellError
from core.imports.counters.reading import QTY_SOLD, Counter, read_counters
from core.imports.plan import ImportOptions, Plan, PlannedFile
from core.imports.reading.numbers import read_scaled
from core.imports.result import Rejected, Taken
from core.imports.sales.entities import Entities
from core.imports.sales.rows import SaleRows
from core.imports.taker import Batch, Taker
from core.models.catalog import products
from core.models.sales import lines
from core.money import E3, divide_half_even
from core.sales.intake import take_in
from core.sales.ledger import LineRow
from core.sales.ledger.documents import divide, find_documents, hold_source
from core.sales.ledger.months import read_closed_before, refuse_closed
from core.sales.restating import Incoming, is_remembered
from core.text import fold

SOURCE = "import:qty_sold"
PLATFORM = "Migrated"
MOST_COUNTERS = 100_000
QUANTITY_DIGITS = 3


@dataclass(frozen=True)
class CountersReading:
    """The counters of a file, in their order."""

    counters: tuple[Counter, ...]


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


def understand_counters(path: Path, options: ImportOptions) -> Plan[CountersReading]:
    """Read the counters of a file. InvalidInput says what is wrong with one that has none."""
    found, written = read_counters(path, options)
    if not found:
        raise InvalidInput(f"{path.name} has no {QTY_SOLD} counter.", field="file", hint='{"qty_sold_12": 5}')
    if len(found) > MOST_COUNTERS:
        raise InvalidInput(f"{path.name} has more than {MOST_COUNTERS:,} counters.", field="file")
    file = PlannedFile(path, SOURCE, hashlib.sha256(path.read_bytes()).hexdigest(), len(found))
    return Plan("counters", (file,), options, CountersReading(tuple(found)), written, ("product", QTY_SOLD))


class CountersTaker(Taker[CountersReading]):
    """Makes each counter a sale; one that is there already changes nothing.

    Counts besides: `empty`, counters of nothing, which are no sale; `units_e3` and `amount_e4`, what the recorded ones
    come to.
    """

    def open(self, tx: Connection) -> None:
        """Learn the products there are, and who and where it is to be. InvalidInput or NotFound for the options."""
        options, company_id = self.plan.options, self.viewer.company.id
        branch = find_branch(tx, company_id, options.branch) if options.branch else None
        try:
            branch_id = settle_branch(tx, self.viewer, branch)
        except InvalidInput as error:
            raise InvalidInput(error.message, field="--branch", hint=f"--branch {error.hint}") from error
        handle = next(one.handle for one in list_branches(tx, self.viewer) if one.id == branch_id)
        self._entities = Entities(self.viewer, frozenset(), handle, options.person, is_trial=self.is_trial)
        self._entities.open(tx)
        self._catalogue = _Catalogue(tx, company_id)
        self._met: dict[int, _Counted] = {}  # by product, in this run

    def read(self, file: PlannedFile, behind: int) -> Iterator[Batch]:
        """The counters, which are in memory already."""
        size = self.plan.options.batch_rows
        for start in range(behind, file.units, size):
            some = self.plan.reading.counters[start : start + size]
            yield Batch(len(some), some)

    def take(self, tx: Connection, units: Sequence[Counter], import_id: int | None) -> Taken:
        """Those that were not recorded before become sales."""
        if import_id is not None:
            hold_source(tx, self.viewer.company.id, SOURCE)
        taken = Taken()
        found = self._find_counted(units, taken)
        known = self._find_known(tx, found)
        new = [one for one in found if _is_new(one, known, taken)]
        kept = self._build_lines(tx, new, taken) if new else []
        if kept and import_id is not None:
            incoming = [Incoming("sale", one.key, [line | {"import_id": import_id}]) for one, line in kept]
            effects = take_in(tx, self.viewer, SOURCE, incoming, at=clock.now()).effects
            taken.goals_met += [goal.id for goal in effects.goals_met]
        units_e3, amount_e4 = (sum(line[name] for _, line in kept) for name in ("quantity_e3", "amount_e4"))
        taken.counts.update(recorded=len(kept), units_e3=units_e3, amount_e4=amount_e4)
        return taken

    def _find_counted(self, counters: Sequence[Counter], taken: Taken) -> list[_Counted]:
        """The counters that are of a product and of something, each product once."""
        found = []
        for counter in counters:
            try:
                one = self._read(counter)
                first = self._met.setdefault(one.product.id, one) if one else None
                if first is not None and one is not None and first.quantity_e3 != one.quantity_e3:
                    raise InvalidInput(f"“{one.product.name}” is counted already, as {first.counter.text}.")
            except SalesbellError as error:
                taken.rejected.append(_reject(counter, error))
                continue
            if one is None:
                taken.counts["empty"] += 1
            elif first is one:
                found.append(one)
            else:
                taken.counts["already_there"] += 1
        return found

    def _read(self, counter: Counter) -> _Counted | None:
        product = self._catalogue.find(counter.product)
        quantity_e3, was_rounded = read_scaled(counter.text, QUANTITY_DIGITS, ".", QTY_SOLD)
        if quantity_e3 < 0 or was_rounded:
            why = "below zero" if quantity_e3 < 0 else "finer than a thousandth"
            raise InvalidInput(f"{QTY_SOLD} is “{counter.text}”, which is {why}.", field=QTY_SOLD, hint="5")
        return _Counted(counter, product, quantity_e3) if quantity_e3 else None

    def _find_known(self, tx: Connection, found: Sequence[_Counted]) -> dict[str, set[int]]:
        """What quantities each counter was ever recorded with, by its key."""
        company_id, asked = self.viewer.company.id, [one.key for one in found]
        keys = {number: key for key, number in find_documents(tx, company_id, SOURCE, asked).items()}
        known: dict[str, set[int]] = {key: set() for key in keys.values()}
        for some in divide(list(keys)):
            own = lines.c.company_id == company_id, lines.c.document_id.in_(some), is_remembered()
            for row in tx.execute(select(lines.c.document_id, lines.c.quantity_e3).where(*own)):
                known[keys[row.document_id]].add(row.quantity_e3)
        return known

    def _build_lines(self, tx: Connection, new: Sequence[_Counted], taken: Taken) -> list[tuple[_Counted, LineRow]]:
        """The sales; what falls into a closed month is refused."""
        seats = self._entities.resolve(tx, _name_rows(new))
        closed, kept = read_closed_before(tx, self.viewer.company), []
        places = zip(new, seats.person_id, seats.branch_id, seats.moment, strict=True)
        for one, person_id, branch_id, moment in places:
            flaw = next((each for each in (person_id, branch_id, moment) if isinstance(each, InvalidInput)), None)
            if flaw is None and closed is not None and moment[1] < closed:
                flaw = refuse_closed(moment[1])
            if flaw is not None:
                taken.rejected.append(_reject(one.counter, flaw))
                continue
            kept.append((one, self._build_line(one, person_id, branch_id, moment)))
        return kept

    def _build_line(self, one: _Counted, person_id: int, branch_id: int, moment: tuple[datetime, Any]) -> LineRow:
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
            "cost_e4": None,  # what the product cost that day
            "tax_e4": 0,
            "round_off_e4": 0,
        }


def _is_new(one: _Counted, known: Mapping[str, set[int]], taken: Taken) -> bool:
    """Whether a counter was not recorded before; one that said something else then is refused."""
    if one.key not in known:
        return True
    if one.quantity_e3 in known[one.key]:
        taken.counts["already_there"] += 1
    else:
        reason = f"“{one.product.name}” was brought in before, with another quantity."
        taken.rejected.append(_reject(one.counter, InvalidInput(reason, field=QTY_SOLD, hint="correct the sale")))
    return False


def _reject(counter: Counter, reason: SalesbellError) -> Rejected:
    return Rejected(counter.line, [counter.product, counter.text], reason, counter.place)


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
