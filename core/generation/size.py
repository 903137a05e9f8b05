"""How large an invented company is. One rule: everything follows from its lines, up to what one company has."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import InvalidInput

MOST_LINES, MOST_YEARS = 1_000_000_000, 50


@dataclass(frozen=True, slots=True)
class Size:
    """So many lines that stand at the end, over so many years up to `last_day`, told by `seed`."""

    lines: int
    last_day: date
    years: int = 3
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= MOST_LINES:
            raise InvalidInput(f"There can be 1 to {MOST_LINES:,} lines.", field="lines", hint="1000000")
        if not 1 <= self.years <= MOST_YEARS:
            raise InvalidInput(f"There can be 1 to {MOST_YEARS} years.", field="years", hint="3")

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        count = self.years * 365
        return [self.last_day - timedelta(days=count - number) for number in range(1, count + 1)]

    @property
    def branches(self) -> int:
        """One for ten people."""
        return max(1, self.people // 10)

    @property
    def people(self) -> int:
        """Who sell."""
        return min(max(self.lines // 5_000, 4), 200)

    @property
    def products(self) -> int:
        """What they sell."""
        return min(max(self.lines // 500, 20), 2_000)

    @property
    def customers(self) -> int:
        """Who are known by name."""
        return min(max(self.lines // 50, 40), 20_000)
