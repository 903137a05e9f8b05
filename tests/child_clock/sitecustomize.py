"""Python runs this as it starts, where PYTHONPATH says so: a process started by a test tells the test's time."""

import os
import time

import time_machine

if "TESTS_CLOCK_AHEAD_SECONDS" in os.environ:
    real = time.time()  # noqa: TID251 - to be shifted
    time_machine.travel(real + float(os.environ["TESTS_CLOCK_AHEAD_SECONDS"])).start()
