"""What the tests of goals may ask for. One rule: the shop of `tests.shop`, at noon of a known day."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.engine import Connection

from tests.shop import Shop, open_shop

# Wednesday 15 July 2026, 15:00 in Riyadh: fourteen days of the month are over.
NOON = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    """The clock, standing still."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(tx: Connection, at_noon: time_machine.Traveller) -> Shop:
    """The shop, in the transaction `tx`."""
    return open_shop(tx)
