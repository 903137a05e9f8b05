"""The demo as it was on one day, whatever day it is: some weeks of believable sales to ask questions about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import time_machine

from core.access import Company
from core.db import Database
from core.demo import build_demo

TODAY = date(2026, 11, 20)


@contextmanager
def open_demo(database: Database) -> Iterator[Company]:
    """Its company; meanwhile it is TODAY."""
    with time_machine.travel(datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)):
        with database.begin() as tx:
            company = build_demo(tx).company
        yield company
