"""Keys and invitations over HTTP: listed with their last use, revoked by whoever may, found by nobody else."""

import asyncio

from tests.api.house import Caller


async def test_a_key_is_listed_with_its_use_and_revoked(sam: Caller, bob: Caller, charlie: Caller) -> None:
    await bob.get("/api/sales")
    for _ in range(100):  # written down beside the answer, not before it
        (key,) = (await bob.get("/api/keys"))["data"]
        if key["last_used_at"] is not None:
            break
        await asyncio.sleep(0.02)
    assert key["handle"] == "bob"
    assert key["last_used_at"] is not None
    for number in (key["id"], 999):
        await charlie.refused(404, "DELETE", f"/api/keys/{number}")
    assert (await sam.call("DELETE", f"/api/keys/{key['id']}")).status == 200
    await bob.refused(401, "GET", "/api/keys")


async def test_an_invitation_is_listed_and_revoked(alice: Caller, bob: Caller, charlie: Caller) -> None:
    (one,) = (await alice.get("/api/invitations"))["data"]
    assert (one["made_by"], one["role"], one["uses_left"]) == ("alice", "employee", 1)
    for caller in (bob, charlie):
        await caller.refused(403, "GET", "/api/invitations")
        await caller.refused(403, "DELETE", f"/api/invitations/{one['id']}")
    assert (await alice.call("DELETE", f"/api/invitations/{one['id']}")).status == 200
    assert (await alice.get("/api/invitations"))["data"] == []
    await alice.refused(404, "DELETE", f"/api/invitations/{one['id']}")
