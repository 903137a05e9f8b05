"""What an import would take in. One rule: every voucher is read as it would be, and nothing is written."""

from collections import Counter

from core.errors import InvalidInput
from core.imports.plan import Plan
from core.imports.result import ImportResult
from core.imports.tally.exports import TallyReading
from core.imports.tally.files.fields import get_field
from core.imports.tally.options import UNASSIGNED
from core.imports.tally.vouchers.drafts import draft_voucher
from core.imports.tally.vouchers.identity import find_state, identify_voucher
from core.imports.tally.vouchers.limits import require_room
from core.imports.tally.vouchers.masters import Meaning

MOST_REFUSALS = 20


def preview_exports(plan: Plan[TallyReading]) -> ImportResult:
    """Read every voucher of these files as the import would.

    Counts: `sales` and `returns`, what they come to (`sales_e4`, `returns_e4`), and those `passed_over`.
    """
    reading, counts, reasons = plan.reading, Counter[str](read=plan.units), list[str]()
    formula = reading.options.formula
    for export in reading.exports:
        for found in export.read_vouchers():
            meaning, _ = reading.masters.judge(get_field(found.fields, "vchtype") or "", found.fields)
            if meaning not in (Meaning.SALE, Meaning.RETURN) or find_state(found.fields):
                counts["passed_over"] += 1
                continue
            try:
                identify_voucher(found.fields, export.company)
                draft = draft_voucher(found.fields, meaning, reading.masters)
                require_room(draft, formula.read(found.fields) or UNASSIGNED)
            except InvalidInput as error:
                counts["rejected"] += 1
                reasons.append(f"{export.source.path.name}, line {found.line}: {error.message}")
                del reasons[MOST_REFUSALS:]
                continue
            kind = "sales" if meaning is Meaning.SALE else "returns"
            counts.update({kind: 1, f"{kind}_e4": draft.party_e4})
    return ImportResult(plan.files[0].source if plan.files else "", counts, reasons=tuple(reasons))
