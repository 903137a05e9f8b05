"""Closed months and exchange rates over HTTP. One rule: a closed month stays as it was reported."""

from datetime import date, timedelta
from typing import Any

from core.periods import month_of
from tests.api.house import Caller


async def test_it_closes_a_month_and_tells_what_came_back_since(
    bob: Caller, alice: Caller, charlie: Caller, sam: Caller, today: date
) -> None:
    last_month, month = month_of(today, -1), month_of(today)
    number = (await bob.sell(sku="GRP-1", quantity=3, sale_date=f"{last_month.start + timedelta(days=4)}"))["id"]
    path = f"/api/months/{last_month.start:%Y-%m}"
    for who in (bob, alice, charlie):
        await who.refused(403, "POST", f"{path}/close")
    closed = (await (await sam.call("POST", f"{path}/close")).json())["data"]
    assert (closed["closed_before"], closed["closed_by"]) == (f"{month.start}", "Sam")
    assert (await bob.get("/api/months"))["data"] == closed
    body = {"lines": [{"sku": "GRP-1", "quantity": 1}]}
    assert (await bob.call("POST", f"/api/sales/{number}/returns", json=body)).status == 201
    told = (await alice.get(path))["data"]
    assert (told["is_closed"], told["reported"]["revenue"], told["reported"]["net_revenue"]) == (True, 30, 30)
    assert told["adjustments"] == [{"month": f"{month.start:%Y-%m}", "amount": 10}]
    assert told["adjusted_net_revenue"] == 20
    assert (await charlie.get(path))["data"]["reported"]["revenue"] == 0
    await charlie.refused(403, "GET", path, params={"branch": "Riyadh"})
    assert (await sam.refused(409, "POST", f"{path}/close"))["field"] == "month"
    assert (await sam.refused(409, "POST", f"/api/months/{month.start:%Y-%m}/close"))["field"] == "month"
    await sam.call("POST", f"{path}/reopen")
    assert (await bob.get("/api/months"))["data"]["closed_before"] == f"{last_month.start}"
    assert (await bob.refused(422, "GET", "/api/months/2024-13"))["field"] == "month"


async def test_it_keeps_rates(sam: Caller, alice: Caller, bob: Caller) -> None:
    async def keep(status: int, **body: Any) -> Any:
        answer = await sam.call("PUT", "/api/rates", json=body)
        assert answer.status == status, await answer.text()
        return await answer.json(content_type=None)

    await alice.refused(403, "PUT", "/api/rates", json={"currency": "USD", "rate": 3.75, "day": "2024-01-01"})
    await keep(200, currency="usd", rate=3.75, day="2024-01-01")
    await keep(200, currency="USD", rate=3.7512345678, day="2025-01-01")
    assert (await keep(409, currency="SAR", rate=1, day="2024-01-01"))["field"] == "currency"
    assert (await bob.get("/api/rates"))["data"] == [
        {"currency": "USD", "rate": 3.751234568, "day": "2025-01-01"},
        {"currency": "USD", "rate": 3.75, "day": "2024-01-01"},
    ]
    sale = await bob.sell(quantity=1, unit_price=100, currency="USD", sale_date="2024-06-01")
    assert (sale["total_revenue"], sale["sold_in"]["rate"]) == (375, 3.75)
