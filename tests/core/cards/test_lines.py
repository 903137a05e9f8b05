"""The lines behind a figure, looked through. One rule: what is looked for is found, what cannot be is named."""

import pytest
from sqlalchemy.engine import Connection

from core.cards.asking import Narrowing
from core.cards.drill import explain_card
from core.errors import InvalidInput
from core.metrics.why import LinesWanted
from tests.shop import Shop


@pytest.mark.parametrize(
    ("search", "count"),
    [
        (("customer", "jan"), 2),
        (("customer", "JANE"), 2),
        (("product", "solar%"), 0),
        (("sku", "GAM"), 1),
        (("quantity", "2..5"), 2),
        (("quantity", "..2"), 2),
        (("amount", "119.99"), 1),
        (("person", "bob"), 2),
        (("day", "2020-01-01..2020-12-31"), 0),
    ],
)
def test_it_finds_lines_by_column(tx: Connection, shop: Shop, search: tuple[str, str], count: int) -> None:
    shop.sell(tx, shop.bob, 4, customer="Jane")
    shop.sell(tx, shop.bob, 2, customer="Janet")
    shop.sell(tx, shop.dana, 1, shop.dumbbells, customer="Omar")
    page = explain_card(tx, shop.alice, "revenue", Narrowing(), wanted=LinesWanted(searches=(search,)))[2]
    assert page.total == len(page.rows) == count
    assert page.value == page.amount_e4 == sum(line["amount"] for line in page.rows)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (LinesWanted(sort="moon"), "sort"),
        (LinesWanted(searches=(("moon", "full"),)), "search"),
        (LinesWanted(searches=(("amount", "much"),)), "amount"),
        (LinesWanted(searches=(("day", "today"),)), "day"),
        (LinesWanted(searches=(("document", ".."),)), "document"),
        (LinesWanted(limit=0), "limit"),
    ],
)
def test_it_names_what_is_wrong(tx: Connection, shop: Shop, wanted: LinesWanted, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        explain_card(tx, shop.alice, "revenue", Narrowing(), wanted=wanted)
    assert refusal.value.field == field


@pytest.mark.parametrize("cell", [("moon", "full"), ("person", "Bob"), ("month", None), ("month", "2025-13")])
def test_it_refuses_a_cell_that_cannot_be(tx: Connection, shop: Shop, cell: tuple[str, str | None]) -> None:
    with pytest.raises(InvalidInput):
        explain_card(tx, shop.alice, "revenue", Narrowing(), (cell,))
