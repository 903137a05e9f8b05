"""How Tally's files are to be read, as it was asked for. One rule: what is asked wrongly is refused before reading."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import InvalidInput
from core.imports.sales.fields import require_custom_name
from core.imports.tally.vouchers.formula import DEFAULT, Formula, parse_formula
from core.text import make_handle

UNASSIGNED = "Unassigned"  # whose sale it is where no salesperson is told (sales dashboard document, 5.10)


@dataclass(frozen=True)
class TallyOptions:
    """How to read: `salesperson` is a formula, `fields` name: path, `types` voucher type: one of Tally's own.

    `company`, `guid` and `location_id` say what the files do not of the company of Tally they are from; `name` tells
    one Tally from another; `branch` is where its sales count.
    """

    salesperson: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    company: str | None = None
    guid: str | None = None
    location_id: str | None = None
    branch: str | None = None
    name: str = "tally"
    batch_vouchers: int = 500

    def __post_init__(self) -> None:
        for name in self.fields:
            try:
                require_custom_name(name)
            except InvalidInput as error:
                words = "lower-case letters, digits and _ only, and none that is a dimension already"
                raise InvalidInput(
                    f"“{name}” cannot name a field: {words}.", field="--field", hint="route=udf:route"
                ) from error

    @property
    def formula(self) -> Formula:
        """The salesperson's formula; InvalidInput names the word at fault."""
        return parse_formula(self.salesperson or DEFAULT)

    @property
    def source(self) -> str:
        """What the ledger calls what comes in this way."""
        name = make_handle(self.name)
        if not name:
            raise InvalidInput(f"“{self.name}” cannot name an import.", field="--name", hint="tally")
        return f"import:{name}"

    def digest(self) -> str:
        """A short form of everything that decides what is read from a file."""
        said = [
            *(f"{name}={path}" for name, path in sorted(self.fields.items())),
            *(f"{name}:{parent}" for name, parent in sorted(self.types.items())),
            *(str(getattr(self, name)) for name in ("salesperson", "company", "guid", "location_id", "branch", "name")),
        ]
        return hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape")).hexdigest()
