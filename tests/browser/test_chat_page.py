"""The chat page at a desk and on a phone. One rule: each test is something a newcomer would soon do."""

import time

import pytest

from tests.browser.page import DESKTOP, PHONE, Page

NASTY = "<img src=x onerror=window.hacked=1><b>bold</b>"
UNTOUCHED = "return !window.hacked && !document.querySelector('img[src=x], .body b, .names b, .toast b')"


async def test_a_first_sale_takes_one_click_and_less_than_a_minute(page: Page) -> None:
    opened = time.monotonic()
    await page.open("bob")
    await page.tab.click("return document.querySelector('.chips button')")
    await page.wait_for("Sale recorded")
    assert time.monotonic() - opened < 60
    assert "Total: SAR 345.00" in await page.last()
    assert await page.tab.evaluate("return document.querySelectorAll('.pane')[0].querySelectorAll('.key').length") == 4


async def test_undo_and_restore_change_the_same_bubble(page: Page) -> None:
    await page.open("noura")
    assert "Sale recorded" in await page.say("/sale 1 SOL-3077")
    count = await page.count()
    await page.press("Undo")
    await page.wait_for("Undone")
    await page.press("Restore")
    await page.wait_for("Sale restored")
    assert await page.count() == count


async def test_the_note_button_opens_the_reply_that_takes_the_note(page: Page) -> None:
    await page.open("noura")
    await page.say("/sale 1 SOL-3077")
    before = await page.count()
    await page.press("Note")
    await page.await_answer(before)
    await page.tab.wait_until("return !document.querySelector('.context').hidden")
    await page.write("ring the bell")
    noted = "/Note taken.*ring the bell/s.test(one.innerText)"
    await page.tab.wait_until(f"return [...document.querySelectorAll('.bubble')].some((one) => {noted})")


async def test_an_edited_message_corrects_its_receipt(page: Page) -> None:
    await page.open("priya")
    await page.say("/sale 1 SOL-3077")
    await page.tab.key("ArrowUp")
    await page.tab.evaluate("document.activeElement.value = ''")
    await page.tab.type("/sale 2 SOL-3077")
    await page.tab.key("Enter")
    await page.wait_for("Sale corrected")
    assert "Total: SAR 49.98" in await page.last()


@pytest.mark.parametrize("text", [f"/sale 1 SOL-3077 -- {NASTY}", f"/sale 2 {NASTY}", f'/sale 1 to "{NASTY}"', NASTY])
async def test_what_people_write_is_never_an_element(page: Page, text: str) -> None:
    await page.open("priya")
    assert "img src=x" in await page.say(text) or text == NASTY
    assert await page.tab.evaluate(UNTOUCHED)


async def test_a_name_is_never_an_element(page: Page) -> None:
    await page.open("bob")
    await page.tab.click("return document.querySelector('#newcomer-name')")
    await page.tab.type(NASTY)
    await page.tab.key("Enter")
    await page.tab.wait_until("return document.querySelector('#me').ariaLabel.includes('onerror')")
    assert "I don't know you yet" in await page.say("/me")
    assert await page.tab.evaluate(UNTOUCHED)


async def test_everybody_has_their_own_chat(page: Page) -> None:
    await page.open("mei")
    await page.say("/sale 1 SOL-3077 -- only mine")
    await page.be("Omar")
    assert await page.tab.evaluate("return !document.body.innerText.includes('only mine')")
    assert "/team" in await page.say("/help")
    await page.be("Mei")
    await page.wait_for("only mine")
    assert "/team" not in await page.say("/help")


async def test_the_group_has_its_pane_and_everybody_sees_it(page: Page) -> None:
    await page.open("yousef")
    assert "Leaderboard" in await page.say("/leaderboard today", in_group=True)
    before = await page.count(in_group=True)
    await page.write("nice, everybody", in_group=True)
    await page.be("Ann")
    assert "Leaderboard" in await page.say("/leaderboard", in_group=True)
    assert await page.count(in_group=True) > before
    assert await page.tab.evaluate("return document.body.innerText.includes('nice, everybody')")


async def test_a_stranger_is_let_in_by_the_managers_link(page: Page) -> None:
    await page.open("stranger")
    assert "Ask your manager" in await page.say("/leaderboard")
    assert await page.tab.evaluate("return document.querySelectorAll('.pane').length") == 1
    await page.be("Ann")
    await page.say("/invite")
    await page.tab.click(
        "return [...document.querySelectorAll('.body button')].find((one) => /join_/.test(one.innerText))"
    )
    await page.tab.click(
        "return [...document.querySelectorAll('#actions button')].find((one) => /Sam/.test(one.innerText))"
    )
    await page.wait_for("Welcome, Sam Stranger")
    assert "Sale recorded" in await page.say("/sale 1 SOL-3077")


