"""How many documents and items a list says there are: as many as its pages show, and without reading every line."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy.engine import Connection

from core.access import Viewer, load_viewer
from core.money import E3, E4
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import confirm_share, void_sale
from core.sales.items import list_items
from core.sales.log import LogFilter, list_documents
from core.sales.record import record_sale
from tests.shop import Shop
from tests.statements import record_statements

pytestmark = pytest.mark.usefixtures("balanced")
FILTERS = tuple(
    LogFilter(branch=branch, platform=platform, coupon=coupon, kinds=kinds)
    for branch, platform, coupon, kinds in product(
        (None, "all"), (None, "ETSY", "nowhere"), (None, "a"), ((), ("sale",), ("sale", "return"), ("return",))
    )
)


def sell_many(tx: Connection, shop: Shop, *, with_share: bool) -> None:
    """Sales with and without a word, of several spellings; one of several items that two people share; one undone."""
    for platform, coupon in ((None, None), ("Etsy", None), ("etsy", "A"), ("Fair", "A"), (None, "B")):
        shop.sell(tx, shop.bob, 1, platform=platform, coupon=coupon)
        shop.sell(tx, shop.charlie, 1, shop.dumbbells, platform=platform)
    items = tuple(SaleLine(E3, one.id, total_e4=90 * E4) for one in (shop.lights, shop.dumbbells))
    terms = SaleTerms(items, platform="Etsy", shares={shop.dana.person_id or 0: 3000} if with_share else {})
    shared = record_sale(tx, shop.bob, RecordSale("test", "shared", terms))
    if with_share:
        confirm_share(tx, shop.dana, shared.document_id, agrees=True)
    shop.take_back(tx, shop.bob, "return", 5 * E4, shared.day)
    undone = shop.sell(tx, shop.bob, 1, platform="Etsy")
    void_sale(tx, shop.bob, undone.document_id)


@pytest.mark.parametrize("with_share", [False, True])
def test_they_count_what_their_pages_show(tx: Connection, shop: Shop, with_share: bool) -> None:
    sell_many(tx, shop, with_share=with_share)
    for who in (shop.bob, shop.dana, shop.alice, shop.sam):
        viewer = load_viewer(tx, who.person_id or 0)
        assert viewer.company.has_shared_orders is with_share
        for wanted in FILTERS:
            if wanted.branch and viewer.role < shop.sam.role:
                continue
            for listed in (list_documents(tx, viewer, wanted), list_items(tx, viewer, wanted)):
                assert listed.total == len(getattr(listed, "entries", None) or getattr(listed, "items", ())), wanted


def test_after_a_shared_sale_documents_are_still_counted_by_rollups(tx: Connection, shop: Shop) -> None:
    sell_many(tx, shop, with_share=True)
    for who, where in ((shop.sam, LogFilter(branch="all")), (shop.alice, LogFilter()), (shop.bob, LogFilter())):
        viewer = load_viewer(tx, who.person_id or 0)
        assert find_counts(tx, viewer, replace(where, kinds=("sale",))) == []
    narrowed = LogFilter(branch="all", kinds=("sale",), platform="etsy")
    assert len(find_counts(tx, load_viewer(tx, shop.sam.person_id or 0), narrowed)) == 1  # over people, of two each


def find_counts(tx: Connection, viewer: Viewer, wanted: LogFilter) -> list[str]:
    with record_statements(tx) as asked:
        list_documents(tx, viewer, wanted)
    return [sql for sql in asked if "count(DISTINCT" in sql or "count(distinct" in sql]
