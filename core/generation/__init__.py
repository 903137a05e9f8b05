"""A company of any size, invented. One rule: the same seed, size and last day give the same company, to the letter."""

from core.generation.build import Generated, generate_company
from core.generation.size import Size

__all__ = ["Generated", "Size", "generate_company"]
