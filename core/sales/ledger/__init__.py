"""The ledger: documents, their revisions and lines. It is written in one place, by one typed change."""

from core.sales.ledger.change import Change, ColumnLines, DocumentChange, Effects, LineRow, LowStock, stamp_lines
from core.sales.ledger.reactions import apply_change, tell_effects

__all__ = [
    "Change",
    "ColumnLines",
    "DocumentChange",
    "Effects",
    "LineRow",
    "LowStock",
    "apply_change",
    "stamp_lines",
    "tell_effects",
]
