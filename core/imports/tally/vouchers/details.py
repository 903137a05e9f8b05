"""What is kept of a voucher beside the ledger's own columns. One rule: what is kept is a dimension of the company."""

from collections.abc import Mapping

from core.imports.sales.fields import CUSTOM_LONGEST
from core.imports.tally.exports import Company
from core.imports.tally.files.fields import get_field, get_nested_field_value, is_list_of_entries
from core.imports.tally.files.found import Fields
from core.imports.tally.files.values import read_text
from core.imports.tally.options import TallyOptions
from core.imports.tally.vouchers.drafts import Draft
from core.imports.tally.vouchers.identity import read_version
from core.imports.tally.vouchers.lines import DraftLine

VERSION = "alter_id"
LONGEST_NOTE = 4000

# Kept of every voucher, under names that are dimensions of the company from then on: name: label.
DETAILS = {
    "voucher_number": "Voucher number",
    "voucher_type": "Voucher type",
    "master_id": "Master id",
    "reference": "Reference",
    "party_gstin": "GSTIN of the party",
    "buyer": "Buyer",
    "ledger": "Sales ledger",
    "unit": "Unit",
    "godown": "Godown",
    "batch": "Batch",
    "cost_centre": "Cost centre",
    "source_company": "Source company",
    "source_company_guid": "Source company GUID",
    "source_company_tallyloc_id": "Source company Tally location",
}


def keep_details(
    voucher: Fields, company: Company, draft: Draft, line: DraftLine, options: TallyOptions
) -> dict[str, str]:
    """What is always kept of a voucher and its line, and the fields somebody chose."""
    version = read_version(voucher)
    kept: dict[str, str | None] = {
        VERSION: str(version) if version else None,
        "voucher_number": get_field(voucher, "vchno"),
        "voucher_type": get_field(voucher, "vchtype"),
        "master_id": get_field(voucher, "masterid"),
        "reference": get_field(voucher, "reference"),
        "party_gstin": draft.gstin,
        "buyer": read_text(voucher.get("basicbuyername")),
        "source_company": get_field(voucher, "source_company") or company.name,
        "source_company_guid": get_field(voucher, "source_company_guid") or company.guid,
        "source_company_tallyloc_id": get_field(voucher, "source_company_tallyloc_id") or company.location_id,
        **line.details,
    }
    for name, path in options.fields.items():
        kept[name] = _find_chosen(voucher, line.entry, path)
    return {name: text[:CUSTOM_LONGEST] for name, text in kept.items() if text}


def _find_chosen(voucher: Fields, entry: Fields, path: str) -> str | None:
    """A chosen field: of the line's own entry where the path leads through its list, else of the voucher."""
    first, _, inside = path.partition(".")
    own = get_nested_field_value(entry, inside) if inside and is_list_of_entries(first) else None
    return own or get_nested_field_value(voucher, path)


def read_note(voucher: Fields) -> str | None:
    """The narration, as the document's note."""
    note = get_field(voucher, "note")
    return note[:LONGEST_NOTE] if note else None


def list_custom_fields(options: TallyOptions) -> Mapping[str, str]:
    """The dimensions these imports bring along: name: label."""
    return {**DETAILS, **{name: path.rpartition(".")[2] for name, path in options.fields.items()}}
