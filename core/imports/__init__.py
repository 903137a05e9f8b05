"""Files coming in. One rule: what was understood is shown, a row is taken in once, nothing is lost in silence."""

from core.imports.presets import EVERYTHING, PRESETS
from core.imports.runner import ImportResult, import_sales
from core.imports.understanding import ImportOptions, Understanding, understand_file

__all__ = [
    "EVERYTHING",
    "PRESETS",
    "ImportOptions",
    "ImportResult",
    "Understanding",
    "import_sales",
    "understand_file",
]
