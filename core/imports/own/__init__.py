"""Files that `export sales` wrote, taken back. One rule: exactly as they went out, or not at all."""

from core.imports.own.columns import is_own_file
from core.imports.own.taking import OwnTaker, understand_own_file

__all__ = ["OwnTaker", "is_own_file", "understand_own_file"]
