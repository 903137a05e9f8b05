"""Writing back what was read changes nothing, of every resource that can be written."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.openapi import build_document
from api.routes import TABLES
from tests.api.house import Caller, House

SCHEMAS = build_document(TABLES)["components"]["schemas"]
PRICES = st.one_of(st.none(), st.integers(0, 99_9999).map(lambda e4: e4 / 10_000))
DISCOUNTS = st.one_of(
    st.just({}),
    st.integers(0, 10_000).map(lambda e2: {"discount_percentage": e2 / 100}),
    st.integers(0, 100).map(lambda cents: {"discount_amount": cents / 100}),
)


def _items(**more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Items that may be sold, some for nothing, by the gram, without a list price."""
    quantity = st.sampled_from([1, 2, 12, 0.333, 7.5])
    return st.builds(
        lambda sku, quantity, price, discount: (
            {"sku": sku, "quantity": quantity, "unit_price": 3.3333 if price is None and sku == "OLD-1" else price}
            | (discount if (price or 0) * quantity >= discount.get("discount_amount", 0) else {})
        ),
        st.sampled_from(["SOL-3077", "OLD-1"]),
        quantity,
        PRICES,
        DISCOUNTS,
    )


SALES = st.builds(
    lambda items, terms: (items[0] if len(items) == 1 else {"lines": items}) | terms,
    st.lists(_items(), min_size=1, max_size=3),
    st.fixed_dictionaries(
        {},
        optional={
            "taxes": st.just([{"name": "VAT", "percentage": 15}, {"name": "Bag", "amount": 0.05}]),
            "customer_name": st.sampled_from(["Ann  Lee", "هالة", "O’Hara"]),
            "platform": st.sampled_from(["Etsy", "Saturday market"]),
            "notes": st.just("a\nb"),
            "shares": st.just([{"person": "@alice", "percentage": 33.33}]),
            "sale_date": st.sampled_from(["2025-03-01", "2025-03-01T22:30:00+03:00"]),
            "currency": st.just("SAR"),
        },
    ),
)
ABROAD = st.one_of(st.just({}), st.fixed_dictionaries({"currency": st.just("USD"), "rate": st.just(3.7512345)}))


def pick(schema: Any, read: Any) -> Any:
    """Of what was read what the schema takes, however deep."""
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("anyOf", ()):
        if choice != {"type": "null"} and read is not None:
            return pick(choice, read)
    if isinstance(read, dict) and "properties" in schema:
        return {name: pick(inner, read[name]) for name, inner in schema["properties"].items() if name in read}
    if isinstance(read, list):
        return [pick(schema["items"], one) for one in read]
    return read


async def write(who: Caller, method: str, path: str, body: Any) -> Any:
    answer = await who.call(method, path, json=body)
    assert answer.status in (200, 201), (body, await answer.text())
    return (await answer.json())["data"]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(sale=SALES, abroad=ABROAD)
async def test_a_sale_written_back_is_the_same(bob: Caller, sale: dict[str, Any], abroad: dict[str, Any]) -> None:
    priced = all(item.get("unit_price") is not None for item in sale.get("lines", [sale]))
    sold = await bob.sell(**sale | (abroad if priced else {}))
    path = f"/api/sales/{sold['id']}"
    read = (await bob.get(path))["data"]
    body = pick(SCHEMAS["SaleChanges"], read)
    assert {"discount_percentage", "lines", "taxes", "currency"} <= set(body)
    for part in ("discount_percentage", "discount_amount", "unit_price", "lines", "taxes", "sale_date"):
        await write(bob, "PUT", path, {part: body[part]})
    await write(bob, "PUT", path, body)
    assert (await bob.get(path))["data"] == read
    noted = await write(bob, "PUT", path, body | {"notes": "other"})
    assert {name for name in read if noted[name] != read[name]} == {"notes", "revision", "updated_at"}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(item=_items())
async def test_a_sale_told_again_as_it_reads_comes_to_the_same(bob: Caller, item: dict[str, Any]) -> None:
    sold = await bob.sell(**item)
    again = await bob.sell(**pick(SCHEMAS["SaleOfOne"], sold))
    told = ("unit_price", "quantity", "discount_amount", "discount_percentage", "total_revenue", "sale_date")
    assert [again[name] for name in told] == [sold[name] for name in told]


@pytest.mark.parametrize("quantity", [2, 12])
async def test_ten_per_cent_stay_ten(bob: Caller, quantity: int) -> None:
    sold = await bob.sell(sku="OLD-1", quantity=quantity, unit_price=100, discount_percentage=10)
    assert (sold["discount_percentage"], sold["total_revenue"]) == (10, 90 * quantity)
    assert sold["lines"][0]["discount_percentage"] == 10
    back = await write(bob, "PUT", f"/api/sales/{sold['id']}", {"discount_percentage": sold["discount_percentage"]})
    assert (back["total_revenue"], back["revision"]) == (90 * quantity, 1)
    fewer = await write(bob, "PUT", f"/api/sales/{sold['id']}", {"quantity": 1, "discount_percentage": 10})
    assert fewer["total_revenue"] == 90


