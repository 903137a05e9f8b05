"""The table of the contract's part 3: who sees whose figures, asked in every way."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Role, Viewer, load_viewer
from core.errors import InvalidInput, NotAllowed
from core.metrics import Question, ask
from core.money import E4
from core.people.employment import add_branch_membership, choose_branch, transfer_person
from core.people.members import add_person
from core.periods import Period, month_of
from tests.shop import Shop

SALES = {"alice": 100, "bob": 10, "dana": 1, "charlie": 1000}  # revenue of each; together 1111


@pytest.fixture
def sold(tx: Connection, shop: Shop) -> Shop:
    """Everybody has sold something, each another amount."""
    from core.sales.commands import RecordSale, SaleLine, SaleTerms
    from core.sales.record import record_sale

    for name, amount in SALES.items():
        terms = SaleTerms((SaleLine(1000, None, total_e4=amount * E4),))
        record_sale(tx, getattr(shop, name), RecordSale("test", name, terms))
    return shop


def month() -> Period:
    return month_of(clock.today("Asia/Riyadh"))


def figure(tx: Connection, viewer: Viewer, **asked: object) -> int | str:
    """The revenue a viewer is shown, in whole units, or what it is refused for."""
    try:
        answer = ask(tx, viewer, Question(("revenue",), month(), **asked))  # type: ignore[arg-type]
    except (NotAllowed, InvalidInput) as refusal:
        return f"no: {refusal.field}"
    return int(answer.totals["revenue"] or 0) // E4


MALL, CORNICHE, EVERYWHERE = {"branch": "mall"}, {"branch": "corniche"}, {"branch": "all"}
OF_BOB, OF_CHARLIE = {"where": (("person", "bob"),)}, {"where": (("person", "@charlie"),)}
MY = {"reach": Reach.MY}


@pytest.mark.parametrize(
    ("asked", "bob", "dana", "alice", "charlie", "sam"),
    [
        # what is asked                  employee      assistant      manager        employee, other   super admin
        ({}, 10, 111, 111, 1000, 111),
        (MY, 10, 1, 100, 1000, 0),
        (MALL, 10, 111, 111, "no: branch", 111),
        (CORNICHE, "no: branch", "no: branch", "no: branch", 1000, 1000),
        (EVERYWHERE, "no: branch", "no: branch", "no: branch", "no: branch", 1111),
        (OF_BOB, 10, 10, 10, "no: person", 10),
        (OF_CHARLIE, "no: person", "no: person", "no: person", 1000, 0),
        ({**OF_CHARLIE, **CORNICHE}, "no: branch", "no: branch", "no: branch", 1000, 1000),
        ({"reach": Reach.BOARD}, 111, 111, 111, 1000, 111),
        ({"where": (("branch", "Corniche"),)}, "no: branch", "no: branch", "no: branch", 1000, 1000),
        ({"where": (("branch", "mall"), ("branch", "corniche"))}, *["no: branch"] * 4, 1111),
        ({"where": (("person", "bob"), ("person", "alice"))}, "no: person", 110, 110, "no: person", 110),
    ],
)
def test_everybody_sees_what_the_contract_says(
    tx: Connection,
    sold: Shop,
    asked: dict[str, object],
    bob: object,
    dana: object,
    alice: object,
    charlie: object,
    sam: object,
) -> None:
    expected = {"bob": bob, "dana": dana, "alice": alice, "charlie": charlie, "sam": sam}
    assert {name: figure(tx, getattr(sold, name), **asked) for name in expected} == expected


def test_an_employee_split_by_person_sees_oneself_only(tx: Connection, sold: Shop) -> None:
    answer = ask(tx, sold.bob, Question(("revenue",), month(), by=("person",)))
    assert [row.labels for row in answer.rows] == [("Bob",)]
    assert answer.totals["revenue"] == 10 * E4


def test_whoever_is_moved_sees_the_new_branch_everywhere(tx: Connection, sold: Shop) -> None:
    transfer_person(tx, sold.operator, sold.bob.person_id or 0, sold.corniche_id)
    moved = load_viewer(tx, sold.bob.person_id or 0)
    assert figure(tx, moved) == figure(tx, moved, reach=Reach.MY) == 0  # what he sold stays with the Mall
    assert figure(tx, moved, reach=Reach.BOARD) == 1000
    assert figure(tx, moved, branch="mall") == "no: branch"
    assert figure(tx, sold.alice) == 111


def test_a_manager_of_two_branches_works_on_one_at_a_time(tx: Connection, sold: Shop) -> None:
    add_branch_membership(tx, sold.operator, sold.alice.person_id or 0, sold.corniche_id)
    alice = load_viewer(tx, sold.alice.person_id or 0)
    assert (figure(tx, alice), figure(tx, alice, branch="corniche")) == (111, 1000)
    assert figure(tx, choose_branch(tx, alice, "corniche")) == 1000
    assert figure(tx, alice, branch="all") == "no: branch"


def test_an_admin_may_ask_for_any_branch_but_not_for_all_at_once(tx: Connection, sold: Shop) -> None:
    admin = load_viewer(tx, add_person(tx, sold.operator, "Omar", Role.ADMIN, sold.mall_id).id)
    assert [figure(tx, admin), figure(tx, admin, **CORNICHE)] == [111, 1000]
    assert figure(tx, admin, **EVERYWHERE) == "no: branch"


def test_profit_is_for_those_who_may_see_it(tx: Connection, sold: Shop) -> None:
    for name in ("profit", "cost", "profit_margin", "loss_lines"):
        with pytest.raises(NotAllowed) as refusal:
            ask(tx, sold.bob, Question((name,), month()))
        assert refusal.value.field == name
        ask(tx, sold.alice, Question((name,), month()))


def test_the_board_shows_no_more_than_a_ranking_needs(tx: Connection, sold: Shop) -> None:
    with pytest.raises(NotAllowed):
        ask(tx, sold.alice, Question(("profit",), month(), reach=Reach.BOARD))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"measures": ("revenu",)}, "measures"),
        ({"measures": ()}, "measures"),
        ({"by": ("colour",)}, "by"),
        ({"where": (("colour", "red"),)}, "where"),
        ({"where": (("person", "nobody"),)}, "person"),
        ({"where": (("country", "Atlantis"),)}, "country"),
        ({"where": (("month", "2025-13"),)}, "month"),
    ],
)
def test_it_names_the_word_it_does_not_know(tx: Connection, sold: Shop, asked: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(tx, sold.alice, Question(**{"measures": ("revenue",), "period": month(), **asked}))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert refusal.value.hint or "called" in refusal.value.message


def test_nothing_of_another_company_is_ever_counted(tx: Connection, sold: Shop) -> None:
    from core.access import act_as_operator
    from core.company import create_company

    other = act_as_operator(create_company(tx, "Other", currency="USD", time_zone="UTC"))
    assert figure(tx, other) == 0
    with pytest.raises(InvalidInput):
        ask(tx, other, Question(("revenue",), Period(date(2020, 1, 1), date(2030, 1, 1)), where=(("person", "bob"),)))
