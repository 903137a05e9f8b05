"""Cards, charts and the lines behind them in chat. One rule: Bob sees his own, Alice her branch, Charlie nothing of
theirs."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.application import build_application
from bot.pictures import Renderer
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from core import clock
from core.access import find_viewer
from core.cards.catalogue import CHARTS, ChartType
from core.cards.choices import change_choice, refuse_cards
from tests.bot.conftest import GROUP_ID, Chat, sell_for_everybody
from tests.shop import set_target

# ---- /kpi -----------------------------------------------------------------------------------------------------------


async def test_it_shows_bob_his_own_and_alice_the_branch(chat: Chat) -> None:
    sell_for_everybody(chat)
    with chat.database.begin() as tx:
        set_target(tx, chat.shop, 1000, clock.today("Asia/Riyadh"))
    bobs = (await chat.bob.send("/kpi")).text
    assert bobs.startswith("📊 Your numbers · ")
    assert "Total Revenue: SAR 99.96 new" in bobs
    assert "Total Quantity: 4" in bobs
    alices = (await chat.alice.send("/kpi")).text
    assert alices.startswith("📊 Mall · ")
    assert "Total Revenue: SAR 174.93 new\n▰▱▱▱▱▱▱▱▱▱ 17.5% of SAR 1,000.00" in alices
    assert "Total Invoices: 3" in alices
    assert "▲▼ against " in alices
    assert "Profit" not in alices
    charlies = (await chat.charlie.send("/kpi")).text
    assert "Total Revenue: SAR 119.99" in charlies
    assert "174.93" not in charlies
    assert "SAR" not in (await chat.stranger.send("/kpi")).text


async def test_the_buttons_change_the_period(chat: Chat) -> None:
    sell_for_everybody(chat)
    answer = await chat.alice.send("/kpi last month")
    assert "Total Revenue: SAR 0.00" in answer.text
    (changed, _) = await chat.alice.press("Today")
    assert changed.message_id == answer[0].message_id
    assert "Total Revenue: SAR 174.93" in changed.text


async def test_alice_turns_profit_on_and_bob_may_not(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert "On: Total Profit, Profit Margin" in (await chat.alice.send("/kpi profit on")).text
    shown = (await chat.alice.send("/kpi")).text
    assert "Total Profit: SAR 95.13" in shown
    assert "Profit Margin: 54.4%" in shown
    assert "Profit" not in (await chat.dana.send("/kpi")).text
    refused = (await chat.bob.send("/kpi profit on")).text
    assert refused.startswith("🔒")
    assert "Off: Total Invoices" in (await chat.alice.send("/kpi hide total invoices")).text
    assert "Total Invoices" not in (await chat.alice.send("/kpi")).text
    assert "On: Total Invoices" in (await chat.alice.send("/kpi show orders")).text
    assert "There is no card “moon”" in (await chat.alice.send("/kpi hide moon")).text


@pytest.mark.parametrize("text", ["/kpi moon", "/kpi 2025-13", "/chart moon", "/chart country 2025-13", "/why moon"])
async def test_it_names_the_word_it_does_not_know(chat: Chat, text: str) -> None:
    answer = (await chat.alice.send(text)).text
    assert text.rsplit(maxsplit=1)[-1] in answer
    assert "SAR" not in answer


# ---- /chart ---------------------------------------------------------------------------------------------------------


async def test_a_chart_in_words_has_bars_and_adds_up(chat: Chat) -> None:
    sell_for_everybody(chat)
    text = (await chat.alice.send("/chart salespeople today")).text
    assert text.startswith("📈 Salesperson Totals\nMall · ")
    assert "Bob: SAR 99.96 · 1 bill\n▰▰▰▰▰▰▰▰▰▰ 57.1%" in text
    assert text.endswith("Together: SAR 174.93")
    assert "Charlie" not in text
    amounts = [float(found) for found in re.findall(r": SAR ([\d.]+)", text)]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1])
    assert "Lighting: SAR 99.96" in (await chat.bob.send("/chart sales by stock group this month")).text
    assert "Top Items by Revenue Chart" in (await chat.alice.send("/chart top items 30d")).text
    assert "Unknown: SAR 174.93" in (await chat.alice.send("/chart country")).text
    assert "Nothing there." in (await chat.alice.send("/chart country last month")).text


async def test_every_chart_is_listed_and_works(chat: Chat) -> None:
    sell_for_everybody(chat)
    listed = (await chat.alice.send("/chart")).text
    names = re.findall(r"^/chart (\w+)$", listed, re.MULTILINE)
    assert len(names) == 13
    for name in names:
        assert (await chat.alice.send(f"/chart {name} today")).text.startswith("📈 "), name
    assert "profit" not in (await chat.bob.send("/chart")).text


async def test_a_refused_chart_is_refused(chat: Chat) -> None:
    sell_for_everybody(chat)
    with chat.database.begin() as tx:
        refuse_cards(tx, find_viewer(tx, "sam"), "@bob", ("Country wise Sales",))
    for text in ("/chart country", "/why country", "/chart month-wise profit"):
        refused = (await chat.bob.send(text)).text
        assert refused.startswith("🔒"), text
        assert "SAR" not in refused


# ---- /why -----------------------------------------------------------------------------------------------------------


async def test_the_button_tells_the_lines_a_page_at_a_time(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for _ in range(14):
            chat.shop.sell(tx, chat.shop.bob, customer="Jane")
    (card,) = await chat.bob.send("/kpi")
    (lines, _) = await chat.bob.press("Why?")
    assert lines.message_id != card.message_id
    assert lines.text.startswith("🔎 Total Revenue · ")
    assert "SAR 349.86 from 14 lines" in lines.text
    assert "SAR 24.99 · Bob · Jane" in lines.text
    assert lines.text.endswith("Page 1 of 3")
    (older, _) = await chat.bob.press("Older ›")
    assert older.message_id == lines.message_id
    assert older.text.endswith("Page 2 of 3")
    assert older.button_rows[0] == ["‹ Newer", "Older ›", "Largest first"]
    assert "Total Revenue: SAR 349.86" in chat.bob.received[0].text


async def test_why_takes_a_row_and_a_period(chat: Chat) -> None:
    sell_for_everybody(chat)
    bobs = (await chat.alice.send("/why salespeople Bob today")).text
    assert bobs.startswith("🔎 Salesperson Totals · Bob · ")
    assert "SAR 99.96 from 1 line" in bobs
    assert "Dana" not in bobs
    units = (await chat.alice.send("/why quantity")).text
    assert "7 from 3 lines of SAR 174.93" in units
    assert "has no row “Charlie”" in (await chat.alice.send("/why salespeople Charlie")).text
    assert "SAR 119.99 from 1 line" in (await chat.charlie.send("/why revenue")).text
    assert "Why what?" in (await chat.alice.send("/why")).text


async def test_its_pages_turn(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for _ in range(8):
            chat.shop.sell(tx, chat.shop.bob)
    await chat.alice.send("/why salespeople Bob")
    assert (await chat.alice.press("Older ›")).text.endswith("Page 2 of 2")


async def test_a_button_of_alices_tells_charlie_nothing(chat: Chat) -> None:
    sell_for_everybody(chat)
    await chat.alice.within(GROUP_ID).send("/kpi")
    text = (await chat.charlie.within(GROUP_ID).press("Why?")).text
    assert "SAR 119.99 from 1 line" in text
    assert "Bob" not in text


# ---- pictures -------------------------------------------------------------------------------------------------------


class Broken(Renderer):
    """A machine on which nothing can be drawn."""

    async def render(self, spec: dict[str, Any]) -> bytes | None:
        assert spec
        raise RuntimeError("no font")


@asynccontextmanager
async def drawing_with(chat: Chat, renderer: Renderer) -> AsyncIterator[Correspondent]:
    """Alice at a bot that draws."""
    application = build_application(
        chat.database,
        chat.world.token,
        SandboxRequest(chat.world),
        SandboxRequest(chat.world),
        api_url="http://sandbox",
        limits_rate=False,
        renderer=renderer,
    )
    async with application:
        yield Correspondent(chat.world, chat.alice.user_id, application)
    await renderer.close()


async def test_a_chart_comes_as_a_picture_with_its_figures(chat: Chat) -> None:
    sell_for_everybody(chat)
    async with drawing_with(chat, Renderer()) as alice:
        (drawn,) = await alice.send("/chart salespeople")
        assert drawn.photo is not None
        assert drawn.photo.startswith(b"\x89PNG")
        assert drawn.message["caption"].startswith("📈 Salesperson Totals\nMall · ")
        assert drawn.buttons == ["Why?"]
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
