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
from core.access import Viewer, load_viewer
from core.errors import Conflict, InvalidInput, NotFound, about
from core.models.people import people
from core.models.sales import shares
from core.money import E4, currency_digits, share_out

Shares = Mapping[int, int]  # hundredths of a per cent, by the person's number; the rest is the seller's
WHOLE_E2 = 10_000
PENDING, CONFIRMED, DECLINED = "pending", "confirmed", "declined"
_TO_THE_COIN = ("discount_e4", "amount_e4")


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
    _check(tx, wanted, seller_id, branch_id)
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


def _check(tx: Connection, wanted: Shares, seller_id: int, branch_id: int) -> None:
    if any(part <= 0 for part in wanted.values()) or sum(wanted.values()) >= WHOLE_E2:
        raise InvalidInput(
            "Shares are more than nothing, and leave the seller something.", field="share", hint="with @sam 30%"
        )
    for number, person_id in enumerate(wanted):
        with about("shares", number):
            if person_id == seller_id:
                raise InvalidInput("The seller has the rest anyway.", field="person", hint="with @sam 30%")
            other = load_viewer(tx, person_id)
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
    coin_e4 = E4 // 10 ** min(currency_digits(currency), 4)
    parts: list[dict[str, Any]] = [dict(row) for _ in weights]
    for part, person_id in zip(parts[1:], wanted, strict=True):
        part["person_id"] = person_id
    for name in ("quantity_e3", "round_off_e4", "cost_e4"):
        if row[name] is not None:
            _share(parts, name, share_out(row[name], weights))
    if any(part["quantity_e3"] == 0 for part in parts):
        raise InvalidInput("That is too little to be shared.", field="share")
    for name in _TO_THE_COIN:
        unit_e4 = 1 if row[name] % coin_e4 else coin_e4  # an import may have told of less than a coin
        _share(parts, name, [share * unit_e4 for share in share_out(row[name] // unit_e4, weights)])
    for name, shared in _share_each(row["taxes"], weights).items():
        for part, value in zip(parts, shared, strict=True):
            part["taxes"] = {**(part["taxes"] or {}), name: value}
    for part in parts:
        part["tax_e4"] = sum((part["taxes"] or {}).values())
    if row["foreign_amounts"]:
        _share_foreign(parts, row["foreign_amounts"], weights)
    return parts


def join_parts(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items that lines are the parts of, with the seller as their person: what `split_rows` took apart."""
    whole: dict[int, dict[str, Any]] = {}
    for part in parts:
        item = whole.setdefault(part["position"], dict(part))
        if item["person_id"] == part["person_id"]:
            continue
        for name in ("quantity_e3", "discount_e4", "amount_e4", "tax_e4", "round_off_e4"):
            item[name] += part[name]
        if item["cost_e4"] is not None:
            item["cost_e4"] += part["cost_e4"]
        item["taxes"] = _add_up(item["taxes"], part["taxes"])
        if item["foreign_amounts"]:
            item["foreign_amounts"] = _join_foreign(item["foreign_amounts"], part["foreign_amounts"])
    return list(whole.values())


def _join_foreign(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    joined = first | {name: first[name] + second[name] for name in _TO_THE_COIN}
    taxes = _add_up(first.get("taxes"), second.get("taxes"))
    return joined | ({"taxes": taxes} if taxes else {})


def _add_up(first: dict[str, int] | None, second: dict[str, int] | None) -> dict[str, int] | None:
    if not first or not second:
        return first or second
    return {name: first.get(name, 0) + second.get(name, 0) for name in {**first, **second}}


def _share_foreign(parts: list[dict[str, Any]], told: dict[str, Any], weights: list[int]) -> None:
    amounts = {name: share_out(told[name], weights) for name in _TO_THE_COIN}
    taxes = _share_each(told.get("taxes"), weights)
    for number, part in enumerate(parts):
        foreign = {"unit_price_e4": told["unit_price_e4"]} | {name: each[number] for name, each in amounts.items()}
        part["foreign_amounts"] = foreign | ({"taxes": {n: each[number] for n, each in taxes.items()}} if taxes else {})


def _share_each(taxes: Mapping[str, int] | None, weights: list[int]) -> dict[str, list[int]]:
    return {name: share_out(amount, weights) for name, amount in (taxes or {}).items()}


def _share(parts: list[dict[str, Any]], name: str, shared: list[int]) -> None:
    for part, value in zip(parts, shared, strict=True):
        part[name] = value
