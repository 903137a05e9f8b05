"""Several ways to do the same thing, timed in turns: a noisy machine is noisy for all of them."""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

Side = Callable[[int], Awaitable[None]]
Clock = Callable[[], Awaitable[float]]


async def read_own_cpu() -> float:
    """Seconds of this process's processor time."""
    return time.process_time()


@dataclass(frozen=True, slots=True)
class Heat:
    """Both sides ready to go: each does the thing so many times when called."""

    ours: Side
    theirs: Side
    count: int  # in one lap
    their_count: int = 0  # where theirs takes much longer or shorter; else the same


@dataclass(frozen=True, slots=True)
class Runner:
    """One of several sides: how many times it does the thing in a lap, and whose processor time that takes."""

    side: Side
    count: int
    read_cpu: Clock = read_own_cpu


@dataclass(frozen=True, slots=True)
class Pairing:
    """What is compared with what. `aim` is the least share of their rate that ours should reach."""

    name: str
    storage: str
    against: str
    unit: str
    setting: str
    aim: float | None


@dataclass(frozen=True, slots=True)
class Contest(Pairing):
    """Two sides."""

    prepare: Callable[[], AbstractAsyncContextManager[Heat]]


@dataclass(frozen=True, slots=True)
class Field:
    """Ours against several others in one run: a pairing with each of them, and all the sides, ours first."""

    pairings: tuple[Pairing, ...]
    prepare: Callable[[], AbstractAsyncContextManager[Sequence[Runner]]]


@dataclass(frozen=True, slots=True)
class Lap:
    """How long `count` of them took: on the wall's clock, and of the side's processor time."""

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
    """Every lap of two sides, in pairs."""

    contest: Pairing
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


def measure_drift(laps: Sequence[Lap]) -> tuple[float, float]:
    """The last quarter of the laps beside the first, 1 where nothing wears on: by rate, and by processor time."""
    few = -(-len(laps) // 4)
    first, last = laps[:few], laps[-few:]
    by_rate, by_cpu = (
        statistics.median(map(measure, last)) / statistics.median(map(measure, first))
        for measure in (lambda lap: lap.rate, lambda lap: 1 / lap.cpu_us)
    )
    return by_rate, by_cpu


async def run_contest(contest: Contest, rounds: int) -> Result:
    """Both sides in turns."""
    async with contest.prepare() as heat:
        sides = Runner(heat.ours, heat.count), Runner(heat.theirs, heat.their_count or heat.count)
        ours, theirs = await take_turns(sides, rounds)
    return Result(contest, ours, theirs)


async def run_field(field: Field, rounds: int) -> list[Result]:
    """All sides in turns; ours beside each of the others."""
    async with field.prepare() as sides:
        ours, *others = await take_turns(sides, rounds)
    return [Result(pairing, ours, theirs) for pairing, theirs in zip(field.pairings, others, strict=True)]


async def take_turns(sides: Sequence[Runner], rounds: int) -> list[tuple[Lap, ...]]:
    """Warm all sides up, then let them take turns, each round begun by the next one; every side's laps."""
    for runner in sides:
        await runner.side(max(runner.count // 4, 1))
    laps: list[list[Lap]] = [[] for _ in sides]
    for number in range(rounds):
        for place in range(len(sides)):
            index = (number + place) % len(sides)
            laps[index].append(await _time_lap(sides[index]))
    return [tuple(of_side) for of_side in laps]


async def _time_lap(runner: Runner) -> Lap:
    cpu, wall = await runner.read_cpu(), time.perf_counter()
    await runner.side(runner.count)
    wall_seconds = time.perf_counter() - wall
    return Lap(runner.count, wall_seconds, await runner.read_cpu() - cpu)
