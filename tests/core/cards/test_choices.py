"""What people choose for their cards. One rule: it is kept for them, and changes nobody else's."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import Narrowing
from core.cards.charts import read_chart
from core.cards.choices import Choice, Choices, read_dashboard, write_choices
from core.cards.custom import CustomCard
from core.cards.drill import explain_card
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.periods import Calendar, month_of, parse_period
from tests.core.cards.reading import read_by_name
from tests.shop import Shop


def test_it_keeps_order_visibility_and_period_by_person(tx: Connection, shop: Shop, today: date) -> None:
    shop.sell(tx, shop.bob, 1, day=month_of(today, -1).start)
    shop.sell(tx, shop.bob, 2)
    chosen = Choices(
        cards=(
            Choice("total_quantity", position=0, period="last month"),
            Choice("total_invoices", is_hidden=True),
            Choice("country", is_hidden=True),
            Choice("period", chart_type="line", top=1),
        )
    )
    write_choices(tx, shop.alice, chosen)
    cards = read_by_name(tx, shop.alice, period=month_of(today))
    assert next(iter(cards)) == "total_quantity"
    assert cards["total_quantity"].value == 1000
    assert cards["total_revenue"].value == 499_800
    assert "total_invoices" not in cards
    with pytest.raises(NotAllowed, match="turned off"):
        read_chart(tx, shop.alice, "country", Narrowing())
    everything = Narrowing(parse_period("all", today, Calendar()))
    chart = read_chart(tx, shop.alice, "period", everything)
    assert (chart.chart_type, len(chart.rows)) == ("line", 1)
    assert chart.rows[0].label == f"{today:%Y-%m}"
    assert read_by_name(tx, shop.dana)["total_quantity"].value == 2000
    assert read_by_name(tx, shop.alice, period=month_of(today), insists=True)["total_quantity"].value == 2000


def test_the_chosen_salespeople_are_exactly_those(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 4)
    shop.sell(tx, shop.alice, 1)

    def count(viewer: Viewer, **narrowed: Any) -> object:
        return read_by_name(tx, viewer, **narrowed)["total_quantity"].value

    assert count(shop.dana) == 5000
    write_choices(tx, shop.dana, Choices(salespeople=(shop.bob.person_id or 0,)))
    assert count(shop.dana) == 4000
    assert count(shop.dana, where=(("person", "alice"),)) == 0
    assert [row.label for row in read_chart(tx, shop.dana, "salesperson_totals", Narrowing()).rows] == ["Bob"]
    assert explain_card(tx, shop.dana, "revenue", Narrowing())[2].total == 1
    write_choices(tx, shop.dana, Choices(salespeople=()))
    assert count(shop.dana) == 0
    assert read_chart(tx, shop.dana, "salesperson_totals", Narrowing()).rows == ()
    assert explain_card(tx, shop.dana, "revenue", Narrowing())[2].total == 0
    write_choices(tx, shop.bob, Choices(salespeople=()))
    assert count(shop.bob) == 0
    with pytest.raises(NotAllowed):
        write_choices(tx, shop.bob, Choices(salespeople=(shop.alice.person_id or 0,)))


def test_a_card_of_ones_own(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 4, platform="Etsy")
    shop.sell(tx, shop.bob, 1, platform="Shopify")
    custom = (
        CustomCard("etsy", "Etsy", "revenue", where=(("platform", "etsy"),)),
        CustomCard("platforms", "By platform", "orders", "platform"),
    )
    write_choices(tx, shop.alice, Choices(custom=custom))
    assert read_by_name(tx, shop.alice)["etsy"].value == 999_600
    chart = read_chart(tx, shop.alice, "By platform", Narrowing())
    assert [(row.label, row.values["orders"]) for row in chart.rows] == [("Etsy", 1), ("Shopify", 1)]
    assert chart.others is None
    assert explain_card(tx, shop.alice, "etsy", Narrowing())[2].total == 1
    with pytest.raises(NotFound):
        read_chart(tx, shop.dana, "platforms", Narrowing())


@pytest.mark.parametrize(
    ("custom", "error", "field"),
    [
        (CustomCard("My Card", "x", "revenue"), InvalidInput, "name"),
        (CustomCard("country", "x", "revenue"), Conflict, "name"),
        (CustomCard("mine", " ", "revenue"), InvalidInput, "title"),
        (CustomCard("mine", "x", "money"), InvalidInput, "measures"),
        (CustomCard("mine", "x", "revenue", "moon"), InvalidInput, "by"),
        (CustomCard("mine", "x", "revenue", where=(("platform", "Mars"),)), InvalidInput, "platform"),
        (CustomCard("mine", "x", "profit"), NotAllowed, "measure"),
    ],
)
def test_it_refuses_a_card_that_cannot_be(
    tx: Connection, shop: Shop, custom: CustomCard, error: type[InvalidInput], field: str
) -> None:
    with pytest.raises(error) as refusal:
        write_choices(tx, shop.bob, Choices(custom=(custom,)))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice("moon"), "card"),
        (Choice("country", period="moon"), "period"),
        (Choice("period", chart_type="geoMap"), "chart_type"),
        (Choice("total_revenue", top=3), "top"),
        (Choice("country", top=0), "top"),
        (Choice("country", position=-1), "position"),
    ],
)
def test_it_refuses_a_choice_that_cannot_be(tx: Connection, shop: Shop, choice: Choice, field: str) -> None:
    with pytest.raises((InvalidInput, NotFound)) as refusal:
        write_choices(tx, shop.bob, Choices(cards=(choice,)))
    assert refusal.value.field == field
    assert read_dashboard(tx, shop.bob).choices == Choices()
