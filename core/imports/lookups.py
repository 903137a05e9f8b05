"""Files beside the sales that add a field. One rule: small, held by key; one that does not fit is said, not used."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidInput
from core.imports.columns import find_column
from core.imports.delimited import open_text_file
from core.imports.presets import Lookup
from core.text import fold

MOST_KEYS = 500_000


@dataclass(frozen=True)
class Joined:
    """A lookup that was found and read: the value of `gives` for each (folded) value of `key`."""

    path: Path
    key: str
    gives: str
    values: Mapping[str, str]
    digest: str

    @property
    def words(self) -> str:
        """What it does, to show."""
        return f"{self.path.name} gives {self.gives} for {len(self.values):,} values of {self.key}"


def read_lookups(beside: Path, lookups: tuple[Lookup, ...], taken: set[str]) -> tuple[list[Joined], list[str]]:
    """The lookups found beside a file whose field is not `taken`, and notes on those that could not be used."""
    found, notes = [], []
    for lookup in lookups:
        path = _find(beside, lookup)
        if path is None or lookup.gives in taken or lookup.key not in taken:
            continue
        try:
            found.append(_read(path, lookup))
        except InvalidInput as error:
            notes.append(f"{path.name} beside it is not used: {error.message}")
    return found, notes


def _find(beside: Path, lookup: Lookup) -> Path | None:
    names = {name.casefold() for name in lookup.files}
    others = sorted(path for path in beside.parent.iterdir() if path.name.casefold() in names)
    return next((path for path in others if path.is_file() and path != beside), None)


def _read(path: Path, lookup: Lookup) -> Joined:
    file = open_text_file(path)
    key = find_column(file.header, lookup.key_columns)
    value = find_column(file.header, lookup.columns)
    if key is None or value is None:
        wanted = (lookup.key_columns if key is None else lookup.columns)[0]
        raise InvalidInput(f"it has no column “{wanted}”, only {', '.join(file.header)}.")
    values: dict[str, str] = {}
    for _, cells in file.read_rows():
        if len(cells) > max(key, value) and cells[key].strip():
            values.setdefault(fold(cells[key]), cells[value].strip())
        if len(values) > MOST_KEYS:
            raise InvalidInput(f"it has more than {MOST_KEYS:,} different values.")
    return Joined(path, lookup.key, lookup.gives, values, file.digest)
