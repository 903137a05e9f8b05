"""Every kind of picture, drawn and looked at. One rule: what a person would see, not what the specification says."""

import json
from dataclasses import replace
from itertools import chain

import pytest

from bot.pictures import PICTURES, Chart, Headline, Point, Renderer, Theme
from bot.pictures.lines import find_free_height
from bot.pictures.measuring import measure
from bot.pictures.themes import PALETTES, measure_contrast
from bot.views.numbers import Style
from core.metrics.measures import Unit
from tests.bot.pictures.drawing import HUGE_E4, NASTY, find_columns, make_chart, show, write_line

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAYS = [f"2026-07-{day:02}" for day in range(1, 32)]
COUNTRIES = ("Saudi Arabia", "AE", "KWT", "048", "قطر", "Atlantis")
STATES = ("Tamil Nadu", "KA", "27", "Ladakh", "Goa", "Atlantis")
MISSING = "\ue000"  # no font has it, so it shows what a missing letter looks like


def label(kind: str, labels: tuple[str, ...] = NASTY) -> tuple[str, ...] | list[str]:
    """Labels that the kind accepts: days for the calendar, places besides words for maps."""
    if kind == "calendar":
        return DAYS
    if kind.startswith("india"):
        return (*STATES, *labels)
    return (*COUNTRIES, *labels) if kind.startswith("world") else labels


def has_clean_edges(picture: object, paper: str) -> bool:
    """Whether nothing reaches the edges of the sheet, where it would be cut off."""
    image = show(picture)  # type: ignore[arg-type]
    ink = tuple(int(paper[start : start + 2], 16) for start in (1, 3, 5))
    edges = (
        image.crop((0, 0, 20, image.height)),
        image.crop((image.width - 20, 0, image.width, image.height)),
        image.crop((0, 0, image.width, 20)),
        image.crop((0, image.height - 14, image.width, image.height)),
    )
    return all(edge.getextrema() == tuple((part, part) for part in ink) for edge in edges)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("kind", PICTURES)
async def test_it_draws_every_kind_for_a_phone(kind: str, theme: Theme, renderer: Renderer) -> None:
    chart = make_chart(label(kind), theme=theme)

    png = await renderer.render(PICTURES[kind](chart))

    picture = show(png)
    assert picture.width == 1080
    assert 400 <= picture.height <= 10_000 - 1080  # Telegram's limit of width and height together
    assert len(png or b"") < 5_000_000
    assert len(picture.getcolors(maxcolors=10**6) or []) > 20
    assert has_clean_edges(png, PALETTES[theme].paper)


@pytest.mark.parametrize("kind", PICTURES)
async def test_it_draws_no_points_one_point_and_forty(kind: str, renderer: Renderer) -> None:
    words = [f"Item {number} of a long list" for number in range(40)]
    for labels in ((), label(kind, ("One",))[:1], [*label(kind, ()), *words][:40] if kind != "calendar" else DAYS):
        png = await renderer.render(PICTURES[kind](make_chart(labels)))
        assert has_clean_edges(png, PALETTES[Theme.LIGHT].paper), (kind, len(labels))


@pytest.mark.parametrize("kind", PICTURES)
async def test_it_draws_losses_gaps_nothing_and_enormous_figures(kind: str, renderer: Renderer) -> None:
    labels = label(kind)[:5]
    for style in (Style("en-IN", "indian"), Style("ar-SA")):
        mixed = make_chart(labels, [HUGE_E4, -HUGE_E4, None, 0, 1], style=style, currency="INR")
        png = await renderer.render(
            PICTURES[kind](replace(mixed, headline=Headline(-HUGE_E4, 1, change_percent=-HUGE_E4)))
        )
        assert has_clean_edges(png, PALETTES[Theme.LIGHT].paper), (kind, style)
    for values in ([None, None, 0, 0, 0], [-5, -4, -3, -2, -1]):
        png = await renderer.render(PICTURES[kind](make_chart(labels, values, unit=Unit.COUNT)))
        assert has_clean_edges(png, PALETTES[Theme.LIGHT].paper), (kind, values)


async def test_it_draws_all_cards_on_one_picture(renderer: Renderer) -> None:
    cards = tuple(make_chart(DAYS[:count]) for count in (31, 1, 0, 7, 3))

    png = await renderer.render(PICTURES["cards"](Chart("July 2026", NASTY[0], theme=Theme.DARK, parts=cards)))

    assert has_clean_edges(png, PALETTES[Theme.DARK].paper)


@pytest.mark.parametrize("bold", [False, True])
async def test_it_draws_each_script_with_its_own_letters(bold: bool, renderer: Renderer) -> None:
    """Beside Arabic and in bold too, where the renderer's own search for another font fails."""
    lost = json.loads(json.dumps(write_line("A", bold=bold)).replace('"A"', json.dumps(MISSING)))
    missing = show(await renderer.render(lost))
    ((left, right),) = find_columns(missing)
    tofu = missing.crop((left + 4, 0, right - 4, missing.height))
    for words in ("🎯🔥🏆", "🦖🥝🚁", "🇸🇦🇦🇪🇮🇳", "محمد", "لا إله 🎯", "Привет", "Ωδή", "₹ ﷼ ₺", "Łódź", "१२३", "١٢٣"):
        picture = show(await renderer.render(write_line(words, bold=bold)))
        assert find_columns(picture), words
        found = [picture.crop((x + 4, 0, x + 4 + tofu.width, picture.height)) for x, _ in find_columns(picture)]
        assert all(one.tobytes() != tofu.tobytes() for one in found), words


