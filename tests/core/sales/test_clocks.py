"""Two machines whose clocks differ: what one wrote, the other changes, and a history goes one way all the same."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from sqlalchemy.engine import Connection

from core import clock
from core.errors import InvalidInput
from core.money import E3
from core.sales.commands import RecordReturn, ReturnLine, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, confirm_share, note_sale, reattribute_sale, restore_sale, void_sale
from core.sales.history import read_history
from core.sales.record import record_return
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("balanced")
Change = Callable[[Connection, Shop, int], object]
CHANGES: dict[str, Change] = {
    "edited": lambda tx, shop, sale: amend_sale(tx, shop.bob, sale, SaleTerms((SaleLine(3 * E3, shop.lights.id),))),
    "given": lambda tx, shop, sale: reattribute_sale(tx, shop.alice, sale, shop.dana.person_id or 0),
    "noted": lambda tx, shop, sale: note_sale(tx, shop.bob, sale, "a note"),
    "shared": lambda tx, shop, sale: confirm_share(tx, shop.dana, sale, agrees=True),
    "undone": lambda tx, shop, sale: void_sale(tx, shop.bob, sale),
    "restored": lambda tx, shop, sale: (void_sale(tx, shop.bob, sale), restore_sale(tx, shop.bob, sale)),
    "returned": lambda tx, shop, sale: record_return(
        tx, shop.bob, RecordReturn("test", "back", (ReturnLine(E3, shop.lights.id),), sale)
    ),
}


@pytest.fixture(params=[2, 3_600], ids=["two seconds", "an hour"])
def sale(request: pytest.FixtureRequest, tx: Connection, shop: Shop) -> Iterator[int]:
    """A sale that was recorded by a machine whose clock is ahead; the tests go on at another."""
    now = clock.now().replace(hour=6)  # an hour on it is still the same day
    with time_machine.travel(now + timedelta(seconds=request.param)):
        shares = {shop.dana.person_id: 3_000}
        number = shop.sell(tx, shop.bob, 2, shares=shares).document_id
    with time_machine.travel(now):
        yield number


@pytest.mark.parametrize("name", CHANGES)
def test_a_machine_whose_clock_is_behind_changes_it_all_the_same(
    tx: Connection, shop: Shop, sale: int, name: str
) -> None:
    CHANGES[name](tx, shop, sale)
    history = [step.at for step in read_history(tx, shop.alice, sale)]
    assert all(earlier <= later for earlier, later in pairwise(history))


def test_a_day_told_is_still_judged_by_the_clock_there_is(tx: Connection, shop: Shop, sale: int) -> None:
    ahead = SaleTerms((SaleLine(E3, shop.lights.id),), sold_at=clock.now() + timedelta(hours=2))
    with pytest.raises(InvalidInput, match="is in the future"):
        amend_sale(tx, shop.bob, sale, ahead)
