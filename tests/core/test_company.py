"""Companies and branches: what they are called, what they count in, who may say so."""

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, act_as_operator, find_company, load_viewer
from core.company import add_branch, change_company, create_company, list_branches, settle_branch
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.models.sales import documents, lines
from core.people.employment import choose_branch
from tests.core.people.shop import Shop, open_shop


@pytest.fixture
def shop(tx: Connection) -> Shop:
    return open_shop(tx)


def _create(tx: Connection, name: str, **settings: object) -> str:
    return create_company(tx, name, **({"currency": "SAR", "time_zone": "Asia/Riyadh"} | settings)).handle  # type: ignore[arg-type]


def test_it_makes_a_company_with_a_first_branch(tx: Connection) -> None:
    company = create_company(tx, "Lamps & Co", currency="kwd", time_zone="Asia/Kuwait", first_branch="Salmiya")
    assert (company.handle, company.currency, company.calendar.week_start) == ("lamps_co", "KWD", 5)
    assert find_company(tx, "lamps & co") == company
    branch = list_branches(tx, act_as_operator(company))[0]
    assert (branch.handle, branch.name, branch.time_zone) == ("salmiya", "Salmiya", "Asia/Kuwait")


def test_it_finds_a_handle_for_names_in_any_script(tx: Connection) -> None:
    assert [_create(tx, "متجر الرياض"), _create(tx, "東京"), _create(tx, "متجر")] == ["company", "company2", "company3"]


def test_it_refuses_a_handle_that_is_taken_and_goes_on(tx: Connection) -> None:
    _create(tx, "Lamps")
    with pytest.raises(Conflict, match="lamps") as refusal:
        _create(tx, "LAMPS")
    assert refusal.value.field == "handle"
    assert _create(tx, "Lamps", handle="other") == "other"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"currency": "XXQ"}, "currency"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"week_start": 7}, "week_start"),
        ({"financial_year_month": 0}, "financial_year_month"),
        ({"handle": "a b"}, "handle"),
        ({"handle": "متجر"}, "handle"),
        ({"first_branch": " "}, "branch"),
    ],
)
def test_it_names_the_setting_at_fault(tx: Connection, settings: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _create(tx, "Lamps", **settings)
    assert refusal.value.field == field


def test_it_changes_the_currency_until_something_is_sold(tx: Connection, shop: Shop) -> None:
    assert change_company(tx, shop.sam, name="Lights", currency="KWD", time_zone="Asia/Dubai").currency == "KWD"
    sam = load_viewer(tx, shop.number(shop.sam))
    _sell(tx, shop.bob)
    with pytest.raises(Conflict) as refusal:
        change_company(tx, sam, currency="USD")
    assert refusal.value.field == "currency"
    changed = change_company(tx, sam, name="Lamps", currency="KWD")
    assert (changed.name, changed.handle, changed.time_zone) == ("Lamps", "lamps_co", "Asia/Dubai")


def test_it_lets_the_currency_change_while_only_another_company_sells(tx: Connection, shop: Shop) -> None:
    _sell(tx, open_shop(tx, "Other").bob)
    assert change_company(tx, shop.sam, currency="USD").currency == "USD"


@pytest.mark.parametrize("who", ["dana", "alice", "bob", "charlie"])
def test_it_lets_only_super_admins_change_the_company(tx: Connection, shop: Shop, who: str) -> None:
    viewer: Viewer = getattr(shop, who)
    with pytest.raises(NotAllowed, match="manage the company"):
        change_company(tx, viewer, name="Mine")
    with pytest.raises(NotAllowed, match="manage the company"):
        add_branch(tx, viewer, "Mine")


def test_it_keeps_branches_apart_by_name(tx: Connection, shop: Shop) -> None:
    assert add_branch(tx, shop.sam, "Jeddah!").handle == "jeddah2"
    assert add_branch(tx, shop.sam, "الدمام").handle == "branch"
    assert add_branch(tx, shop.sam, "All").handle == "all2"  # "all" asks for every branch
    with pytest.raises(Conflict):
        add_branch(tx, shop.sam, " jeddah ")


def test_it_lists_the_branches_one_may_name(tx: Connection, shop: Shop) -> None:
    def names(viewer: Viewer) -> list[str]:
        return [branch.name for branch in list_branches(tx, viewer)]

    assert names(shop.sam) == names(shop.dana) == names(shop.operator) == ["Riyadh Mall", "Jeddah"]
    assert names(shop.alice) == names(shop.bob) == ["Riyadh Mall"]
    assert names(shop.charlie) == ["Jeddah"]


def test_it_settles_the_branch_that_is_meant(tx: Connection, shop: Shop) -> None:
    stranger = open_shop(tx, "Other")
    assert settle_branch(tx, shop.bob) == shop.riyadh.id
    assert settle_branch(tx, shop.dana, shop.jeddah.id) == shop.jeddah.id
    assert settle_branch(tx, choose_branch(tx, shop.dana, "jeddah")) == shop.jeddah.id
    for viewer, branch_id in ((shop.alice, shop.jeddah.id), (shop.charlie, shop.riyadh.id)):
        with pytest.raises(NotAllowed):
            settle_branch(tx, viewer, branch_id)
    for viewer in (shop.sam, shop.operator):
        with pytest.raises(NotFound):
            settle_branch(tx, viewer, stranger.riyadh.id)


def test_it_asks_the_operator_which_branch_unless_there_is_one(tx: Connection, shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="riyadh_mall, jeddah"):
        settle_branch(tx, shop.operator)
    alone = act_as_operator(create_company(tx, "Kiosk", currency="SAR", time_zone="Asia/Riyadh"))
    assert settle_branch(tx, alone) == list_branches(tx, alone)[0].id


def _sell(tx: Connection, viewer: Viewer) -> None:
    shared = {"company_id": viewer.company.id, "kind": "sale", "source": "test"}
    document = {**shared, "external_id": "1", "revision": 1, "created_at": clock.now()}
    document_id = tx.execute(insert(documents).returning(documents.c.id), document).scalar_one()
    line = {
        **shared,
        "document_id": document_id,
        "revision": 1,
        "position": 1,
        "sold_at": clock.now(),
        "day": clock.today("Asia/Riyadh"),
        "branch_id": viewer.branch_id,
        "person_id": viewer.person_id,
        "quantity_e3": 1000,
        "unit_price_e4": 10_000,
        "discount_e4": 0,
        "amount_e4": 10_000,
        "recorded_at": clock.now(),
    }
    tx.execute(insert(lines), line)
