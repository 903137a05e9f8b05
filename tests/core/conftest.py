"""What tests of core may ask for beside what every test may."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Connection

from core.access import Viewer, act_as_operator
from core.db import Database
from tests.core.demo_day import open_demo


@pytest.fixture
def demo(database: Database) -> Iterator[tuple[Connection, Viewer]]:
    """The demo to read from, and who sees all of it."""
    with open_demo(database) as company, database.begin_read() as tx:
        yield tx, act_as_operator(company)
