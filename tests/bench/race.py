"""Two ways to do the same thing, timed in turns. One rule: a noisy machine is noisy for both, so rounds alternate."""

import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

Side = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heat:
    """Both sides ready to go: each does the thing so many times when called."""

    ours: Side
    theirs: Side
    count: int  # in one lap
    their_count: int = 0  # where theirs takes much longer or shorter; else the same


@dataclass(frozen=True, slots=True)
class Contest:
    """What is compared with what. `aim` is the least share of their rate that ours should reach."""

    name: str
    storage: str
    against: str
    unit: str
    setting: str
    aim: float | None
    prepare: Callable[[], AbstractAsyncContextManager[Heat]]


@dataclass(frozen=True, slots=True)
class Lap:
    """How long `count` of them took: on the wall's clock, and of this process's processor time."""

    count: int
    wall_seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """So many a second."""
        return self.count / self.wall_seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time for one."""
        return self.cpu_seconds / self.count * 1e6


@dataclass(frozen=True, slots=True)
class Result:
    """Every lap of a contest, in pairs."""

    contest: Contest
    ours: tuple[Lap, ...]
    theirs: tuple[Lap, ...]

    @property
    def ratios(self) -> list[float]:
        """Our rate as a share of theirs, of each pair of laps."""
        return [ours.rate / theirs.rate for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)

    @property
    def cpu_ratio(self) -> float:
        """The median share by processor time, which what else the machine does disturbs less."""
        pairs = zip(self.ours, self.theirs, strict=True)
        return statistics.median(theirs.cpu_us / ours.cpu_us for ours, theirs in pairs)


async def run_contest(contest: Contest, rounds: int) -> Result:
    """Warm both sides up, then let them take turns, each beginning every other round."""
    ours: list[Lap] = []
    theirs: list[Lap] = []
    async with contest.prepare() as heat:
        turns = [(heat.ours, heat.count, ours), (heat.theirs, heat.their_count or heat.count, theirs)]
        for warm_up, count, _ in reversed(turns):
            await warm_up(max(count // 4, 1))
        for number in range(rounds):
            for side, count, laps in turns if number % 2 else reversed(turns):
                laps.append(await _time_lap(side, count))
    return Result(contest, tuple(ours), tuple(theirs))


async def _time_lap(side: Side, count: int) -> Lap:
    wall, cpu = time.perf_counter(), time.process_time()
    await side(count)
    return Lap(count, time.perf_counter() - wall, time.process_time() - cpu)
