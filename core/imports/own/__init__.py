"""Files that `export sales` wrote, taken back. One rule: exactly as they went out, or not at all."""

from core.imports.own.columns import is_own_file
from core.imports.own.runner import TakenBack, take_back

__all__ = ["TakenBack", "is_own_file", "take_back"]
