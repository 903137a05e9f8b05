"""Files beside the sales that add columns. One rule: small, held by key; one that does not fit is said, not used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidInput
from core.imports.reading.memo import Memo
from core.imports.reading.opening import open_file
from core.imports.sales.columns import find_column, squeeze
from core.imports.sales.preset import Lookup
from core.text import fold

MOST_KEYS = 500_000


@dataclass(frozen=True)
class Joined:
    """A lookup that was found and read: more cells for each (folded) value of the column at `key_index`.

    `columns` are what these cells are called; they stand after the file's own.
    """

    path: Path
    key: str
    key_index: int
    columns: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    digest: str

    def find(self, key: str) -> tuple[str, ...]:
        """The cells for a value of the key, empty ones where the file beside does not have it."""
        return self.values.get(fold(key)) or ("",) * len(self.columns)

    def describe(self, fields: Sequence[str], key_field: str) -> str:
        """What it does, to show."""
        return f"{self.path.name} gives {', '.join(fields)} for {len(self.values):,} values of {key_field}"


class Joiner:
    """Puts the cells of the files beside it after a row's own."""

    def __init__(self, lookups: Sequence[Joined]) -> None:
        self._lookups = [(joined.key_index, Memo(joined.find)) for joined in lookups]

    def extend(self, rows: list[list[str]], width: int) -> list[list[str]]:
        """Rows of at least `width` cells, cut to it, with more cells."""
        if not self._lookups:
            return rows if set(map(len, rows)) <= {width} else [cells[:width] for cells in rows]
        return [self._extend(cells[:width]) for cells in rows]

    def _extend(self, cells: list[str]) -> list[str]:
        more = [found[cells[index]] for index, found in self._lookups]
        return [*cells, *(cell for joined in more for cell in joined)]


def read_lookups(
    file: Path, header: tuple[str, ...], lookups: tuple[Lookup, ...], named: tuple[Path, ...]
) -> tuple[list[Joined], list[str]]:
    """The files to join with one of that header, and notes on those beside it that could not be used.

    `named` ones have to fit: InvalidInput says why one does not. They are joined by the column a lookup says, else by
    the one column both files have.
    """
    found, notes = [], []
    taken = {squeeze(name) for name in header}
    for path in named:
        joined = _read(path, header, _choose_key(path, header, lookups), taken)
        taken |= {squeeze(name) for name in joined.columns}
        found.append(joined)
    for lookup in lookups:
        beside = _find(file, lookup)
        if beside is None or beside in named or find_column(header, lookup.key) is None:
            continue
        try:
            joined = _read(beside, header, lookup.key, taken)
        except InvalidInput as error:
            notes.append(f"{beside.name} beside it is not used: {error.message}")
            continue
        taken |= {squeeze(name) for name in joined.columns}
        found.append(joined)
    return [one for one in found if one.columns], notes


def _find(beside: Path, lookup: Lookup) -> Path | None:
    names = {name.casefold() for name in lookup.files}
    others = sorted(path for path in beside.parent.iterdir() if path.name.casefold() in names)
    return next((path for path in others if path.is_file() and path != beside), None)


def _choose_key(path: Path, header: tuple[str, ...], lookups: tuple[Lookup, ...]) -> tuple[str, ...]:
    other = open_file(path).header
    for lookup in lookups:
        if find_column(header, lookup.key) is not None and find_column(other, lookup.key) is not None:
            return lookup.key
    known = {squeeze(name) for name in header}
    shared = [name for name in other if squeeze(name) in known]
    if len(shared) != 1:
        which = f"these: {', '.join(shared)}" if shared else "none"
        raise InvalidInput(
            f"{path.name} has to have one column in common with the file of sales, and has {which}.",
            field="--with",
            hint="the same column, such as Order ID, in both files",
        )
    return (shared[0],)


def _read(path: Path, header: tuple[str, ...], key: tuple[str, ...], taken: set[str]) -> Joined:
    file, index = open_file(path), find_column(header, key)
    own = find_column(file.header, key)
    if own is None or index is None:
        raise InvalidInput(f"it has no column “{key[0]}”, only {', '.join(file.header)}.")
    wanted = [place for place, name in enumerate(file.header) if place != own and squeeze(name) not in taken]
    values: dict[str, tuple[str, ...]] = {}
    for _, cells in file.read_rows():
        if len(cells) > max(own, *wanted, 0) and cells[own].strip():
            values.setdefault(fold(cells[own]), tuple(cells[place].strip() for place in wanted))
        if len(values) > MOST_KEYS:
            raise InvalidInput(f"{path.name} has more than {MOST_KEYS:,} different values of {file.header[own]}.")
    return Joined(path, header[index], index, tuple(file.header[place] for place in wanted), values, file.digest)
