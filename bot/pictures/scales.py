"""Axes: from values to places on a picture. One rule: an axis starts and ends at a round number and shows zero."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_ROUND_STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))


@dataclass(frozen=True)
class Axis:
    """Equal steps around zero: `below` of them under it, `above` over it, on a picture `length` long."""

    step: Fraction
    below: int
    above: int
    length: float

    @property
    def ticks(self) -> tuple[Fraction, ...]:
        """The values of the grid's lines, from the lowest."""
        return tuple(self.step * place for place in range(-self.below, self.above + 1))

    def place(self, value: float) -> float:
        """How far from the top of the picture a value lies."""
        return self.length * (self.above - value / float(self.step)) / (self.above + self.below)


def make_axis(values: Sequence[float], length: float, most_steps: int = 4) -> Axis:
    """An axis that holds all values; without any, one from 0 to 1."""
    return pair_axes([values], length, most_steps)[0]


def pair_axes(series: Sequence[Sequence[float]], length: float, most_steps: int = 4) -> list[Axis]:
    """An axis for each series, all with the same lines and zero at the same place."""
    steps = [_choose_step(values, most_steps) for values in series]
    lows = [min(0.0, *values, 0.0) / float(step) for values, step in zip(series, steps, strict=True)]
    highs = [max(0.0, *values, 0.0) / float(step) for values, step in zip(series, steps, strict=True)]
    below = math.ceil(-min(lows) - 1e-9)
    above = max(math.ceil(max(highs) - 1e-9), 0 if below else 1)
    return [Axis(step, below, above, length) for step in steps]


def choose_labels(count: int, most: int) -> list[int]:
    """Which of `count` labels to write, at most `most`, evenly apart."""
    gap = max(1, math.ceil(count / most))
    return list(range(0, count, gap))


def _choose_step(values: Sequence[float], most_steps: int) -> Fraction:
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return Fraction(1)
    rough = Fraction(largest) / most_steps
    size = Fraction(10) ** math.floor(math.log10(float(rough)))
    return next(step * size for step in _ROUND_STEPS if step * size >= rough * Fraction(999_999, 1_000_000))
