"""What tests of the ledger share. One rule: after every test the books balance."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Connection

from core.catalog.stock import verify_stock
from core.metrics.recount import verify_rollups
from tests.shop import Shop


@pytest.fixture
def balanced(tx: Connection, shop: Shop) -> Iterator[None]:
    """At the end the rollups equal the lines and the stock equals its moves."""
    yield
    assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))
    assert not verify_stock(tx, shop.company.id).differences
