"""The suite on another day: SALESBELL_TEST_NOW=2028-02-29T23:59:00+03:00 make test, or one day after the other by
make test-days. Every test then begins at that instant, from which the clock ticks on, also in processes it starts."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import time_machine

NOW_VARIABLE = "SALESBELL_TEST_NOW"
AHEAD_VARIABLE = "TESTS_CLOCK_AHEAD_SECONDS"  # without our prefix: a child is spared the tests' own settings
CHILD_VARIABLES = ("PYTHONPATH", AHEAD_VARIABLE, "TZ")
CHILD_CLOCK = Path(__file__).parent / "child_clock"

DAYS = {  # when, and the zone the machine is in; the shops of the tests are in Riyadh
    "2026-11-30T12:00+03:00": "UTC",
    "2026-12-31T23:59+03:00": "UTC",
    "2027-01-01T00:01+00:00": "UTC",
    "2027-01-31T12:00+03:00": "UTC",
    "2027-02-28T12:00+03:00": "UTC",
    "2027-05-01T00:01+03:00": "UTC",  # the first of a month and of a week, while in UTC it is neither
    "2028-02-29T12:00+03:00": "UTC",
    "2028-02-29T23:59+00:00": "UTC",  # the first of March in Riyadh
    "2027-03-14T03:01-04:00": "America/New_York",  # an hour was left out, and another comes twice
    "2027-11-07T01:30-05:00": "America/New_York",
    "2027-03-28T03:01+02:00": "Europe/Berlin",
    "2027-10-31T02:30+01:00": "Europe/Berlin",
}


class ShiftedClock:
    """A pytest plugin: each test begins at `start`."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.traveller = time_machine.travel(start).start()
        self.path = os.pathsep.join(filter(None, (str(CHILD_CLOCK), os.environ.get("PYTHONPATH"))))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Wind the clock back, before any fixture, here and in processes yet to be started."""
        self.traveller.move_to(self.start)
        ahead_seconds = self.start.timestamp() - time_machine.escape_hatch.time.time()
        os.environ |= {"PYTHONPATH": self.path, AHEAD_VARIABLE: str(ahead_seconds)}


def pytest_configure(config: pytest.Config) -> None:
    """Shift the clock where the environment asks for it."""
    if os.environ.get(NOW_VARIABLE):
        config.pluginmanager.register(ShiftedClock(datetime.fromisoformat(os.environ[NOW_VARIABLE])))


def run_day(now: str, options: list[str]) -> bool:
    """Whether the tests that pytest's `options` choose pass at that instant."""
    print(f"== {now}, on a machine in {DAYS[now]}", flush=True)
    environment = os.environ | {NOW_VARIABLE: now, "TZ": DAYS[now]}
    return subprocess.run([sys.executable, "-m", "pytest", *options], env=environment, check=False).returncode == 0


def main() -> None:
    """`python -m tests.days OPTIONS-OF-PYTEST`, on all days or those that DAYS names by how they begin."""
    wanted = tuple(os.environ.get("DAYS", "").split())
    chosen = [now for now in DAYS if not wanted or now.startswith(wanted)]
    failed = [now for now in chosen if not run_day(now, sys.argv[1:])]
    if failed or not chosen:
        sys.exit(f"Tests fail at {', '.join(failed)}" if failed else "DAYS names none of the days.")


if __name__ == "__main__":
    main()
