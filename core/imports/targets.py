"""A file of targets: a row each for a month and what it is of. One rule: a row sets its goal, or is refused by name.

Known by its columns, as Tableau's "Sales target" has them: `Month of Order Date,Category,Target`; besides or instead of
a category a row may name a product, a person or a branch. The same file again changes nothing, and what a changed one
sets takes the place of what was set before, which stays in the history.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from core.access import Viewer, find_branch
from core.catalog.products import read_products_by_sku
from core.company import settle_branch
from core.errors import InvalidInput, NotFound, SalesbellError
from core.goals.goals import GoalSet, set_goal
from core.goals.months import parse_month
from core.imports.plan import ImportOptions, Plan, PlannedFile
from core.imports.reading.numbers import NumberEvidence, read_scaled
from core.imports.reading.opening import RowsFile, open_file
from core.imports.reading.splitting import Row
from core.imports.result import Rejected, Taken
from core.imports.sales.columns import find_column
from core.imports.sales.preset import Preset
from core.imports.taker import Batch, Taker
from core.people.members import find_person
from core.periods import Period
from core.text import fold

MONEY_DIGITS = 4
MOST_ROWS = 100_000
TARGETS = Preset(
    "targets",
    "Targets by month: of categories, products, people or branches",
    columns={
        "month": ("Month of Order Date", "Month", "Target Month", "Period"),
        "target": ("Target", "Sales Target", "Target Amount", "Monthly Target", "Quota", "Goal"),
        "category": ("Category", "Product Category"),
        "product": ("SKU", "Product ID", "Product Code"),
        "person": ("Person", "Salesperson", "Sales Rep", "Seller", "Employee", "Handle"),
        "branch": ("Branch", "Boutique", "Store"),
    },
    required=("month", "target"),
)
# What a file of targets does not have: a file with one of these is one of sales.
_OF_SALES = ("Order ID", "Order Date", "Date", "Quantity", "Amount", "Sales")


@dataclass(frozen=True)
class TargetsReading:
    """How the rows of a file of targets are read."""

    file: RowsFile
    places: Mapping[str, int]  # of each field, in a row
    decimal: str


def is_file_of_targets(path: Path, options: ImportOptions) -> bool:
    """Whether the columns of a file are those of targets; no for what cannot be read at all."""
    try:
        header = open_file(path, options.encoding, options.delimiter, options.sheet).header
        has_all = all(find_column(header, TARGETS.columns[name]) is not None for name in TARGETS.required)
        return has_all and find_column(header, _OF_SALES) is None
    except InvalidInput:
        return False


def understand_targets(path: Path, options: ImportOptions) -> Plan[TargetsReading]:
    """Find out how a file of targets is written. InvalidInput names what is missing or stays open."""
    file = open_file(path, options.encoding, options.delimiter, options.sheet)
    places = _find_places(file.header, options.mapping)
    evidence, rows = NumberEvidence(), 0
    for _, cells in file.read_rows():
        rows += 1
        if len(cells) > places["target"]:
            evidence.see(cells[places["target"]])
    if not rows:
        raise InvalidInput(f"{path.name} has a header and no rows.", field="file")
    if rows > MOST_ROWS:
        raise InvalidInput(f"{path.name} has more than {MOST_ROWS:,} rows: are these targets?", field="file")
    return Plan(
        "targets",
        (PlannedFile(path, TARGETS.name, file.digest, rows),),
        options,
        TargetsReading(file, places, evidence.settle(options.decimal)),
        file.words,
        file.header,
        file.delimiter,
        tuple((name, file.header[index]) for index, name in sorted((index, name) for name, index in places.items())),
    )


class TargetsTaker(Taker[TargetsReading]):
    """Sets what a file says; whoever may set a goal may set many.

    Counts besides: `set`, goals there were none of, `changed`, and those `rounded`.
    """

    def read(self, file: PlannedFile, _behind: int) -> Iterator[Batch]:
        """All rows at once: a file of targets is set whole."""
        yield Batch(file.units, list(self.plan.reading.file.read_rows()))

    def take(self, tx: Connection, units: list[Row], _import_id: int | None) -> Taken:
        """Set the goal of each row; rows that cannot be are left out. NotFound or InvalidInput for the options."""
        rows, taken = _Rows(tx, self.viewer, self.plan.reading, self.plan.options), Taken()
        for line, cells in units:
            try:
                done = rows.take(line, cells)
            except SalesbellError as error:
                taken.rejected.append(Rejected(line, cells, error))
                continue
            period = done.goal.period
            start, end = (self.period.start, self.period.end) if self.period else (period.start, period.end)
            self.period = Period(min(start, period.start), max(end, period.end))
            fate = "already_there" if not done.is_changed else "changed" if done.before is not None else "set"
            taken.counts[fate] += 1
        taken.counts["rounded"] = rows.rounded
        return taken


def _find_places(header: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, int]:
    unknown = sorted(set(mapping) - set(TARGETS.columns))
    if unknown:
        known = ", ".join(TARGETS.columns)
        raise InvalidInput(f"A file of targets has no “{unknown[0]}”, only {known}.", field="--map", hint=known)
    places = {}
    for name, alternatives in TARGETS.columns.items():
        found = find_column(header, (mapping[name],) if name in mapping else alternatives)
        if found is not None:
            places[name] = found
        elif name in TARGETS.required or name in mapping:
            wanted = mapping.get(name, alternatives[0])
            raise InvalidInput(
                f"No column “{wanted}” for the {name}. The file has: {', '.join(header)}.",
                field="--map",
                hint=f"--map {name}={header[0]}",
            )
    return places


class _Rows:
    """The rows of one file in turn, and whom and what they name, each found once."""

    def __init__(self, tx: Connection, viewer: Viewer, reading: TargetsReading, options: ImportOptions) -> None:
        self.tx, self.viewer, self.reading = tx, viewer, reading
        self.rounded = 0
        self._found: dict[tuple[str, str], int] = {}
        self._said: dict[tuple[object, ...], tuple[int, int]] = {}
        self._person_id = self._find("person", options.person) if options.person else None
        self._branch_id = self._find("branch", options.branch) if options.branch else None
        if not {"person", "branch"} & set(reading.places) and self._person_id is None:
            self._branch_id = self._settle_branch()

    def _settle_branch(self) -> int:
        try:
            return settle_branch(self.tx, self.viewer, self._branch_id)
        except InvalidInput as error:
            raise InvalidInput(error.message, field="--branch", hint=f"--branch {error.hint}") from error

    def take(self, line: int, cells: list[str]) -> GoalSet:
        """Set the goal of one row. Raises a SalesbellError that names its column and value."""
        if len(cells) < len(self.reading.file.header):
            raise InvalidInput(
                f"It has {len(cells)} cells, and the header {len(self.reading.file.header)}.", field="row"
            )
        texts = {name: " ".join(cells[index].split()) for name, index in self.reading.places.items()}
        month, target = self._read_month(texts["month"]), self._read_target(texts["target"])
        subjects = {name: self._look_up(name, texts.get(name)) for name in ("person", "product", "branch")}
        category = texts.get("category") or None
        self._refuse_contradiction(line, target, (*subjects.values(), fold(category or ""), month.start))
        return set_goal(
            self.tx,
            self.viewer,
            measure="revenue",
            target=target,
            period=month,
            person_id=subjects["person"] or self._person_id,
            product_id=subjects["product"],
            category=category,
            branch_id=subjects["branch"] or self._branch_id,
        )

    def _name(self, field_: str) -> str:
        return self.reading.file.header[self.reading.places[field_]] if field_ in self.reading.places else f"--{field_}"

    def _read_month(self, text: str) -> Period:
        column = self._name("month")
        try:
            return parse_month(text, column)
        except InvalidInput as error:
            what = f"“{text[:60]}”, which is not a month" if text else "empty"
            raise InvalidInput(f"{column} is {what}.", field=column, hint=error.hint) from error

    def _read_target(self, text: str) -> int:
        column = self._name("target")
        target_e4, was_rounded = read_scaled(text, MONEY_DIGITS, self.reading.decimal, column)
        if target_e4 <= 0:
            raise InvalidInput(f"{column} is “{text}”; a target is more than zero.", field=column, hint="10400.00")
        self.rounded += was_rounded
        return target_e4

    def _look_up(self, field_: str, text: str | None) -> int | None:
        if not text:
            return None
        if (field_, text) not in self._found:
            self._found[field_, text] = self._find(field_, text)
        return self._found[field_, text]

    def _find(self, field_: str, text: str) -> int:
        """The number of whom or what a cell or an option names; the error names that column."""
        column = self._name(field_)
        try:
            if field_ == "person":
                return find_person(self.tx, self.viewer, text).id
            if field_ == "branch":
                return find_branch(self.tx, self.viewer.company.id, text)
            products = read_products_by_sku(self.tx, self.viewer.company.id, text)
            if len(products) == 1:
                return products[0].id
            what = "is the code of several products" if products else "is the code of no product"
            raise NotFound(f"“{text}” {what}.", field=column)
        except SalesbellError as error:
            raise type(error)(f"{column}: {error.message}", field=column, hint=error.hint) from error

    def _refuse_contradiction(self, line: int, target_e4: int, subject: tuple[object, ...]) -> None:
        first, said_e4 = self._said.setdefault(subject, (line, target_e4))
        if said_e4 != target_e4:
            column = self._name("target")
            raise InvalidInput(f"{column} is another one than in line {first}, for the same month.", field=column)
