"""People: who may add whom, what they are called, who sees them."""

import pytest
from sqlalchemy.engine import Connection

from core.access import Role, Viewer, load_viewer
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.people.employment import deactivate_person
from core.people.members import add_person, find_person, list_people
from tests.core.people.shop import Shop, open_shop


def _handles(tx: Connection, viewer: Viewer, branch_id: int | None = None) -> list[str]:
    return [person.handle for person in list_people(tx, viewer, branch_id)]


def test_it_adds_somebody_to_the_branch_worked_on(tx: Connection, shop: Shop) -> None:
    ann = add_person(tx, shop.alice, "  Ann   Lee ", Role.EMPLOYEE)
    assert (ann.handle, ann.name, ann.role) == ("ann_lee", "Ann Lee", Role.EMPLOYEE)
    assert (ann.branch_id, ann.branch_name) == (shop.riyadh.id, "Riyadh Mall")
    assert (ann.is_linked, ann.is_active) == (False, True)


def test_it_numbers_handles_that_are_taken(tx: Connection, shop: Shop) -> None:
    handles = [add_person(tx, shop.alice, "Bob", Role.EMPLOYEE).handle for _ in range(3)]
    assert handles == ["bob2", "bob3", "bob4"]
    assert [add_person(tx, shop.alice, "محمد", Role.EMPLOYEE).handle for _ in range(3)] == [
        "person",
        "person2",
        "person3",
    ]
    assert open_shop(tx, "Other").bob.handle == "bob"


def test_it_numbers_long_handles_so_that_they_are_found(tx: Connection, shop: Shop) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausen"
    people = [add_person(tx, shop.alice, name, Role.EMPLOYEE) for _ in range(12)]
    assert len({person.handle for person in people}) == 12
    assert all(find_person(tx, shop.alice, f"@{person.handle}") == person for person in people)
    chosen = "b" * 48
    assert add_person(tx, shop.alice, "B", Role.EMPLOYEE, handle=chosen).handle == chosen


def test_it_keeps_a_chosen_handle_or_says_that_it_is_taken(tx: Connection, shop: Shop) -> None:
    assert add_person(tx, shop.alice, "Robert", Role.EMPLOYEE, handle="@Rob_1").handle == "rob_1"
    with pytest.raises(Conflict, match="@rob_1") as refusal:
        add_person(tx, shop.alice, "Rob", Role.EMPLOYEE, handle="ROB_1")
    assert (refusal.value.field, refusal.value.hint) == ("handle", "rob_12")


