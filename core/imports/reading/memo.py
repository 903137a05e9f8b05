"""What a cell means, read once. One rule: the same text in the same column always means the same."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from core.errors import InvalidInput

K = TypeVar("K")
V = TypeVar("V")
MOST_KEPT = 8_192
LONGEST_KEPT = 200  # characters: a column of long texts would fill the memory and hardly repeat


class Memo(dict[K, V], Generic[K, V]):
    """A function's values, kept as they are asked for by `memo[key]`: columns repeat themselves.

    Where the function raises InvalidInput, that refusal is the value, and `has_flaws` says that there was one.
    """

    def __init__(self, read: Callable[[K], V]) -> None:
        super().__init__()
        self._read = read
        self.has_flaws = False

    def __missing__(self, key: K) -> V:
        try:
            value = self._read(key)
        except InvalidInput as flaw:
            self.has_flaws, value = True, flaw  # type: ignore[assignment]
        if len(self) >= MOST_KEPT:
            self.clear()
        if not isinstance(key, str) or len(key) <= LONGEST_KEPT:
            self[key] = value
        return value


def has_flaw(values: Any) -> bool:
    """Whether there is a refusal among the values of a column."""
    return InvalidInput in set(map(type, values))


def find_flaw(values: Any) -> InvalidInput | None:
    """The first refusal among the values of a row."""
    return next((value for value in values if value.__class__ is InvalidInput), None)
