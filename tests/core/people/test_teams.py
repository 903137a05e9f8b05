"""Teams: formed by managers, across branches by admins, shown to each as far as they see."""

import pytest
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.people.teams import add_to_team, find_team, form_team, list_teams, remove_from_team
from tests.core.people.shop import Shop, open_shop


def _show(tx: Connection, viewer: Viewer) -> dict[str, list[str]]:
    return {team.name: [member.handle for member in team.members] for team in list_teams(tx, viewer)}


def test_it_shows_each_the_members_they_may_see(tx: Connection, shop: Shop) -> None:
    stars = form_team(tx, shop.alice, "Stars")
    form_team(tx, shop.alice, "Nobody yet")
    for viewer, member in ((shop.alice, shop.bob), (shop.alice, shop.alice), (shop.dana, shop.charlie)):
        for _ in range(2):
            add_to_team(tx, viewer, stars.id, shop.number(member))
    assert _show(tx, shop.sam) == {"Nobody yet": [], "Stars": ["alice", "bob", "charlie"]}
    assert _show(tx, shop.alice) == {"Nobody yet": [], "Stars": ["alice", "bob"]}
    assert _show(tx, shop.bob) == {"Stars": ["bob"]}
    assert _show(tx, shop.charlie) == {"Stars": ["charlie"]}
    remove_from_team(tx, shop.dana, stars.id, shop.number(shop.charlie))
    assert _show(tx, shop.charlie) == {}


def test_it_keeps_names_apart_whatever_their_case(tx: Connection, shop: Shop) -> None:
    stars = form_team(tx, shop.alice, "  Night  Stars ")
    with pytest.raises(Conflict, match="night stars"):
        form_team(tx, shop.alice, "night stars")
    with pytest.raises(InvalidInput):
        form_team(tx, shop.alice, "\n")
    assert find_team(tx, shop.alice, "NIGHT STARS") == stars.id
    with pytest.raises(NotFound, match="day stars"):
        find_team(tx, shop.alice, "day stars")
    assert form_team(tx, open_shop(tx, "Other").alice, "Night Stars").name == "Night Stars"


def test_it_lets_only_managers_form_teams_of_their_people(tx: Connection, shop: Shop) -> None:
    stars = form_team(tx, shop.alice, "Stars")
    for viewer in (shop.bob, shop.charlie):
        for change in (
            lambda viewer=viewer: form_team(tx, viewer, "Mine"),
            lambda viewer=viewer: add_to_team(tx, viewer, stars.id, shop.number(shop.bob)),
            lambda viewer=viewer: remove_from_team(tx, viewer, stars.id, shop.number(shop.bob)),
        ):
            with pytest.raises(NotAllowed, match="form teams"):
                change()
    with pytest.raises(NotAllowed, match="@charlie"):
        add_to_team(tx, shop.alice, stars.id, shop.number(shop.charlie))


def test_it_keeps_companies_apart(tx: Connection, shop: Shop) -> None:
    stars, other = form_team(tx, shop.alice, "Stars"), open_shop(tx, "Other")
    with pytest.raises(NotFound):
        add_to_team(tx, other.sam, stars.id, shop.number(other.bob))
    with pytest.raises(NotFound):
        add_to_team(tx, shop.sam, stars.id, shop.number(other.bob))
    with pytest.raises(NotFound, match="@bob"):
        remove_from_team(tx, shop.sam, stars.id, shop.number(shop.bob))
    assert list_teams(tx, other.sam) == ()
