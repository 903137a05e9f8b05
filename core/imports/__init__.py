"""Files coming in. One rule: what was understood is shown, a row is taken in once, nothing is lost in silence."""

from core.imports.formats import FORMATS, find_format
from core.imports.listing import ImportListing, list_imports
from core.imports.plan import ImportOptions, Plan
from core.imports.result import ImportResult
from core.imports.run import import_sales, run_import
from core.imports.sales.preset import EVERYTHING
from core.imports.sales.presets import PRESETS
from core.imports.sales.understanding import understand_file
from core.imports.saved import apply_saved_preset, drop_preset, list_saved_presets, save_preset
from core.imports.undoing import Undone, undo_import

__all__ = [
    "EVERYTHING",
    "FORMATS",
    "PRESETS",
    "ImportListing",
    "ImportOptions",
    "ImportResult",
    "Plan",
    "Undone",
    "apply_saved_preset",
    "drop_preset",
    "find_format",
    "import_sales",
    "list_imports",
    "list_saved_presets",
    "run_import",
    "save_preset",
    "understand_file",
    "undo_import",
]
