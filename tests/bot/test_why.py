"""The lines behind figures in chat. One rule: they add up to the figure, and Charlie learns nothing from them."""

import re

from tests.bot.conftest import GROUP_ID, Chat, sell_for_everybody


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


async def test_a_row_of_a_chart_is_chosen_by_its_button(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for number in range(8):
            chat.shop.sell(tx, chat.shop.bob, 1 + number, customer="Jane")
        chat.shop.sell(tx, chat.shop.dana, 1, chat.shop.dumbbells, customer="Omar")
    await chat.alice.send("/chart salespeople")
    (whole, _) = await chat.alice.press("Why?")
    assert "from 9 lines" in whole.text
    assert {"Bob", "Dana"} <= set(whole.buttons)
    (row, _) = await chat.alice.press("Bob")
    assert row.message_id == whole.message_id
    assert row.text.startswith("🔎 Salesperson Totals · Bob · ")
    assert "SAR 899.64 from 8 lines" in row.text
    assert "Dana" not in row.text
    assert (await chat.alice.press("Older ›")).text.endswith("Page 2 of 2")
    largest = (await chat.alice.press("Largest first")).text
    amounts = [float(found) for found in re.findall(r"#\d+ SAR ([\d.]+)", largest)]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] == 199.92
    assert "· Bob ·" in largest
    assert "from 9 lines" in (await chat.alice.press("‹ All rows")).text


async def test_another_card_is_chosen_by_its_button(chat: Chat) -> None:
    sell_for_everybody(chat)
    await chat.alice.send("/kpi")
    (lines, _) = await chat.alice.press("Why?")
    assert "Total Quantity" in lines.buttons
    assert "7 from 3 lines of SAR 174.93" in (await chat.alice.press("Total Quantity")).text


async def test_columns_sort_and_search_the_lines(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for number in range(8):
            chat.shop.sell(
                tx, chat.shop.bob, 1 + number, customer="Jane Doe" if number % 2 else "Janet", platform="Etsy"
            )
        chat.shop.sell(tx, chat.shop.dana, 1, chat.shop.dumbbells, customer="Omar", platform="Shopify")
    found = (await chat.alice.send('/why revenue customer="jane d" sort=amount')).text
    assert "only customer=jane d" in found
    assert "SAR 499.80 from 4 lines" in found
    amounts = [float(one) for one in re.findall(r"#\d+ SAR ([\d.]+)", found)]
    assert amounts == [49.98, 99.96, 149.94, 199.92]
    between = (await chat.alice.send("/why revenue amount=100..150 this month")).text
    assert "SAR 394.88 from 3 lines" in between
    await chat.alice.send("/why revenue customer=jane")
    assert "from 8 lines" in (await chat.alice.press("Older ›")).text
    assert "from 8 lines" in (await chat.alice.press("Largest first")).text
    assert "from 8 lines" in (await chat.alice.send("/why salespeople Bob platform=etsy")).text
    assert "There is no column “moon”" in (await chat.alice.send("/why revenue sort=moon")).text
    assert "“much” " in (await chat.alice.send("/why revenue amount=much")).text
    assert "“moon” is not a dimension" in (await chat.alice.send("/why revenue moon=full")).text
    assert (await chat.bob.send("/why revenue sort=profit")).text.startswith("🔒")
    assert "No line is behind it" in (await chat.charlie.send("/why revenue customer=jane")).text


async def test_what_was_asked_must_still_be_there_to_be_narrowed_so(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for _ in range(8):
            chat.shop.sell(tx, chat.shop.bob, customer="Jane")
    await chat.alice.send("/why revenue customer=jane")
    shown = chat.world.chats[chat.alice.chat_id].messages
    for message in shown.values():
        message.pop("reply_to_message", None)
    assert "no longer see what was asked" in str((await chat.alice.press("Older ›")).toast)


async def test_every_button_fits_what_telegram_allows(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for _ in range(8):
            chat.shop.sell(tx, chat.shop.bob, customer="Jane")
    await chat.alice.send("/kpi add abcdefghijklmnopqrstuvwx revenue by person")
    await chat.alice.send("/chart abcdefghijklmnopqrstuvwx all")
    await chat.alice.press("Why?")
    await chat.alice.press("Bob")
    (page, _) = await chat.alice.press("Older ›")
    assert "Page 2 of 2" in page.text
    keyboards = [one.message.get("reply_markup", {}).get("inline_keyboard", []) for one in chat.alice.received]
    data = [button["callback_data"] for rows in keyboards for row in rows for button in row]
    assert data
    assert max(len(one.encode()) for one in data) <= 64