@pytest.mark.parametrize("handle", ["", "@", "ann lee", "Ann-Lee", "محمد", "_ann", "a" * 49])
def test_it_refuses_what_cannot_be_a_handle(tx: Connection, shop: Shop, handle: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_person(tx, shop.alice, "Ann", Role.EMPLOYEE, handle=handle)
    assert refusal.value.field == "handle"


@pytest.mark.parametrize(
    ("who", "highest"),
    [
        ("charlie", None),
        ("bob", None),
        ("alice", Role.ASSISTANT_MANAGER),
        ("dana", Role.ADMIN),
        ("sam", Role.SUPER_ADMIN),
        ("operator", Role.SUPER_ADMIN),
    ],
)
def test_it_lets_nobody_give_more_than_they_may(tx: Connection, shop: Shop, who: str, highest: Role | None) -> None:
    for role in Role:
        if highest is not None and role <= highest:
            assert add_person(tx, getattr(shop, who), "Neo", role, shop.riyadh.id).role == role
        else:
            with pytest.raises(NotAllowed):
                add_person(tx, getattr(shop, who), "Neo", role, shop.riyadh.id)


def test_it_keeps_a_manager_to_the_own_branches(tx: Connection, shop: Shop) -> None:
    with pytest.raises(NotAllowed) as refusal:
        add_person(tx, shop.alice, "Neo", Role.EMPLOYEE, shop.jeddah.id)
    assert refusal.value.field == "branch"
    assert add_person(tx, shop.dana, "Neo", Role.EMPLOYEE, shop.jeddah.id).branch_name == "Jeddah"


def test_it_shows_to_each_the_people_of_the_contract(tx: Connection, shop: Shop) -> None:
    assert _handles(tx, shop.bob) == ["bob"]
    assert _handles(tx, shop.charlie) == ["charlie"]
    assert _handles(tx, shop.alice) == ["alice", "bob", "dana", "sam"]
    assert _handles(tx, shop.dana) == ["alice", "bob", "dana", "sam"]
    assert _handles(tx, shop.dana, shop.jeddah.id) == ["charlie"]
    assert _handles(tx, shop.sam) == _handles(tx, shop.operator) == ["alice", "bob", "charlie", "dana", "sam"]
    for viewer in (shop.alice, shop.bob):
        with pytest.raises(NotAllowed):
            list_people(tx, viewer, shop.jeddah.id)


def test_it_shows_an_assistant_manager_the_own_branch(tx: Connection, shop: Shop) -> None:
    asim = load_viewer(tx, add_person(tx, shop.dana, "Asim", Role.ASSISTANT_MANAGER, shop.jeddah.id).id)
    assert _handles(tx, asim) == ["asim", "charlie"]
    with pytest.raises(NotAllowed):
        list_people(tx, asim, shop.riyadh.id)


def test_it_shows_nobody_of_another_company(tx: Connection, shop: Shop) -> None:
    other = open_shop(tx, "Other")
    assert list_people(tx, shop.sam, other.riyadh.id) == ()
    with pytest.raises(NotFound):
        find_person(tx, open_shop(tx, "Third").sam, "neo")


def test_it_lists_those_who_left_on_demand_only(tx: Connection, shop: Shop) -> None:
    deactivate_person(tx, shop.dana, shop.number(shop.bob))
    assert "bob" not in _handles(tx, shop.alice)
    assert "bob" in [person.handle for person in list_people(tx, shop.alice, with_former=True)]


@pytest.mark.parametrize("words", ["@ann_lee", "ann_lee", "@ANN_LEE", "Ann Lee", "ann  LEE", "ann", "Lee", " lee ann "])
def test_it_finds_somebody_by_handle_or_name(tx: Connection, shop: Shop, words: str) -> None:
    ann = add_person(tx, shop.alice, "Ann Lee", Role.EMPLOYEE)
    assert find_person(tx, shop.alice, words) == ann


def test_it_names_the_word_nobody_is_called(tx: Connection, shop: Shop) -> None:
    for words in ("@nobody", "nobody", "", "@", "bo", "%", "_ob", "\0", "\ud800", "@\0"):
        with pytest.raises(NotFound, match=f"“{words}”") as refusal:
            find_person(tx, shop.alice, words)
        assert refusal.value.field == "person"


def test_it_lists_the_handles_a_name_fits(tx: Connection, shop: Shop) -> None:
    for name in ("Ann Lee", "Ann Ray"):
        add_person(tx, shop.alice, name, Role.EMPLOYEE)
    with pytest.raises(InvalidInput, match="@ann_lee, @ann_ray"):
        find_person(tx, shop.alice, "Ann")
    assert find_person(tx, shop.alice, "ann ray").handle == "ann_ray"
    assert add_person(tx, shop.alice, "Ann", Role.EMPLOYEE) == find_person(tx, shop.alice, "Ann")


def test_it_prefers_those_present_to_those_who_left(tx: Connection, shop: Shop) -> None:
    first = add_person(tx, shop.alice, "Ann Lee", Role.EMPLOYEE)
    deactivate_person(tx, shop.dana, first.id)
    assert find_person(tx, shop.alice, "Ann").is_active is False
    second = add_person(tx, shop.alice, "Ann Ray", Role.EMPLOYEE)
    assert find_person(tx, shop.alice, "Ann") == second
