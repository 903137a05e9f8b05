"""Which column is which field. One rule: a mapping that cannot be is refused before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from core.imports.sales.fields import FIELDS, require_custom_name
from core.imports.sales.preset import Preset
from core.text import fold


@dataclass(frozen=True)
class CustomColumn:
    """A column that becomes a field of the company's own."""

    name: str
    label: str
    index: int


@dataclass(frozen=True)
class Layout:
    """Where each field stands in a row."""

    header: tuple[str, ...]
    fields: Mapping[str, int]
    custom: tuple[CustomColumn, ...]

    def name_column(self, field: str) -> str:
        """The column a field is read from, by its name in the file; the field itself where it has none."""
        return self.header[self.fields[field]] if field in self.fields else field

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns nothing is read from."""
        used = {*self.fields.values(), *(column.index for column in self.custom)}
        return tuple(name for index, name in enumerate(self.header) if index not in used)


def resolve_layout(header: tuple[str, ...], preset: Preset | None, mapping: Mapping[str, str]) -> Layout:
    """Where each field stands: as said in `mapping` (field: column), as the preset knows, else by the field's own name.

    Raises InvalidInput naming the column that is missing, and the columns there are.
    """
    fields: dict[str, int] = {}
    custom: dict[str, CustomColumn] = {}
    for name, column in mapping.items():
        index = _find_named(header, name, column)
        if name in FIELDS:
            fields[name] = index
        else:
            require_custom_name(name)
            custom[name] = CustomColumn(name, header[index], index)
    known = preset.columns if preset else {name: (name.replace("_", " "),) for name in FIELDS}
    said = {*fields.values(), *(column.index for column in custom.values())}
    for name, alternatives in known.items():
        found = find_column(header, alternatives)
        if name not in fields and found is not None and found not in said:
            fields[name] = found
    for name, alternatives in preset.custom.items() if preset else ():
        found = find_column(header, alternatives)
        if name not in custom and found is not None and found not in said:
            custom[name] = CustomColumn(name, header[found], found)
    layout = Layout(header, fields, tuple(custom.values()))
    _require(layout, preset)
    return layout


def find_column(header: Sequence[str], alternatives: Sequence[str]) -> int | None:
    """The position of the first of these names in a header, whatever its case, spaces and signs; None if there is none.

    Raises InvalidInput for a name that two columns have.
    """
    for read in (fold, squeeze):
        names = [read(name) for name in header]
        for alternative in alternatives:
            if names.count(read(alternative)) > 1:
                raise InvalidInput(f"Two columns are called “{alternative}”.", field=alternative)
            if read(alternative) in names:
                return names.index(read(alternative))
    return None


def squeeze(text: str) -> str:
    """A name without what only divides its words: "Sub-Category", "sub_category" and "Subcategory" are one."""
    return "".join(filter(str.isalnum, fold(text)))


def _find_named(header: tuple[str, ...], field: str, column: str) -> int:
    index = find_column(header, (column,))
    if index is None:
        raise InvalidInput(
            f"There is no column “{column}” for {field}. The file has: {', '.join(header)}.",
            field="--map",
            hint=f"--map {field}={_suggest_column(header, field)}",
        )
    return index


def _suggest_column(header: Sequence[str], field: str) -> str:
    """A column whose name has to do with a field; none in particular where there is no such."""
    words = [fold(word) for word in field.split("_")]
    return next((name for name in header if any(word in squeeze(name) for word in words)), "COLUMN")


def _require(layout: Layout, preset: Preset | None) -> None:
    needed = preset.required if preset else ("date",)
    missing = [name for name in needed if name not in layout.fields]
    if not preset and not {"amount", "unit_price", "gross"} & set(layout.fields):
        missing.append("amount")
    if missing:
        names = ", ".join(f"{name} (“{preset.columns[name][0]}”)" if preset else name for name in missing)
        raise InvalidInput(
            f"No column for {names}. The file has: {', '.join(layout.header)}.",
            field="--map",
            hint=f"--map {missing[0]}={_suggest_column(layout.header, missing[0])}",
        )