async def test_a_line_that_changes_leaves_the_others(bob: Caller) -> None:
    lines = [
        {"sku": "SOL-3077", "quantity": 3, "discount_amount": 0.01},
        {"sku": "OLD-1", "quantity": 1, "unit_price": 5},
    ]
    sold = await bob.sell(lines=lines)
    body = pick(SCHEMAS["SaleChanges"], sold)
    body["lines"][1]["quantity"] = 2
    changed = await write(bob, "PUT", f"/api/sales/{sold['id']}", body)
    assert changed["lines"][0] == sold["lines"][0]
    assert changed["lines"][1]["total_revenue"] == 10


async def test_a_sale_abroad_changes_in_the_currency_that_is_said(bob: Caller) -> None:
    sold = await bob.sell(sku="SOL-3077", quantity=2, unit_price=20, currency="USD", rate=3.75)
    path = f"/api/sales/{sold['id']}"
    body = pick(SCHEMAS["SaleChanges"], sold)
    fewer = await write(bob, "PUT", path, body | {"quantity": 1})
    assert (fewer["sold_in"]["total_revenue"], fewer["total_revenue"]) == (20, 75)
    home = await write(bob, "PUT", path, pick(SCHEMAS["SaleChanges"], fewer) | {"unit_price": 80})
    assert (home["sold_in"], home["total_revenue"]) == (None, 80)


async def test_a_return_written_back_is_the_same(bob: Caller, charlie: Caller) -> None:
    number = (await bob.sell(sku="GRP-1", quantity=3, discount_amount=1))["id"]
    returned = await write(bob, "POST", f"/api/sales/{number}/returns", {"lines": [{"sku": "GRP-1", "quantity": 2}]})
    for path in (f"/api/sales/{returned['id']}", f"/api/sales/{number}"):
        read = (await bob.get(path))["data"]
        body = pick(SCHEMAS["SaleChanges"], read)
        await write(bob, "PUT", path, body)
        assert (await bob.get(path))["data"] == read
        await bob.refused(409, "PUT", path, json=body | {"quantity": 1})
        await charlie.refused(404, "PUT", path, json=body)


async def test_products_and_variants_written_back_are_the_same(alice: Caller, house: House) -> None:
    number = house.products["SOL-3077"]
    plain = await write(alice, "POST", f"/api/products/{number}/variants", {"name": "Red"})
    own = {"name": "Blue", "sku": "SOL-B", "price": 30.1234, "cost": 12}
    rich = await write(alice, "POST", f"/api/products/{number}/variants", own)
    await write(alice, "PUT", f"/api/products/{number}", {"name": "A" * 300, "category": "Lamps", "cost": 10.1234})
    for path, schema in [(f"/api/products/{one}", "ProductEdit") for one in house.products.values()] + [
        (f"/api/variants/{one['id']}", "VariantEdit") for one in (plain, rich)
    ]:
        read = (await alice.get(path))["data"]
        body = pick(SCHEMAS[schema], read)
        for part in [*({name: value} for name, value in body.items()), body]:
            await write(alice, "PUT", path, part)
        assert (await alice.get(path))["data"] == read


async def test_categories_and_rates_written_back_are_the_same(sam: Caller) -> None:
    await write(sam, "POST", "/api/categories", {"name": "Garden"})
    read = (await sam.get("/api/categories"))["data"]
    for one in read:
        await write(sam, "PUT", f"/api/categories/{one['id']}", pick(SCHEMAS["CategoryBody"], one))
    assert (await sam.get("/api/categories"))["data"] == read
    await write(sam, "PUT", "/api/rates", {"currency": "USD", "rate": 3.751234567, "day": "2024-01-01"})
    rates = (await sam.get("/api/rates"))["data"]
    assert await write(sam, "PUT", "/api/rates", pick(SCHEMAS["RateBody"], rates[0])) == rates[0]
    assert (await sam.get("/api/rates"))["data"] == rates


@pytest.mark.parametrize("is_chosen", [False, True])
async def test_cards_written_back_are_the_same(alice: Caller, sam: Caller, is_chosen: bool) -> None:
    path = "/api/metrics/cards/choices"
    if is_chosen:
        await alice.sell(sku="SOL-3077", quantity=1, platform="Etsy")
        own = {"name": "etsy", "title": "Etsy", "measure": "revenue", "by": "month", "where": ["platform=Etsy"]}
        cards = [{"card": "total_profit", "hidden": False, "position": 0}, {"card": "country", "period": "year"}]
        more = {"salespeople": ["bob"], "locale": "en-IN", "theme": "dark", "period": "last_month"}
        await write(alice, "PUT", path, {"cards": cards, "custom": [own], **more})
        refused = await write(sam, "PUT", "/api/metrics/cards/permissions", {"person": "@alice", "refused": []})
        assert await write(sam, "PUT", "/api/metrics/cards/permissions", refused | {"person": "@alice"}) == refused
    read = (await alice.get(path))["data"]
    await write(alice, "PUT", path, pick(SCHEMAS["ChoicesBody"], read))
    assert (await alice.get(path))["data"] == read


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [("/api/products/{product}", {"price": None}, "price"), ("/api/sales/{sale}", {"unit_price": None}, "unit_price")],
)
async def test_no_price_is_wiped_by_null(
    alice: Caller, house: House, path: str, body: dict[str, Any], field: str
) -> None:
    sale = (await alice.sell(sku="SOL-3077", quantity=1, unit_price=20))["id"]
    there = path.format(product=house.products["SOL-3077"], sale=sale)
    read = (await alice.get(there))["data"]
    assert (await alice.refused(422, "PUT", there, json=body))["field"] == field
    assert (await alice.get(there))["data"] == read
