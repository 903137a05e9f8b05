"""What a sale would come to. One rule: priced by the drafting that records it, and nothing is written."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.sales.commands import SaleTerms
from core.sales.doubts import find_doubts
from core.sales.drafting import draft_lines, resolve_seller
from core.sales.receipt import ReceiptLine, name_items, show_lines


@dataclass(frozen=True, slots=True)
class Estimate:
    """A sale as it would be recorded now, in ten-thousandths of the company's currency.

    `cost_e4` is None where the viewer may not see it or nobody knows the cost of every item.
    """

    lines: tuple[ReceiptLine, ...]
    day: date
    currency: str
    cost_e4: int | None
    warnings: tuple[str, ...]

    @property
    def discount_e4(self) -> int:
        """Taken off."""
        return sum(line.discount_e4 for line in self.lines)

    @property
    def total_e4(self) -> int:
        """After discount, before tax."""
        return sum(line.amount_e4 for line in self.lines)

    @property
    def subtotal_e4(self) -> int:
        """Before discount."""
        return self.total_e4 + self.discount_e4

    @property
    def profit_e4(self) -> int | None:
        """What is left of the total after cost; None where the cost is."""
        return None if self.cost_e4 is None else self.total_e4 - self.cost_e4


def estimate_sale(tx: Connection, viewer: Viewer, terms: SaleTerms) -> Estimate:
    """What recording `terms` would come to, without recording anything. Raises what recording would, but for stock."""
    seller = resolve_seller(tx, viewer, terms.person_id)
    draft = draft_lines(tx, viewer, seller, replace(terms, customer=None), kind="sale", source="estimate")
    shown = show_lines(name_items(draft.rows, draft.goods))
    costs = [line.cost_e4 for line in shown if line.cost_e4 is not None]
    is_known = viewer.may(Permission.SEE_PROFIT) and len(costs) == len(shown)
    return Estimate(
        tuple(replace(line, cost_e4=None) for line in shown),
        draft.rows[0]["day"],
        viewer.company.currency,
        sum(costs) if is_known else None,
        (*draft.warnings, *find_doubts(tx, viewer, terms, draft.rows, draft.goods)),
    )
