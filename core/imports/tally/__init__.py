"""Tally's vouchers coming in. One rule: what Tally says a voucher is, and what it adds up to, is what is recorded."""

from core.imports.tally.exports import TallyReading, is_tally_file, understand_exports
from core.imports.tally.options import TallyOptions
from core.imports.tally.preview import preview_exports
from core.imports.tally.progress import SyncProgress, read_company_progress
from core.imports.tally.records import CompleteSales, read_complete_sales
from core.imports.tally.taking import TallyTaker

__all__ = [
    "CompleteSales",
    "SyncProgress",
    "TallyOptions",
    "TallyReading",
    "TallyTaker",
    "is_tally_file",
    "preview_exports",
    "read_company_progress",
    "read_complete_sales",
    "understand_exports",
]
