"""What lines cost where a file does not say: what their product cost that day, else they are in no margin."""

import time_machine

from core.access import Viewer
from core.catalog.products import add_product, change_product
from core.db import Database
from core.imports import ImportOptions
from core.metrics.measures import MEASURES
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale

SALES = "Order,Day,Item,Qty,Amount\nA-1,2026-09-01,LAMP,2,100\nA-2,2026-11-02,LAMP,1,50\nA-3,2026-11-03,MYSTERY,1,50\n"
MAPPED = {"order_id": "Order", "date": "Day", "sku": "Item", "quantity": "Qty", "amount": "Amount"}
FIGURES = "revenue,cost,profit,profit_margin,uncosted_revenue"


def add_lamp(database: Database, viewer: Viewer) -> int:
    """40 at first, 30 from October on, 20 from the first of December."""
    with time_machine.travel("2026-08-01 12:00Z"), database.begin() as tx:
        lamp = add_product(tx, viewer, sku="LAMP", name="LAMP", cost_e4=400_000, price_e4=500_000)
    for day, cost in (("2026-10-01", 350_000), ("2026-10-01", 300_000), ("2026-12-01", 200_000)):
        with time_machine.travel(f"{day} 12:00Z"), database.begin() as tx:
            change_product(tx, viewer, lamp.id, cost_e4=cost)
    return lamp.id


def test_a_file_without_costs_has_those_of_its_products_on_its_days(shop, tmp_path):
    lamp_id = add_lamp(shop.database, shop.alice)
    file = tmp_path / "sales.csv"
    file.write_text(SALES)
    options = ImportOptions(mapping=MAPPED, create_missing=frozenset({"products"}), branch="Main", person="@bob")
    with time_machine.travel("2026-12-01 13:00Z"):
        assert shop.take(file, options).recorded == 3
        # 40 twice and 30 once; what MYSTERY cost nobody knows.
        assert shop.totals(FIGURES) == ["200.00", "110.00", "40.00", "26.67", "50.00"]
        with shop.database.begin() as tx:
            record_sale(tx, shop.alice, RecordSale("t", "1", SaleTerms((SaleLine(1000, lamp_id),))))
        assert shop.totals(FIGURES) == ["250.00", "130.00", "70.00", "35.00", "50.00"]
    shop.verify()


def test_a_margin_says_what_it_leaves_out():
    assert "cost is known" in MEASURES["profit_margin"].words
    assert "leaves out" in MEASURES["uncosted_revenue"].words