async def test_it_draws_emoji_in_colour(renderer: Renderer) -> None:
    for words in ("🔥", "🥇", "🇸🇦", "محمد 🔥", "Office 🔥", "👍🏽", "❤️", "👨‍👩‍👧"):
        picture = show(await renderer.render(write_line(words)))
        saturation = picture.convert("HSV").getchannel("S").getextrema()[1]
        assert saturation > 150, words


async def test_it_joins_arabic_letters_and_writes_them_from_the_right(renderer: Renderer) -> None:
    joined = find_columns(show(await renderer.render(write_line("محمد"))))
    apart = find_columns(show(await renderer.render(write_line("م\u200cح\u200cم\u200cد"))))
    assert len(joined) == 1
    assert len(apart) == 4

    mixed = find_columns(show(await renderer.render(write_line("محمد III"))))
    assert len(mixed) == 4
    assert mixed[-1][1] - mixed[-1][0] > 3 * (mixed[0][1] - mixed[0][0])  # the name is on the right of the numeral


async def test_it_cuts_what_is_too_long_and_says_so(renderer: Renderer) -> None:
    short = show(await renderer.render(write_line("W" * 500)))
    columns = find_columns(short)
    assert columns[-1][1] <= 2 * 520 + 2
    assert [end - start < 14 for start, end in columns[-3:]] == [True] * 3  # the dots of the ellipsis


async def test_it_keeps_words_readable_in_both_themes() -> None:
    for palette in PALETTES.values():
        inks = (palette.text, palette.muted, palette.accent, palette.good, palette.bad, palette.second)
        assert min(measure_contrast(ink, palette.paper) for ink in inks) >= 4.5
        grounds = (palette.panel, palette.own, palette.track)
        assert min(measure_contrast(ink, one) for one in grounds for ink in (palette.text, palette.muted)) >= 4.5
        assert min(measure_contrast(ink, palette.panel) for ink in (palette.good, palette.bad)) >= 4.5


async def test_it_writes_figures_in_lakh_and_crore_or_as_the_locale_does() -> None:
    chart = make_chart(["One"], [123_456_780_000])
    for style, shown in (
        (Style(), "SAR 12.3M"),
        (Style("en-IN", "indian"), "SAR 1.2Cr"),
        (Style("ar-SA"), "١٢٫٣"),
    ):
        spec = PICTURES["bars"](replace(chart, style=style))
        assert shown in json.dumps(spec, ensure_ascii=False)


def list_texts(spec: dict[str, object]) -> list[str]:
    """All words on a sheet."""
    marks = spec.get("marks", [])
    own = [spec["encode"]["enter"]["text"]["value"]] if spec.get("type") == "text" else []  # type: ignore[index]
    return own + list(chain.from_iterable(list_texts(mark) for mark in marks))  # type: ignore[attr-defined]


async def test_it_says_how_many_it_left_out() -> None:
    forty = make_chart([f"Item {number}" for number in range(40)])

    assert "and 20 more" in list_texts(PICTURES["bars"](forty))
    assert list_texts(PICTURES["pie"](forty)).count("Others") == 1
    assert "Not on the map: Atlantis" in list_texts(PICTURES["india"](make_chart(STATES)))
    assert "2 without a share: zero or below" in list_texts(PICTURES["pie"](make_chart(["a", "b", "c"], [5, 0, -5])))
    assert "Nothing in this period" in list_texts(PICTURES["line"](make_chart([])))


async def test_what_has_no_name_is_last_and_grey() -> None:
    for kind in ("pie", "bars"):
        named = make_chart(["a", "b"], [5, 3])
        whole = replace(named, points=(Point("Others", 90, is_rest=True), *named.points))
        drawn = json.dumps(PICTURES[kind](whole))
        assert drawn.count(PALETTES[Theme.LIGHT].rest) >= 1
    texts = list_texts(PICTURES["pie"](whole))
    assert texts.index("Others") > texts.index("b")


async def test_two_series_of_one_unit_have_one_axis() -> None:
    chart = make_chart(["Jan", "Feb"], [300, 100])
    points = tuple(replace(point, extra=50) for point in chart.points)
    shared = list_texts(PICTURES["columns"](replace(chart, points=points, extra_unit=None)))
    apart = list_texts(PICTURES["columns"](replace(chart, points=points, extra_unit=Unit.PERCENT)))
    assert len(apart) > len(shared)
    assert not [text for text in shared if "%" in text]
    assert [text for text in apart if "%" in text]


async def test_a_figure_stands_on_no_line() -> None:
    lines = [(0.0, 100.0), (50.0, 20.0), (100.0, 100.0)]
    assert find_free_height(lines, 30, 70, 20) == 4
    assert find_free_height(lines, 80, 120, 100) == 100 + 16 + 19 * 0.75
    assert find_free_height([(0.0, 60.0), (100.0, 60.0)], 0, 40, 60) == 44
    assert find_free_height([(40.0, 60.0)], 20, 60, 60) == 44


@pytest.mark.parametrize("kind", ["world", "world_bubbles", "india", "india_bubbles"])
async def test_a_map_says_what_its_colours_mean(kind: str) -> None:
    places = ["Kerala", "Punjab"] if kind.startswith("india") else ["France", "Germany"]
    texts = list_texts(PICTURES[kind](make_chart(places, [400_000, 100_000])))
    assert texts.count("SAR 40") == 2  # in the list and in the legend


async def test_it_knows_how_wide_words_become(renderer: Renderer) -> None:
    for words in ("Hello World", "محمد العتيبي للتجارة", "عبدالرحمن بن سعود", "Привет", "SAR 1,234,567", "H🔥🔥H"):
        for bold in (False, True):
            columns = find_columns(show(await renderer.render(write_line(words, bold=bold))))
            drawn = (columns[-1][1] - columns[0][0]) / 2
            assert abs(measure(words, 40, bold=bold) - drawn) < 8 + drawn * 0.04, (words, bold)
