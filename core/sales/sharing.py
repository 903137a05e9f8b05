"""Sales of several people. One rule: a share counts once its person has said yes; the parts add up to the whole.

A sale that is shared has, for each of its items, a line for each person, with their part of the quantity and of every
amount: so that each figure is shared by being counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import Conflict, InvalidInput, NotFound, about
from core.models.people import people
from core.models.sales import shares
from core.money import share_to_coin
from core.people.members import load_colleague
from core.sales.amounts import add_line, divide_lines

Shares = Mapping[int, int]  # hundredths of a per cent, by the person's number; the rest is the seller's
WHOLE_E2 = 10_000
PENDING, CONFIRMED, DECLINED = "pending", "confirmed", "declined"


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's part of a sale, in hundredths of a per cent, and whether they have agreed to it."""

    person_id: int
    person_name: str
    share_e2: int
    state: str


def read_shares(tx: Connection, company_id: int, document_id: int) -> tuple[Share, ...]:
    """Who else a document counts for, and who was asked; the seller has the rest."""
    columns = shares.c.person_id, people.c.name, shares.c.share_e2, shares.c.state
    query = select(*columns).join_from(shares, people, people.c.id == shares.c.person_id)
    own = shares.c.company_id == company_id, shares.c.document_id == document_id
    return tuple(Share(*row) for row in tx.execute(query.where(*own).order_by(shares.c.id)))


@dataclass(frozen=True, slots=True)
class Settled:
    """The shares of a document: all there are, those that count, and those whose people are to be asked now."""

    known: tuple[Share, ...] = ()
    confirmed: Shares = field(default_factory=dict)
    asked: tuple[Share, ...] = ()


def settle_shares(
    tx: Connection, viewer: Viewer, document_id: int, seller_id: int, branch_id: int, wanted: Shares | None
) -> Settled:
    """Put down who is to share in a document (None: as it is). Raises InvalidInput naming `share` or `person`."""
    new = write_shares(tx, viewer, document_id, seller_id, wanted, branch_id) if wanted is not None else frozenset()
    known = read_shares(tx, viewer.company.id, document_id)
    asked = tuple(share for share in known if share.person_id in new and share.state == PENDING)
    return Settled(known, take_confirmed(known, seller_id), asked)


def take_confirmed(known: tuple[Share, ...], seller_id: int) -> Shares:
    """The shares that count; who has become the seller has the rest anyway."""
    return {
        share.person_id: share.share_e2 for share in known if share.state == CONFIRMED and share.person_id != seller_id
    }


def write_shares(
    tx: Connection, viewer: Viewer, document_id: int, seller_id: int, wanted: Shares, branch_id: int
) -> frozenset[int]:
    """Put down who is to share in a document: the numbers of those whose share is new, or of another size.

    Who had a share of that size keeps their answer. Raises InvalidInput naming `share` or `person`.
    """
    _check(tx, viewer, wanted, seller_id, branch_id)
    known = {share.person_id: share for share in read_shares(tx, viewer.company.id, document_id)}
    own = shares.c.company_id == viewer.company.id, shares.c.document_id == document_id
    kept = {person for person, part in wanted.items() if person in known and known[person].share_e2 == part}
    tx.execute(delete(shares).where(*own, shares.c.person_id.not_in(kept)))
    rows = [
        {
            "company_id": viewer.company.id,
            "document_id": document_id,
            "person_id": person_id,
            "share_e2": part,
            "state": CONFIRMED if person_id == viewer.person_id else PENDING,  # whoever proposes it has agreed
        }
        for person_id, part in wanted.items()
        if person_id not in kept
    ]
    if rows:
        tx.execute(insert(shares), rows)
    return frozenset(wanted) - kept


def _check(tx: Connection, viewer: Viewer, wanted: Shares, seller_id: int, branch_id: int) -> None:
    if any(part <= 0 for part in wanted.values()) or sum(wanted.values()) >= WHOLE_E2:
        raise InvalidInput(
            "Shares are more than nothing, and leave the seller something.", field="share", hint="with @sam 30%"
        )
    for number, person_id in enumerate(wanted):
        with about("shares", number):
            if person_id == seller_id:
                raise InvalidInput("The seller has the rest anyway.", field="person", hint="with @sam 30%")
            other = load_colleague(tx, viewer, person_id)
            if branch_id not in other.member_of:
                raise InvalidInput(f"{other.name} works in another branch.", field="person")


def answer_share(tx: Connection, viewer: Viewer, document_id: int, *, agrees: bool) -> Share:
    """The answer to being asked. NotFound where the viewer was not, Conflict where they answered otherwise."""
    known = read_shares(tx, viewer.company.id, document_id)
    mine = next((share for share in known if share.person_id == viewer.person_id), None)
    if mine is None:
        raise NotFound("Nobody asks you to share in that sale any more.", field="share")
    answer = CONFIRMED if agrees else DECLINED
    if mine.state not in (PENDING, answer):
        raise Conflict(f"You have {mine.state} that share already.", field="share")
    own = shares.c.company_id == viewer.company.id, shares.c.document_id == document_id
    changed = {"state": answer, "answered_at": clock.now()}
    tx.execute(update(shares).where(*own, shares.c.person_id == viewer.person_id).values(**changed))
    return Share(mine.person_id, mine.person_name, mine.share_e2, answer)


def split_rows(rows: list[dict[str, Any]], wanted: Shares, currency: str) -> list[dict[str, Any]]:
    """A line of each item for each person, whose quantities, amounts, costs and taxes add up to the item's exactly.

    Amounts are shared to the coin. Raises InvalidInput where an item is too small to be shared.
    """
    if not wanted:
        return rows
    return [part for row in rows for part in _split_row(row, wanted, currency)]


def _split_row(row: dict[str, Any], wanted: Shares, currency: str) -> list[dict[str, Any]]:
    weights = [WHOLE_E2 - sum(wanted.values()), *wanted.values()]
    copies = divide_lines([row] * len(weights), currency, lambda same, coin: share_to_coin(same[0], weights, coin))
    parts = [part | {"person_id": one} for part, one in zip(copies, (row["person_id"], *wanted), strict=True)]
    if any(part["quantity_e3"] == 0 for part in parts):
        raise InvalidInput("That is too little to be shared.", field="share")
    return parts


def join_parts(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items that lines are the parts of, with the seller as their person: what `split_rows` took apart."""
    whole: dict[int, dict[str, Any]] = {}
    for part in parts:
        item = whole.setdefault(part["position"], dict(part))
        if item["person_id"] != part["person_id"]:
            item.update(add_line(item, part))
    return list(whole.values())
