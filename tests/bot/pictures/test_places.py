"""Which label means which place. One rule: every state and every country of the maps, by every code people use."""

import json
from pathlib import Path

import pytest

from bot.pictures import describe_unmatched
from bot.pictures.maps import match_points
from bot.pictures.places import INDIA, load_map
from core.metrics.measures import Unit
from tests.bot.pictures.drawing import make_chart


def test_it_knows_all_states_by_name_codes_and_spellings(shared_data: Path) -> None:
    india = load_map("india")
    states = json.loads((shared_data / "codes" / "india_states_crosswalk.json").read_text(encoding="utf-8"))["states"]
    assert len(states) == len(INDIA) == len(india.places) == 36
    for state in states:
        code = state["iso"].removeprefix("IN-")
        former = [old.removeprefix("IN-") for old in state["iso_former"]]
        number = state["gst_state_code"]
        for label in (state["name"], state["name_iso"], state["iso"], code, code.lower(), number, number.lstrip("0")):
            assert getattr(india.find(label), "code", None) == code, label
        for label in (*former, *state["aliases"]):
            assert getattr(india.find(label), "code", None) == code, label


def test_it_knows_all_countries_of_the_map_by_name_and_codes(shared_data: Path) -> None:
    world = load_map("world")
    countries = json.loads((shared_data / "codes" / "iso3166-1.json").read_text(encoding="utf-8"))
    for country in countries:
        if country["alpha2"] not in world.places:
            continue
        for field in ("alpha2", "alpha3", "numeric"):
            assert getattr(world.find(country[field]), "code", None) == country["alpha2"], country
    atlas = json.loads((shared_data / "geometry" / "world_countries_110m.topo.json").read_text(encoding="utf-8"))
    names = {shape["properties"]["name"] for shape in atlas["objects"]["countries"]["geometries"]}
    assert {name for name in names if world.find(name) is None} <= {"Antarctica", "N. Cyprus", "Somaliland"}


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("KSA", "SA"),
        ("  the  NETHERLANDS ", "NL"),
        ("U.S.A.", "US"),
        ("المملكة العربية السعودية", "SA"),
        ("भारत", "IN"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Türkiye", "TR"),
        ("Kosovo", "XK"),
        ("South Korea", "KR"),
        ("Bosnia & Herzegovina", "BA"),
    ],
)
def test_it_knows_countries_as_people_call_them(label: str, code: str) -> None:
    place = load_map("world").find(label)
    assert place is not None
    assert place.code == code


def test_it_never_guesses() -> None:
    for label in ("Unknown", "", "Nadu", "99", "Mars", "Tamil", "?"):
        assert load_map("india").find(label) is None, label
        assert load_map("world").find(label) is None, label


def test_it_names_what_is_on_no_map() -> None:
    assert describe_unmatched("india", ["TN", "Unknown", "Riyadh", "Unknown"]) == "Not on the map: Unknown, Riyadh"
    assert describe_unmatched("world", ["SA"]) == ""
    many = [f"Place {number}" for number in range(9)]
    assert describe_unmatched("world", many).endswith("Place 4 and 4 more")


def test_it_adds_up_two_labels_of_one_place_but_never_percentages() -> None:
    labels, values = ["TN", "KA", "Tamil Nadu", "33", "Nowhere"], [10, 15, 4, 3, 99]
    india = load_map("india")

    amounts = match_points(india, make_chart(labels, values))
    assert [(place.code, point.value) for place, point in amounts] == [("TN", 17), ("KA", 15)]
    rates = match_points(india, make_chart(labels, values, unit=Unit.PERCENT))
    assert [(place.code, point.value) for place, point in rates] == [("KA", 15), ("TN", 10)]
