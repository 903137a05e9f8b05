"""The suite on another day: SALESBELL_TEST_NOW=2028-02-29T23:59:00+03:00 make test, or all of DAYS by make test-days.
Every test then begins at that instant, from which the clock ticks on, also in the processes it starts."""

import os
from datetime import datetime
from pathlib import Path

import pytest
import time_machine

NOW_VARIABLE = "SALESBELL_TEST_NOW"
AHEAD_VARIABLE = "TESTS_CLOCK_AHEAD_SECONDS"  # without our prefix: a child is spared the tests' own settings
CHILD_VARIABLES = ("PYTHONPATH", AHEAD_VARIABLE, "TZ")
CHILD_CLOCK = Path(__file__).parent / "child_clock"


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
