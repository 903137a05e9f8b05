"""Cards and charts as pictures in chat. One rule: the figures come with them, and alone where nothing is drawn."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.pictures import Renderer, Theme
from bot.pictures.themes import PALETTES
from bot.views.cards import DRAWN
from bot.views.figures import show_day, show_stretch
from core import clock
from core.access import find_viewer
from core.cards.asking import Narrowing
from core.cards.catalogue import CHARTS, ChartType
from core.cards.charts import list_course, read_chart
from core.cards.choices import change_choice, choose_theme, read_choices
from core.periods import Period
from tests.bot.conftest import Chat, sell_for_everybody
from tests.bot.drawing import Broken, Reading, drawing_with
from tests.tills import import_tills


async def test_a_chart_comes_as_a_picture_with_its_figures(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Renderer()) as alice:
        (drawn,) = await alice.send("/chart salespeople")
        assert drawn.photo is not None
        assert drawn.photo.startswith(b"\x89PNG")
        assert drawn.message["caption"].startswith("📈 Salesperson Totals\nMall · ")
        assert drawn.message["caption"].endswith("\n\nTogether: SAR 174.93\nTop: Bob, SAR 99.96 (57.1%)")
        assert drawn.buttons == ["Why?", "☀️ Light", "🌙 Dark"]
        assert (await alice.press("Why?")).text.startswith("🔎 Salesperson Totals")
        (card,) = await alice.send("/chart revenue")
        assert card.photo is not None
        assert "Total Revenue: SAR 174.93" in card.message["caption"]
        (nothing,) = await alice.send("/chart country last month")
        assert nothing.photo is None


async def test_the_words_come_where_nothing_can_be_drawn(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Broken()) as alice:
        assert "Together: SAR 174.93" in (await alice.send("/chart salespeople")).text


@pytest.mark.parametrize("chart_type", list(ChartType))
async def test_every_way_to_draw_a_chart_works(chat: Chat, chart_type: ChartType) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Renderer()) as alice:
        for name in [name for name, chart in CHARTS.items() if chart_type in chart.types][:2]:
            with chat.database.begin() as tx:
                change_choice(tx, find_viewer(tx, "alice"), name, chart_type=chart_type.value)
            (drawn,) = await alice.send(f"/chart {name}")
            assert drawn.photo is not None, name


async def test_kpi_is_a_picture_with_its_figures(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Reading()) as alice:
        (cards,) = await alice.send("/kpi")
        assert cards.photo is not None
        assert "Total Revenue: SAR 174.93" in cards.message["caption"]
        before = cards.photo
        (changed, _) = await alice.press("Today")
        assert changed.message_id == cards.message_id
        assert changed.photo not in (None, before)
        assert "Total Quantity: 7" in changed.message["caption"]
        (lines, _) = await alice.press("Why?")
        assert lines.text.startswith("🔎 Total Revenue")
        await alice.send("/kpi hide total revenue")
        (fewer,) = await alice.send("/kpi")
        assert "Total Revenue" not in fewer.text


async def test_kpi_comes_in_words_where_nothing_can_be_drawn(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Broken()) as alice:
        (cards,) = await alice.send("/kpi")
        assert cards.photo is None
        assert "Total Revenue: SAR 174.93" in cards.message["text"]
        (changed, _) = await alice.press("Today")
        assert changed.message_id == cards.message_id
        assert "Total Quantity: 7" in changed.message["text"]


async def test_words_take_the_place_of_a_picture_that_can_no_longer_be_drawn(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Renderer()) as alice:
        (drawn,) = await alice.send("/kpi")
        assert drawn.photo is not None
    async with drawing_with(chat, Broken()) as alice:
        answers = await alice.press("Today")
        assert "Total Quantity: 7" in answers.messages[0].message["text"]
        assert drawn.message_id in [one.message_id for one in answers if one.kind == "delete"]


async def test_a_map_is_shades_or_bubbles_as_chosen(chat: Chat, tmp_path: Path) -> None:
    import_tills(chat.database, chat.shop.operator, tmp_path, "Mall")
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        await alice.send("/chart country")
        await alice.send("/chart country as bubbles")
        assert '"circle"' in renderer.drawn[-1]
        assert '"path"' in renderer.drawn[-1]
        kept = len(renderer.drawn[-1])
        (again,) = await alice.send("/chart country")
        assert len(renderer.drawn[-1]) == kept
        assert again.buttons == ["Bars", "Pie", "Map", "Why?", "☀️ Light", "🌙 Dark"]
        (shades, _) = await alice.press("Map")
        assert shades.message_id == again.message_id
        assert shades.photo not in (None, again.photo)
        assert "Bubbles" in shades.buttons
        await alice.send("/chart country")
        assert len(renderer.drawn[-1]) != kept
        refused = (await alice.send("/chart period as map")).text
        assert "is not drawn as" in refused
        assert "is no way to draw" in (await alice.send("/chart country as cake")).text
    with chat.database.begin_read() as tx:
        chosen = read_choices(tx, find_viewer(tx, "alice")).cards
    assert [(one.card, one.chart_type, one.map_type) for one in chosen] == [("country", "geoMap", "choropleth")]


async def test_a_figure_is_a_calendar_when_asked(chat: Chat) -> None:
    sell_for_everybody(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        (calendar,) = await alice.send("/chart revenue as calendar this month")
        assert calendar.photo is not None
        assert "Best day: " in renderer.drawn[-1]
        assert '"Sat"' in renderer.drawn[-1]
        (card, _) = await alice.press("Card")
        assert "Best day: " not in renderer.drawn[-1]
        assert card.message_id == calendar.message_id
        assert "is not drawn as" in (await alice.send("/chart unique customers as calendar")).text


async def test_the_leaderboard_has_medals_and_ones_own_row(chat: Chat) -> None:
    sell_for_everybody(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        await alice.send("/chart salespeople")
        assert "🥇" in renderer.drawn[-1]
        assert "1 bill" in renderer.drawn[-1]


async def test_a_field_that_an_import_brought_is_a_chart_and_a_card(chat: Chat, tmp_path: Path) -> None:
    import_tills(chat.database, chat.shop.operator, tmp_path, "Mall")
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        (drawn,) = await alice.send("/chart units by till as bars")
        assert drawn.photo is not None
        assert "Together: 8\nTop: Kiosk 2, 5 (62.5%)" in drawn.text
        assert "Kiosk 2" in renderer.drawn[-1]
        assert "محل الرياض" in renderer.drawn[-1]
        assert "is yours" in (await alice.send("/kpi add tills revenue by till")).text
        (kept,) = await alice.send("/chart tills today")
        assert kept.photo is not None
        assert "Together: SAR 199.92\nTop: Kiosk 2, SAR 124.95 (62.5%)" in kept.text
        await alice.press("Why?")
        assert "SAR 124.95 from 2 lines" in (await alice.press("Kiosk 2")).text
        await alice.send('/kpi add kiosk orders till="Kiosk 2"')
        (cards,) = await alice.send("/kpi")
        assert "Kiosk: 1" in cards.text
        assert "Kiosk" in renderer.drawn[-1]
        assert "Total Revenue: SAR 49.98" in (await alice.send('/kpi till="kiosk 1"')).text
    assert "Alice" not in (await chat.bob.send("/chart revenue by till")).text
    assert "Nothing there" in (await chat.charlie.send("/chart revenue by till")).text


async def test_pictures_are_light_or_dark_for_each(chat: Chat) -> None:
    sell_for_everybody(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        for text in ("/kpi", "/kpi dark", "/chart salespeople", "/chart revenue", "/kpi light"):
            (drawn,) = await alice.send(text)
            assert drawn.photo is not None, text
    papers = [PALETTES[theme].paper for theme in (Theme.LIGHT, Theme.DARK, Theme.DARK, Theme.DARK, Theme.LIGHT)]
    assert [json.loads(drawn)["background"] for drawn in renderer.drawn] == papers


async def test_who_has_not_chosen_is_offered_light_and_dark_once(chat: Chat) -> None:
    sell_for_everybody(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        for text in ("/kpi this month", "/chart salespeople", "/chart revenue by person this month"):
            (drawn,) = await alice.send(text)
            assert drawn.buttons[-2:] == ["☀️ Light", "🌙 Dark"], text
        (darker, _) = await alice.press("🌙 Dark")
        assert darker.message_id == drawn.message_id
        assert darker.text.startswith("📈 Revenue by person")
        for text in ("/kpi this month", "/chart salespeople", "/leaderboard"):
            (drawn,) = await alice.send(text)
            assert "🌙 Dark" not in drawn.buttons
            assert json.loads(renderer.drawn[-1])["background"] == PALETTES[Theme.DARK].paper
    with chat.database.begin() as tx:
        choose_theme(tx, find_viewer(tx, "alice"), "light")
    async with drawing_with(chat, renderer) as alice:
        (drawn,) = await alice.send("/kpi")
        assert "🌙 Dark" not in drawn.buttons


async def test_the_cards_are_drawn_anew_in_the_theme_chosen_under_them(chat: Chat) -> None:
    sell_for_everybody(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        (drawn,) = await alice.send("/kpi last month")
        (darker, _) = await alice.press("🌙 Dark")
        assert darker.text == drawn.text
        assert darker.photo not in (None, drawn.photo)


async def test_the_leaderboard_is_a_picture_in_which_equals_share_a_place(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for seller in (chat.shop.bob, chat.shop.dana):
            chat.shop.sell(tx, seller, 1)
        chat.shop.sell(tx, chat.shop.alice, 3)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        (board,) = await alice.send("/leaderboard")
        assert board.photo is not None
        assert board.text.endswith("\n\nTogether: SAR 124.95")
        assert [renderer.drawn[-1].count(medal) for medal in ("🥇", "🥈", "🥉")] == [1, 2, 0]
        (by_orders, _) = await alice.press("Today")
        assert by_orders.photo is not None


async def test_only_what_makes_sense_is_offered(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Renderer()) as alice:
        offered = {}
        for text in ("period", "top_items", "country", "average order value by person", "revenue by day"):
            (drawn,) = await alice.send(f"/chart {text} this month")
            offered[text] = [label for label in drawn.buttons if label in DRAWN.values()]
    assert offered == {
        "period": [],  # a single month has no course
        "top_items": ["Pie"],
        "country": ["Pie"],  # nobody's country is known
        "average order value by person": [],
        "revenue by day": ["Calendar"],
    }


async def test_the_days_of_a_month_are_all_on_the_picture_and_written_as_people_do(chat: Chat) -> None:
    today = clock.today("Asia/Riyadh")
    first = (today - timedelta(days=40)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with chat.database.begin() as tx:
        chat.shop.sell(tx, chat.shop.bob, 1, day=first)
        chat.shop.sell(tx, chat.shop.bob, 3, day=first + timedelta(days=1))
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        (drawn,) = await alice.send(f"/chart revenue by day as bars {first}..{last}")
        assert f"Top: {show_day(first + timedelta(days=1))}, SAR 74.97" in drawn.text
        assert f'"{show_stretch(first.isoformat(), is_short=True)}"' in renderer.drawn[-1]
        assert first.isoformat() not in renderer.drawn[-1]
        await alice.send(f"/chart revenue by day as line {first}..{last}")
    (point,) = [show_stretch(last.isoformat(), is_short=True)]
    with chat.database.begin_read() as tx:
        chart = read_chart(
            tx, find_viewer(tx, "alice"), "revenue by day", Narrowing(Period(first, last + timedelta(days=1)))
        )
        course = list_course(chart, find_viewer(tx, "alice").company.calendar, today)
    assert (len(course), show_stretch(course[-1].label, is_short=True)) == (last.day, point)
    assert [row.values["revenue"] for row in course[:3]] == [249_900, 749_700, 0]


async def test_a_calendar_is_of_every_month_of_the_period(chat: Chat) -> None:
    sell_for_everybody(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        (drawn,) = await alice.send("/chart revenue as calendar 60d")
        assert drawn.photo is not None
    last = clock.today("Asia/Riyadh")
    months = {f"{last - timedelta(days=days):%B %Y}" for days in (0, 32, 59)}
    assert [month for month in months if f'"{month}"' not in renderer.drawn[-1]] == []
