"""How much longer an operation takes the more was sold: each at every size in turns, each size in its own process."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from tests.bench.scale.operations import OPERATIONS

AIM = 1.3  # times what it takes at the smallest size
LAP_MILLISECONDS, MOST = 300, 60  # how long a turn is, and how many times an operation is done in it at most
WARM_UPS = 2
Pair = tuple[float, float]  # milliseconds on the wall's clock, and of processor time


@dataclass(frozen=True, slots=True)
class Sized:
    """A company of so many lines, in a database at `url`."""

    kind: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Course:
    """An operation on one kind of database: what each time took, by size."""

    operation: str
    kind: str
    taken: dict[int, list[Pair]] = field(default_factory=dict)

    def median(self, size: int, column: int) -> float:
        """Milliseconds: column 0 the wall's, 1 the processor's."""
        return statistics.median(pair[column] for pair in self.taken[size])

    def growth(self, column: int) -> float:
        """From the smallest size to the largest."""
        return self.median(max(self.taken), column) / self.median(min(self.taken), column)


class _Worker:
    def __init__(self, sized: Sized) -> None:
        arguments = (sys.executable, "-m", "tests.bench.scale.operating", sized.url)
        self.sized = sized
        self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, operation: str, times: int) -> list[Pair]:
        """Do it so many times."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([operation, times]), file=self._process.stdin, flush=True)
        pairs: list[Pair] = json.loads(self._process.stdout.readline())
        return pairs

    def close(self) -> None:
        """Let it end by itself."""
        self._process.communicate()


@contextmanager
def _open_workers(sizes: Sequence[Sized]) -> Iterator[list[_Worker]]:
    workers = [_Worker(sized) for sized in sizes]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def measure_growth(sizes: Sequence[Sized], rounds: int, only: str = "") -> Iterator[Course]:
    """Every operation with `only` in its name, at every size of a kind in turns."""
    for kind in dict.fromkeys(sized.kind for sized in sizes):
        with _open_workers([sized for sized in sizes if sized.kind == kind]) as workers:
            for operation in OPERATIONS:
                if only in operation.name:
                    yield _take_turns(workers, operation.name, kind, rounds)


def _take_turns(workers: Sequence[_Worker], operation: str, kind: str, rounds: int) -> Course:
    course = Course(operation, kind)
    times = {worker.sized.size: _choose_times(worker, operation) for worker in workers}
    for number in range(rounds):
        for worker in workers if number % 2 else reversed(workers):
            size = worker.sized.size
            course.taken.setdefault(size, []).extend(worker.do(operation, times[size]))
    return course


def _choose_times(worker: _Worker, operation: str) -> int:
    """So many that a turn is long enough to be measured; the first ones warm it up."""
    once = min(wall for wall, _ in worker.do(operation, WARM_UPS))
    return int(min(max(LAP_MILLISECONDS / once, 1), MOST))


def write_course(course: Course) -> str:
    """One operation as a line of JSON."""
    return json.dumps(
        {
            "operation": course.operation,
            "storage": course.kind,
            "milliseconds": {size: round(course.median(size, 0), 3) for size in sorted(course.taken)},
            "cpu_milliseconds": {size: round(course.median(size, 1), 3) for size in sorted(course.taken)},
            "growth": round(course.growth(0), 2),
            "cpu_growth": round(course.growth(1), 2),
            "aim": AIM,
        }
    )


def show_courses(courses: Sequence[Course], console: Console) -> None:
    """One table of all operations: median milliseconds, in brackets of processor time."""
    sizes = sorted({size for course in courses for size in sorted(course.taken)})
    table = Table(title="Operations: milliseconds (of processor time) by lines in the company", title_justify="left")
    for heading in ("operation", "on"):
        table.add_column(heading)
    for heading in (*(f"{size:,}" for size in sizes), "growth", "by CPU", "aim"):
        table.add_column(heading, justify="right")
    for course in courses:
        taken = (f"{course.median(size, 0):,.2f} ({course.median(size, 1):,.2f})" for size in sizes)
        grown = (_mark(course.growth(column)) for column in (0, 1))
        table.add_row(course.operation, course.kind, *taken, *grown, f"≤ {AIM}")
    console.print(table)


def _mark(growth: float) -> str:
    return f"[{'green' if growth <= AIM else 'red'}]{growth:.2f}[/]"
