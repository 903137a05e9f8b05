"""What became of vouchers. One rule: every voucher of a file has one fate, and the fates add up to the file."""

from dataclasses import dataclass, field

from core.imports.tally.files.found import Found
from core.imports.tally.vouchers.drafts import Draft
from core.sales.ledger import LineRow


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
