"""Asking by chat, through the real python-telegram-bot. One rule: Bob sees his own, Alice her branch, Charlie nothing
of theirs, and the stranger nothing at all."""

import re
from datetime import timedelta

import pytest

from core import clock
from core.access import Role, load_viewer
from core.people.members import add_person
from tests.bot.conftest import GROUP_ID, Chat, sell_for_everybody
from tests.shop import set_target


def sell_many(chat: Chat, count: int) -> None:
    with chat.database.begin() as tx:
        for _ in range(count):
            chat.shop.sell(tx, chat.shop.bob)


# ---- /me ------------------------------------------------------------------------------------------------------------


async def test_it_tells_bob_today_week_and_month_against_his_target(chat: Chat) -> None:
    sell_for_everybody(chat)
    with chat.database.begin() as tx:
        set_target(tx, chat.shop, 200, clock.today("Asia/Riyadh"), person=chat.shop.bob)
    text = (await chat.bob.send("/me")).text
    assert "Today: SAR 99.96 · 1 sale\n" in text
    assert "Week: SAR 99.96 · 1 sale\n" in text
    assert "Month: SAR 99.96 · 1 sale\n▰▰▰▰▱▱▱▱▱▱ 50% of SAR 200.00\nSAR 100.04 to go" in text
    assert "SolarGlow Outdoor Lights\n4 sold, SAR 99.96" in text


async def test_it_invites_who_sold_nothing_to_a_first_sale(chat: Chat) -> None:
    answer = await chat.bob.send("/me")
    assert "Month: SAR 0.00 · 0 sales" in answer.text
    assert "/sale 1250" in answer.text


async def test_bob_may_not_ask_for_alice_and_alice_may_ask_for_bob(chat: Chat) -> None:
    sell_for_everybody(chat)
    for text in ("/me @alice", "/me @dana", "/sales @alice", "/me @charlie"):
        refused = (await chat.bob.send(text)).text
        assert refused.startswith("🔒"), text
        assert "SAR" not in refused, text
    assert "Bob · " in (await chat.alice.send("/me @bob")).text
    assert "SAR 99.96" in (await chat.alice.send("/me bob")).text
    assert "nobody called “@zoe”" in (await chat.alice.send("/me @zoe")).text


async def test_alice_learns_nothing_of_charlie_in_another_branch(chat: Chat) -> None:
    sell_for_everybody(chat)
    for text in ("/me @charlie", "/sales @charlie", "/goal @charlie"):
        assert "119.99" not in (await chat.alice.send(text)).text, text


