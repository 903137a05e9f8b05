"""Cards and charts in chat. One rule: Bob sees his own, Alice her branch, Charlie nothing of theirs."""

import re

import pytest

from core import clock
from core.access import find_viewer
from core.cards.choices import refuse_cards
from tests.bot.conftest import Chat, sell_for_everybody
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
    titles = (await chat.alice.send("/chart"))[-1].buttons
    assert len(titles) == 13
    for title in titles:
        await chat.alice.send("/chart")
        assert (await chat.alice.press(title)).text.startswith(f"📈 {title}"), title
        assert (await chat.alice.send(f"/chart {title} today")).text.startswith(f"📈 {title}"), title
    assert not [title for title in (await chat.bob.send("/chart"))[-1].buttons if "profit" in title.lower()]


async def test_a_refused_chart_is_refused(chat: Chat) -> None:
    sell_for_everybody(chat)
    with chat.database.begin() as tx:
        refuse_cards(tx, find_viewer(tx, "sam"), "@bob", ("Country wise Sales",))
    for text in ("/chart country", "/why country", "/chart month-wise profit"):
        refused = (await chat.bob.send(text)).text
        assert refused.startswith("🔒"), text
        assert "SAR" not in refused


async def test_filters_narrow_the_cards_and_stay_when_the_period_changes(chat: Chat) -> None:
    with chat.database.begin() as tx:
        chat.shop.sell(tx, chat.shop.bob, 1, platform="Etsy", customer="Jane Doe")
        chat.shop.sell(tx, chat.shop.bob, 4, platform="Shopify", customer="Omar")
    assert "Total Quantity: 1" in (await chat.alice.send("/kpi platform=etsy")).text
    assert "Total Quantity: 1" in (await chat.alice.press("Today")).text
    assert "from 1 line" in (await chat.alice.press("Why?")).text
    assert "Total Quantity: 1" in (await chat.alice.send('/kpi customer="Jane Doe"')).text
    assert "Jane Doe: SAR 24.99" in (await chat.alice.send("/chart top customers platform=etsy")).text
    assert "Omar" not in (await chat.alice.press("Pie")).text
    assert "No platform is called “Mars”" in (await chat.alice.send("/kpi platform=Mars")).text


async def test_any_measure_by_any_dimension_is_a_chart(chat: Chat) -> None:
    sell_for_everybody(chat)
    text = (await chat.alice.send("/chart average order value by person this month")).text
    assert text.startswith("📈 Average order value by person\nMall · ")
    assert "Bob: SAR 99.96" in text
    assert "SAR 99.96 from 1 line" in (await chat.alice.send("/why average order value by person Bob")).text
    by_month = (await chat.alice.send("/chart revenue by month")).text
    assert f"{clock.today('Asia/Riyadh'):%B %Y}: SAR 174.93" in by_month
    assert "“moon” is not a dimension" in (await chat.alice.send("/chart revenue by moon")).text
    assert "“cheese” is not a measure" in (await chat.alice.send("/chart cheese by month")).text
    assert (await chat.bob.send("/chart profit by month")).text.startswith("🔒")
    assert "Bob" not in (await chat.charlie.send("/chart revenue by person")).text


async def test_a_card_of_ones_own_is_added_and_dropped(chat: Chat) -> None:
    with chat.database.begin() as tx:
        chat.shop.sell(tx, chat.shop.bob, 1, platform="Etsy")
        chat.shop.sell(tx, chat.shop.bob, 4, platform="Shopify")
    assert "Etsy is yours" in (await chat.alice.send("/kpi add etsy units platform=etsy")).text
    assert "Etsy: 1" in (await chat.alice.send("/kpi")).text
    assert "Etsy" not in (await chat.dana.send("/kpi")).text
    assert "/chart where" in (await chat.alice.send("/kpi add where revenue by platform")).text
    assert "Shopify: SAR 99.96" in (await chat.alice.send("/chart where")).text
    assert "Etsy is gone" in (await chat.alice.send("/kpi drop etsy")).text
    assert "Etsy: " not in (await chat.alice.send("/kpi")).text
    assert "You have no card “etsy”" in (await chat.alice.send("/kpi drop etsy")).text
    assert (await chat.bob.send("/kpi add gain profit")).text.startswith("🔒")
    assert "needs a measure" in (await chat.alice.send("/kpi add etsy")).text


async def test_a_goal_of_the_month_is_the_target_of_its_card(chat: Chat) -> None:
    sell_for_everybody(chat)
    await chat.alice.send("/goal 14 units")
    assert "Total Quantity: 7 new\n▰▰▰▰▰▱▱▱▱▱ 50% of 14" in (await chat.alice.send("/kpi")).text


async def test_it_shows_as_many_rows_as_asked_for(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for number in range(5):
            chat.shop.sell(tx, chat.shop.bob, 1 + number, customer=f"Customer {number}")
    text = (await chat.alice.send("/chart top 2 customers")).text
    assert [f"Customer {number}" in text for number in range(5)] == [False, False, False, True, True]
    assert "Others: SAR 149.94" in text
    assert "1 to 100 rows" in (await chat.alice.send("/chart top 500 customers")).text


async def test_a_chart_by_months_is_of_the_year(chat: Chat) -> None:
    sell_for_everybody(chat)
    today = clock.today("Asia/Riyadh")
    assert f"1 Jan – 31 Dec {today.year}" in (await chat.alice.send("/chart sales by period")).text
    assert f"{today:%B %Y}" in (await chat.alice.send("/chart sales by period this month")).text
