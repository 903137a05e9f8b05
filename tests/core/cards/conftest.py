"""What the tests of cards may ask for. One rule: the day is the shop's."""

from datetime import date

import pytest

from core import clock


@pytest.fixture
def today() -> date:
    """The business day it is."""
    return clock.today("Asia/Riyadh")
