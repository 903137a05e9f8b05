"""What the tests of this folder may ask for. One rule: the same small shop everywhere."""

import pytest
from sqlalchemy.engine import Connection

from tests.core.people.shop import Shop, open_shop


@pytest.fixture
def shop(tx: Connection) -> Shop:
    """The shop, in the transaction `tx`."""
    return open_shop(tx)
