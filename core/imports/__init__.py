"""Files coming in. One rule: what was understood is shown, a row is taken in once, nothing is lost in silence."""

from core.imports.listing import ImportListing, list_imports
from core.imports.presets import EVERYTHING, PRESETS
from core.imports.runner import ImportResult, import_sales
from core.imports.saved import apply_saved_preset, drop_preset, list_saved_presets, save_preset
from core.imports.understanding import ImportOptions, Understanding, understand_file
from core.imports.undoing import Undone, undo_import

__all__ = [
    "EVERYTHING",
    "PRESETS",
    "ImportListing",
    "ImportOptions",
    "ImportResult",
    "Understanding",
    "Undone",
    "apply_saved_preset",
    "drop_preset",
    "import_sales",
    "list_imports",
    "list_saved_presets",
    "save_preset",
    "understand_file",
    "undo_import",
]
