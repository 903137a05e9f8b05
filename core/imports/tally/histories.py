"""What the ledger has of vouchers that came before. One rule: lines that are closed tell how new they were, too."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.errors import Conflict
from core.imports.tally.vouchers.details import VERSION
from core.imports.tally.vouchers.identity import parse_version
from core.models.sales import lines, revisions
from core.sales.ledger import LineRow
from core.sales.ledger.documents import find_returned_by_people


@dataclass(slots=True)
class History:
    """What the ledger has of a voucher."""

    version: int = 0
    present: list[LineRow] = field(default_factory=list)
    was_withdrawn: bool = False  # it counts no longer, because Tally said so and not a person
    is_ours: bool = True  # whether the last change was an import's
    returns: list[int] = field(default_factory=list)  # what of it came back as people recorded it

    def require_no_returns(self) -> None:
        """What came back belongs to the sale as it was; Conflict, as where a person corrects one."""
        if self.returns:
            named = ", ".join(f"#{number}" for number in self.returns)
            raise Conflict(f"Goods of that sale came back here ({named}): undo that first.", field="voucher")


def read_histories(tx: Connection, company_id: int, numbers: list[int]) -> dict[int, History]:
    """The history of each of these documents."""
    histories: dict[int, History] = {number: History() for number in numbers}
    if not numbers:
        return histories
    own = lines.c.company_id == company_id, lines.c.document_id.in_(numbers)
    for row in tx.execute(select(lines).where(*own).order_by(lines.c.id)):
        history = histories[row.document_id]
        history.version = max(history.version, parse_version((row.attributes or {}).get(VERSION)))
        if row.superseded_at is None:
            history.present.append(dict(row._mapping))
    own = revisions.c.company_id == company_id, revisions.c.document_id.in_(numbers)
    for row in tx.execute(select(revisions).where(*own).order_by(revisions.c.number)):
        history = histories[row.document_id]
        history.was_withdrawn = row.action == "voided" and row.by_source
        history.is_ours = row.action == "recorded" or row.by_source
    for number, back in find_returned_by_people(tx, company_id, numbers):
        histories[number].returns.append(back)
    return histories
