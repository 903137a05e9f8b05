"""What an import would take in. One rule: every voucher is read as it would be, and nothing is written."""

from dataclasses import dataclass, field

from core.errors import InvalidInput
from core.imports.tally.drafts import draft_voucher
from core.imports.tally.exports import Understanding
from core.imports.tally.fields import get_field
from core.imports.tally.identity import find_state, identify_voucher
from core.imports.tally.limits import require_room
from core.imports.tally.masters import Meaning
from core.imports.tally.options import UNASSIGNED

MOST_REFUSALS = 20


@dataclass
class Preview:
    """Vouchers by what they are, what sales and returns come to (e4), and the first that would be refused, and why."""

    sales: int = 0
    returns: int = 0
    passed_over: int = 0
    rejected: int = 0
    invoiced_e4: int = 0
    returned_e4: int = 0
    refusals: list[str] = field(default_factory=list)


def preview_exports(plan: Understanding) -> Preview:
    """Read every voucher of these files as the import would."""
    seen, formula = Preview(), plan.options.formula
    for export in plan.exports:
        for found in export.read_vouchers():
            meaning, _ = plan.masters.judge(get_field(found.fields, "vchtype") or "", found.fields)
            if meaning not in (Meaning.SALE, Meaning.RETURN) or find_state(found.fields):
                seen.passed_over += 1
                continue
            try:
                identify_voucher(found.fields, export.company)
                draft = draft_voucher(found.fields, meaning, plan.masters)
                require_room(draft, formula.read(found.fields) or UNASSIGNED)
            except InvalidInput as error:
                seen.rejected += 1
                if len(seen.refusals) < MOST_REFUSALS:
                    seen.refusals.append(f"{export.source.path.name}, line {found.line}: {error.message}")
                continue
            seen.sales += meaning is Meaning.SALE
            seen.returns += meaning is Meaning.RETURN
            seen.invoiced_e4 += draft.party_e4 if meaning is Meaning.SALE else 0
            seen.returned_e4 += draft.party_e4 if meaning is Meaning.RETURN else 0
    return seen
