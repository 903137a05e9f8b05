"""What became of vouchers. One rule: every voucher of a file has one fate, and the fates add up to the file."""

from dataclasses import dataclass, field

from core.errors import SalesbellError
from core.imports.tally.drafts import Draft
from core.imports.tally.found import Found
from core.sales.ledger import LineRow

COUNTED = ("recorded", "corrected", "withdrawn", "unchanged", "passed_over", "differing", "sales", "returns")


@dataclass(slots=True)
class Taken:
    """What became of vouchers: how many of each fate, and those refused, each with its reason."""

    recorded: int = 0
    corrected: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    passed_over: int = 0  # no sales, or cancelled before they ever came
    differing: int = 0
    sales: int = 0
    returns: int = 0
    refused: int = 0
    goals_met: list[int] = field(default_factory=list)  # of this batch only
    rejected: list[tuple[Found, SalesbellError]] = field(default_factory=list)  # of this batch only

    def add(self, other: "Taken") -> None:
        """Count another batch."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused += len(other.rejected)


@dataclass(slots=True)
class ReadVoucher:
    """A voucher that was read: `draft` is None where it does not count, `why` says why not."""

    found: Found
    key: str
    kind: str
    version: int
    draft: Draft | None
    why: str = ""
    seller: str = ""
    rows: list[LineRow] = field(default_factory=list)