async def test_a_person_is_found_without_the_at_sign_where_no_product_is_called_so(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert (await chat.alice.send("/sales bob")).text == (await chat.alice.send("/sales @bob")).text
    assert (await chat.charlie.send("/sales bob")).text == (await chat.charlie.send("/sales @bob")).text
    for name in ("zoe", "charlie"):  # one whom she may not see is nobody
        assert f"no product or person like “{name}”" in (await chat.alice.send(f"/sales {name}")).text
        assert f"nobody called “@{name}”" in (await chat.alice.send(f"/sales @{name}")).text


# ---- /sales ---------------------------------------------------------------------------------------------------------


async def test_it_narrows_the_log_by_words(chat: Chat) -> None:
    for text in (
        "/sale 1 SOL-3077 etsy #SUMMER to Jane",
        "/sale 1 GAM-2211 shopify",
        f"/sale 30 {clock.today('Asia/Riyadh') - timedelta(days=9)}",
    ):
        assert "Sale recorded" in (await chat.bob.send(text)).text
    for words, count in (
        ("", 3),
        ("7d", 2),
        ("today", 2),
        ("SOL-3077", 1),
        ("lights", 1),
        ("etsy", 1),
        ("etsy GAM-2211", 0),
        ("7d GAM-2211 shopify", 1),
        ("#SUMMER", 1),
        ("to Jane", 1),
        ("returns", 0),
    ):
        text = (await chat.bob.send(f"/sales {words}")).text
        assert text.count("\n#") == count, words
        if count:
            assert f"· {count} entr" in text.splitlines()[0], words
        else:
            assert "Nothing there." in text, words


async def test_the_log_shows_each_person_their_own_and_a_manager_her_branch(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert (await chat.bob.send("/sales")).text.count("\n#") == 1
    mall = (await chat.alice.send("/sales")).text
    assert mall.count("\n#") == 3
    assert all(name in mall for name in ("Alice", "Bob", "Dana"))
    assert "Charlie" not in mall
    assert "99.96 · Bob" in mall
    assert (await chat.alice.send("/sales @bob")).text.count("\n#") == 1
    charlies = (await chat.charlie.send("/sales")).text
    assert charlies.count("\n#") == 1
    assert "119.99" in charlies


async def test_it_says_which_product_it_took_the_words_for(chat: Chat) -> None:
    await chat.bob.send("/sale 1 SOL-3077")
    assert "Sales · SolarGlow Outdoor Lights · 1 entry" in (await chat.bob.send("/sales solarglo")).text


async def test_it_pages_to_the_end_and_back_in_one_message(chat: Chat) -> None:
    sell_many(chat, 19)
    (first,) = await chat.bob.send("/sales")
    assert first.buttons == [*(f"#{number}" for number in range(19, 11, -1)), "Older ›"]
    assert "Page 1 of 3" in first.text
    second = (await chat.bob.press("Older")).messages[0]
    assert second.message_id == first.message_id
    assert second.buttons[-2:] == ["‹ Newer", "Older ›"]
    third = (await chat.bob.press("Older")).messages[0]
    assert third.buttons == ["#3", "#2", "#1", "‹ Newer"]
    assert third.text.count("\n#") == 3
    await chat.bob.press("Newer")
    back = (await chat.bob.press("Newer")).messages[0]
    assert back.text == first.text


async def test_charlie_turns_bobs_page_and_sees_none_of_his_sales(chat: Chat) -> None:
    sell_many(chat, 9)
    (page,) = await chat.bob.within(GROUP_ID).send("/sales")
    turned = await chat.charlie.within(GROUP_ID).press("Older", message_id=page.message_id)
    assert "SolarGlow" not in turned.text


@pytest.mark.parametrize(
    ("text", "word", "example"),
    [
        ("/sales 7d 30d", "7d", "/sales "),
        ("/sales nosuchthing", "nosuchthing", "/stock"),
        ("/leaderboard foo", "foo", "/leaderboard last month by units"),
        ("/goal abc", "abc", "/goal @ann 20000"),
        ("/digest daily", "daily", "/digest daily 18:00"),
        ("/branch Atlantis", "Atlantis", "/branch"),
        ("/help nosuch", "nosuch", "/help"),
        ("/leadr", "leadr", "/leaderboard"),
    ],
)
async def test_it_names_the_word_and_shows_a_message_that_would_work(
    chat: Chat, text: str, word: str, example: str
) -> None:
    answer = (await chat.alice.send(text)).text
    assert word in answer.splitlines()[0]
    assert example in answer.splitlines()[-1]


# ---- /leaderboard ---------------------------------------------------------------------------------------------------


async def test_it_ranks_fairly_one_two_two_four(chat: Chat) -> None:
    with chat.database.begin() as tx:
        shop = chat.shop
        erin = add_person(tx, shop.operator, "Erin", Role.EMPLOYEE, shop.mall_id, handle="erin")
        shop.sell(tx, shop.alice, 4)
        shop.sell(tx, shop.bob, 2)
        shop.sell(tx, shop.dana, 1)
        shop.sell(tx, shop.dana, 1)
        shop.sell(tx, load_viewer(tx, erin.id), 1)
    text = (await chat.bob.send("/leaderboard")).text
    assert re.findall(r"^(🥇|🥈|🥉|\d\.) (\w+)", text, re.MULTILINE) == [
        ("🥇", "Alice"),
        ("🥈", "Bob"),
        ("🥈", "Dana"),
        ("4.", "Erin"),
    ]
    assert "🥈 Bob (you)\n   SAR 49.98 · 1 sale · 2 units" in text
    assert "Together: SAR 224.91" in text


async def test_it_ranks_by_units_and_by_orders(chat: Chat) -> None:
    with chat.database.begin() as tx:
        chat.shop.sell(tx, chat.shop.alice, 1, chat.shop.dumbbells)
        chat.shop.sell(tx, chat.shop.bob, 3)
        for _ in range(2):
            chat.shop.sell(tx, chat.shop.dana, 1)
    assert "🥇 Alice" in (await chat.bob.send("/leaderboard")).text
    assert "🥇 Bob (you)\n   3 units" in (await chat.bob.send("/leaderboard by units")).text
    assert "🥇 Dana\n   2 sales" in (await chat.bob.send("/leaderboard by orders")).text


async def test_it_takes_a_period_as_word_and_as_button(chat: Chat) -> None:
    await chat.bob.send("/sale 1 SOL-3077 yesterday")
    (board,) = await chat.bob.send("/leaderboard yesterday by units")
    assert "🥇 Bob" in board.text
    assert board.buttons == ["Today", "Week", "Month"]
    turned = (await chat.bob.press("Today")).messages[0]
    assert turned.message_id == board.message_id
    assert "by units" in turned.text
    assert "The first place is free." in turned.text
    assert "Nothing was sold." in (await chat.bob.send("/leaderboard 2020")).text


async def test_the_leaderboard_of_a_branch_does_not_show_another(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert "Charlie" not in (await chat.bob.send("/leaderboard")).text
    charlies = (await chat.charlie.send("/leaderboard")).text
    assert "Charlie (you)" in charlies
    assert not any(name in charlies for name in ("Alice", "Bob", "Dana"))


async def test_in_a_group_nobody_is_called_you(chat: Chat) -> None:
    sell_for_everybody(chat)
    (board,) = await chat.bob.within(GROUP_ID).send("/leaderboard")
    assert "(you)" not in board.text
    assert board.buttons == []


# ---- /team, /goal ---------------------------------------------------------------------------------------------------


async def test_it_shows_a_manager_everybody_against_their_targets(chat: Chat) -> None:
    sell_for_everybody(chat)
    with chat.database.begin() as tx:
        set_target(tx, chat.shop, 1000, clock.today("Asia/Riyadh"))
        set_target(tx, chat.shop, 200, clock.today("Asia/Riyadh"), person=chat.shop.bob)
    text = (await chat.alice.send("/team")).text
    assert text.startswith("👥 Mall · ")
    assert "SAR 174.93 of SAR 1,000.00\n▰▱▱▱▱▱▱▱▱▱ 17.5%" in text
    assert "Bob · 1 sale\nSAR 99.96 of SAR 200.00\n▰▰▰▰▱▱▱▱▱▱ 50%" in text
    assert "Dana · 1 sale\nSAR 49.98" in text
    assert "No sales: Sam" in text
    assert "Charlie" not in text
    assert "SAR 174.93" in (await chat.dana.send("/team today")).text
    assert "“@bob” is not a period" in (await chat.alice.send("/team @bob")).text


async def test_it_sets_and_shows_goals(chat: Chat) -> None:
    sell_for_everybody(chat)
    branch = (await chat.alice.send("/goal 50000")).text
    assert "Goal set" in branch
    assert "SAR 174.93 of SAR 50,000.00" in branch
    assert "4 of 200 units" in (await chat.alice.send("/goal @bob 200 units SOL-3077")).text
    assert "SAR 99.96 of SAR 20,000.00" in (await chat.alice.send("/goal @bob 20,000")).text
    assert "SAR 0.00 of SAR 80,000.00" in (await chat.alice.send("/goal next month 80000")).text
    assert "80,000" in (await chat.alice.send("/goal next month")).text
    everybody = (await chat.alice.send("/goal")).text
    assert everybody.index("Branch") < everybody.index("Bob")
    bobs = (await chat.bob.send("/goal")).text
    assert bobs.index("Bob") < bobs.index("Branch")
    assert "Bob · SolarGlow Outdoor Lights" in bobs
    assert "Bob" not in (await chat.dana.send("/goal @dana")).text
    for nobody in (chat.charlie, chat.stranger):
        assert "50,000" not in (await nobody.send("/goal")).text


@pytest.mark.parametrize("text", ["/goal 50000", "/goal @bob 10", "/goal @alice 10"])
async def test_only_a_manager_sets_goals(chat: Chat, text: str) -> None:
    for nobody in (chat.bob, chat.dana, chat.charlie):
        assert (await nobody.send(text)).text.startswith("🔒")
    assert "None are set." in (await chat.alice.send("/goal")).text


async def test_alice_sets_no_goal_for_charlie(chat: Chat) -> None:
    assert "Goal set" not in (await chat.alice.send("/goal @charlie 100")).text


# ---- /stock ---------------------------------------------------------------------------------------------------------


async def test_it_sees_receives_and_counts_stock(chat: Chat) -> None:
    assert "SOL-3077 100 · SolarGlow Outdoor Lights" in (await chat.bob.send("/stock")).text
    assert "20 taken in. Now there:\nSOL-3077 120" in (await chat.dana.send("/stock SOL-3077 +20")).text
    counted = (await chat.alice.send("/stock lights 15")).text
    assert "Counted. Now there:\nSOL-3077 15 / 20" in counted
    assert "Running low" in (await chat.bob.send("/stock lights")).text
    assert "No stock is kept of “griparm”" in (await chat.bob.send("/stock griparm")).text


async def test_an_employee_moves_no_stock_and_charlie_sees_none_of_the_malls(chat: Chat) -> None:
    assert (await chat.bob.send("/stock SOL-3077 +20")).text.startswith("🔒")
    assert (await chat.bob.send("/stock SOL-3077 5")).text.startswith("🔒")
    assert "100" not in (await chat.charlie.send("/stock")).text
    assert "SOL-3077 100" in (await chat.alice.send("/stock")).text


async def test_me_and_digest_take_a_time(chat: Chat) -> None:
    await chat.bob.send("sold 2 griparm yesterday")
    assert "SAR 239.98" in (await chat.bob.send("/me yesterday")).text
    assert "SAR 239.98" in (await chat.alice.send("/me @bob yesterday")).text
    assert "SAR 0.00" in (await chat.alice.send("/me yesterday")).text
    assert "239.98" not in (await chat.charlie.send("/me @bob yesterday")).text
    assert "digest" in (await chat.alice.send("/digest now")).text


async def test_the_log_offers_its_numbers(chat: Chat) -> None:
    await chat.bob.send("sold 2 griparm")
    (log,) = await chat.bob.send("/sales")
    (receipt,) = (await chat.bob.press("#1", message_id=log.message_id)).messages
    assert receipt.message_id != log.message_id
    assert receipt.buttons == ["Undo", "Edit", "Note", "Return"]
    assert "239.98" not in (await chat.charlie.send("/sales #1")).text