async def test_the_command_menu_follows_the_role_and_the_letters(page: Page) -> None:
    await page.open("bob")
    listed = "return [...document.querySelectorAll('.menu:not([hidden]) b')].map((one) => one.innerText)"
    await page.tab.click("return document.querySelector('textarea')")
    await page.tab.type("/")
    employee = await page.tab.wait_until(listed)
    await page.tab.type("le")
    await page.tab.wait_until("return document.querySelectorAll('.menu:not([hidden]) b').length === 1")
    await page.tab.key("Enter")
    assert await page.tab.evaluate("return document.querySelector('textarea').value") == "/leaderboard "
    await page.be("Ann")
    await page.tab.click("return document.querySelector('.commands')")
    manager = await page.tab.wait_until(listed)
    assert set(employee) < set(manager)
    assert "/invite" in set(manager) - set(employee)


@pytest.mark.parametrize("size", [PHONE, (320, 568), DESKTOP])
async def test_nothing_is_wider_than_the_screen(page: Page, size: tuple[int, int]) -> None:
    await page.open("khalid", size)
    for text in ("/help", "/stock", "/team", "/sales", "/invite", f"/sale 1 SOL-3077 -- {'x' * 300}"):
        await page.say(text)
        measured = await page.measure()
        assert measured["page"] <= measured["screen"], text
        assert measured["lists"] == 0, text
        assert measured["widest"] <= measured["screen"] + 1, text
    before = await page.count()
    await page.press("Edit")
    await page.await_answer(before)
    assert (await page.measure())["lists"] == 0


async def test_a_phone_shows_one_chat_at_a_time_and_the_people_on_demand(page: Page) -> None:
    await page.open("khalid", PHONE)
    shown = "return [...document.querySelectorAll('.pane')].map((one) => one.offsetParent !== null)"
    assert await page.tab.evaluate(shown) == [True, False]
    await page.show_tab(1)
    assert await page.tab.evaluate(shown) == [False, True]
    await page.show_tab(0)
    await page.tab.click("return document.querySelector('#me')")
    await page.tab.wait_until("return document.querySelector('#people').getBoundingClientRect().left >= 0")
    await page.be("Faisal")
    await page.tab.wait_until("return document.querySelector('#people').getBoundingClientRect().right <= 0")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_each_theme_has_its_colours(page: Page, size: tuple[int, int]) -> None:
    await page.open("omar", size, theme="light")
    await page.say("/me")
    bubble, text = await page.colour(".turn:not(.out) .bubble"), await page.colour(".bubble", "color")
    assert min(bubble) > 230
    assert max(text) < 60
    await page.open("omar", size, theme="dark")
    bubble, text = await page.colour(".turn:not(.out) .bubble"), await page.colour(".bubble", "color")
    assert max(bubble) < 70
    assert min(text) > 200


async def test_the_theme_button_outlives_a_reload(page: Page) -> None:
    await page.open("omar")
    for theme in ("light", "dark"):  # after "as the system"
        await page.tab.click("return document.querySelector('#theme')")
        await page.tab.wait_until("return document.documentElement.dataset.theme === a", theme)
    assert max(await page.colour("#people")) < 70
    await page.open("omar")
    assert max(await page.colour("#people")) < 70


async def test_it_works_by_keyboard_alone(page: Page) -> None:
    await page.open("faisal")
    focused = "return document.activeElement?.matches(a) ?? false"
    for selector in ("textarea", ".key"):
        for _ in range(60):
            if await page.tab.evaluate(focused, selector):
                break
            await page.tab.key("Tab", shift=selector == ".key")
        assert await page.tab.evaluate(focused, selector), selector
        if selector == "textarea":
            await page.tab.type("/sale 1 SOL-3077")
            await page.tab.key("Enter")
            await page.wait_for("Sale recorded")
    label = await page.tab.evaluate("return document.activeElement.innerText")
    assert label in ("Undo", "Edit", "Note", "Return")
    while await page.tab.evaluate("return document.activeElement.innerText") != "Undo":
        await page.tab.key("Tab", shift=True)
    await page.tab.key("Enter")
    await page.wait_for("Undone")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_a_sale_is_told_step_by_step_and_its_product_searched_for(page: Page, size: tuple[int, int]) -> None:
    await page.open("ann", size)
    await page.say("/new")
    await page.press("🔎 Search the products")
    await page.tab.type("solarg")
    await page.tab.wait_until("return document.querySelector('.menu .found')?.innerText.includes('SAR')")
    await page.tab.key("Enter")
    await page.wait_for("Total")
    await page.press("Customer")
    await page.wait_for("Who bought it?")
    await page.write("John Doe")
    await page.wait_for("👤 John Doe")
    own = "return [...document.querySelectorAll('.turn.out .bubble')].map((one) => one.innerText.split('\\n')[0])"
    assert "John Doe" not in await page.tab.evaluate(own)
    shown = await page.measure()
    assert shown["page"] <= shown["screen"]
    assert shown["widest"] <= shown["screen"]
    await page.press("Cancel")
    await page.wait_for("Nothing was recorded")
