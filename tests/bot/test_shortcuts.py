"""Templates, the last sale again, many sales at once, photographs. One rule: all of them are recorded once."""

from datetime import timedelta

import pytest
import time_machine

from bot.sandbox.acts import send_file
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.files import StoredFile, Upload
from core import clock
from core.access import act_as_operator
from core.catalog.products import add_product, change_product
from core.metrics import Question, ask
from core.periods import Calendar, parse_period
from tests.bot.conftest import GROUP_ID, Chat
from tests.bot.sandbox.small_bot import build_png

PIXEL, OTHER = build_png(3, 2), build_png(4, 2)


def count(chat: Chat, measure: str) -> object:
    with chat.database.begin_read() as tx:
        period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
        return ask(tx, act_as_operator(chat.shop.company), Question((measure,), period)).totals[measure]


# ---- templates ------------------------------------------------------------------------------------------------------


async def test_a_template_is_kept_used_changed_and_dropped(chat: Chat) -> None:
    (kept,) = await chat.bob.send("/template usual 2 SOL-3077 @24.99 etsy -- box")
    assert "/sale usual" in kept.text
    (receipt,) = await chat.bob.send("/sale usual")
    for words in ("Total: SAR 49.98", "Etsy", "box"):
        assert words in receipt.text
    (receipt,) = await chat.bob.send("/sale Usual yesterday to Hala -- no box")
    yesterday = clock.today("Asia/Riyadh") - timedelta(days=1)
    for words in (f"{yesterday.day} ", "Hala", "no box"):
        assert words in receipt.text
    (clash,) = await chat.bob.send("/sale usual amazon")
    assert "Two platforms" in clash.text
    (listed,) = await chat.bob.send("/template")
    assert "2 SOL-3077 @24.99 etsy" in listed.text
    (dropped,) = await chat.bob.send("/template usual off")
    assert "dropped" in dropped.text
    (refused,) = await chat.bob.send("/sale usual")
    assert "usual" in refused.text
    assert count(chat, "orders") == 2


async def test_a_template_is_ones_own(chat: Chat) -> None:
    await chat.bob.send("/template usual 2 SOL-3077")
    (listed,) = await chat.charlie.send("/template")
    assert "no templates" in listed.text
    (refused,) = await chat.dana.send("/sale usual")
    assert "Sale recorded" not in refused.text
    (refused,) = await chat.dana.send("/template usual off")
    assert "no template" in refused.text
    assert "SOL-3077" in (await chat.bob.send("/template")).text


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("usual", "What is sold"),
        ("usual 2 NOSUCH-1", "NOSUCH-1"),
        ("usual 2 SOL-3077 @", "@"),
        ("usual 2 SOL-3077 -200%", "200%"),
        ("2nd 2 SOL-3077", "2nd"),
        ("etsy 2 SOL-3077", "etsy"),
        ("yesterday 2 SOL-3077", "yesterday"),
        ("SolarGlow 2 GAM-2211", "SOL-3077"),
        ("none off", "no template"),
    ],
)
async def test_what_could_not_be_recorded_is_not_kept(chat: Chat, words: str, named: str) -> None:
    (refused,) = await chat.bob.send(f"/template {words}")
    assert named in refused.text
    assert "no templates" in (await chat.bob.send("/template")).text


async def test_a_product_that_comes_to_be_called_so_comes_first(chat: Chat) -> None:
    await chat.bob.send("/template usual 2 SOL-3077")
    with chat.database.begin() as tx:
        add_product(tx, chat.shop.alice, sku="USU-1", name="Usual Blend", price_e4=100_000)
    (receipt,) = await chat.bob.send("/sale usual blend")
    assert "Total: SAR 10.00" in receipt.text
    (listed,) = await chat.bob.send("/template")
    assert "Usual Blend is called so too" in listed.text


async def test_an_edited_message_that_uses_a_template_corrects_its_sale(chat: Chat) -> None:
    await chat.bob.send("/template usual 2 SOL-3077")
    await chat.bob.send("/sale usual")
    await chat.bob.edit(chat.bob.last_message_id or 0, "/sale usual -50%")
    assert count(chat, "revenue") == 249_900
    assert count(chat, "orders") == 1


# ---- again ----------------------------------------------------------------------------------------------------------


async def test_the_last_sale_is_sold_again_at_the_prices_of_today(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077 @20 -10% etsy #SUMMER to Hala +15% VAT")
    with chat.database.begin() as tx:
        change_product(tx, chat.shop.alice, chat.shop.lights.id, price_e4=300_000)
    (receipt,) = await chat.bob.send("/again")
    assert "Sale #1 again, at today’s list prices, without its discount and its coupon and its customer" in receipt.text
    for words in ("Total: SAR 60.00", "VAT: SAR 9.00", "Etsy"):
        assert words in receipt.text
    assert "Hala" not in receipt.text
    assert count(chat, "revenue") == 360_000 + 600_000
    await chat.bob.redeliver()
    (twice,) = await chat.bob.send("/again")
    assert "recorded once" in twice.text
    assert count(chat, "orders") == 2
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        (third,) = await chat.bob.send("/again")
    assert "#3" in third.text
    assert count(chat, "orders") == 3


async def test_again_is_of_ones_own_sales_or_of_one_that_one_may_see(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    (nothing,) = await chat.charlie.send("/again")
    assert "not sold anything" in nothing.text
    (refused,) = await chat.charlie.send("/again #1")
    assert "SolarGlow" not in refused.text
    (refused,) = await chat.bob.send("/again tomorrow")
    assert "tomorrow" in refused.text
    (mine,) = await chat.alice.send("/again #1")
    assert "Sale #1 again" in mine.text
    assert count(chat, "orders") == 2


# ---- many at once ---------------------------------------------------------------------------------------------------

DAY_BOOK = """/bulk
2 SOL-3077 etsy
1 GAM-2211 to Hala yesterday
3 NOSUCH-9
2 SOL-3077 etsy
1 SOL-3077 @1o"""


async def test_each_line_is_a_sale_and_what_is_refused_can_be_sent_back(chat: Chat) -> None:
    (done,) = await chat.bob.send(DAY_BOOK)
    assert "3 of 5 recorded" in done.text
    assert "Total: SAR 219.95" in done.text
    assert "NOSUCH-9" in done.text
    block = next(one for one in done.entities if one["type"] == "pre")
    copied = done.text.encode("utf-16-le")[2 * block["offset"] : 2 * (block["offset"] + block["length"])]
    assert copied.decode("utf-16-le") == "/bulk\n3 NOSUCH-9\n1 SOL-3077 @1o"
    assert count(chat, "revenue") == 2_199_500
    await chat.bob.redeliver()
    assert count(chat, "orders") == 3
    corrected = copied.decode("utf-16-le").replace("NOSUCH-9", "SOL-3077").replace("1o", "10")
    (rest,) = await chat.bob.send(corrected)
    assert "2 recorded" in rest.text
    assert count(chat, "orders") == 5


async def test_an_edited_message_corrects_and_adds_and_records_nothing_twice(chat: Chat) -> None:
    await chat.bob.send("/bulk\n2 SOL-3077\n1 GAM-2211\n1 NOSUCH-9")
    number = chat.bob.last_message_id or 0
    await chat.bob.edit(number, "/bulk\n2 SOL-3077\n1 GAM-2211\n1 SOL-3077")
    assert count(chat, "units") == 4_000
    (done,) = await chat.bob.edit(number, "/bulk\n3 SOL-3077\n1 GAM-2211\n1 SOL-3077")
    assert "corrected" in done.text
    assert count(chat, "units") == 5_000
    assert count(chat, "orders") == 3
    await chat.bob.redeliver()
    assert count(chat, "units") == 5_000
    (done,) = await chat.bob.edit(number, "/bulk\n1 GAM-2211\n1 SOL-3077")
    assert "no longer in your message" in done.text
    assert count(chat, "orders") == 3


async def test_all_of_them_are_undone_by_one_button(chat: Chat) -> None:
    await chat.bob.send("/bulk\n2 SOL-3077\n1 GAM-2211")
    undone = await chat.bob.press("Undo all")
    assert "2 sales are taken back" in undone.text
    assert count(chat, "revenue") == 0
    again = await chat.bob.redeliver()
    assert "undone already" in (again.toast or "")


async def test_the_limit_is_said_and_a_group_is_no_place_for_it(chat: Chat) -> None:
    (refused,) = await chat.bob.send("/bulk\n" + "1 SOL-3077\n" * 51)
    assert "at most 50" in refused.text
    (refused,) = await chat.bob.send("/bulk")
    assert "on each line" in refused.text
    (refused,) = await chat.bob.within(GROUP_ID).send("/bulk\n1 SOL-3077")
    assert "private" in refused.text
    assert count(chat, "orders") == 0


async def test_answering_the_summary_corrects_no_sale(chat: Chat) -> None:
    (done,) = await chat.bob.send("/bulk\n2 SOL-3077\n1 GAM-2211")
    await chat.bob.send("thanks", reply_to=done.message_id)
    assert count(chat, "units") == 3_000


# ---- photographs ----------------------------------------------------------------------------------------------------


def list_pictures(person: Correspondent) -> list[StoredFile | None]:
    return [message.file for message in person.received if message.photo]


async def test_a_picture_that_answers_a_receipt_is_kept_with_its_sale_once(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    assert "Photo" not in receipt.buttons
    answers = await chat.bob.send_photo(PIXEL, reply_to=receipt.message_id)
    assert "Photograph kept" in answers.text
    assert "Photo" in answers.messages[0].buttons
    await chat.bob.send_photo(PIXEL, reply_to=receipt.message_id)
    await chat.bob.send_photo(OTHER, reply_to=receipt.message_id)
    await chat.bob.press("Photo")
    assert [picture.content if picture else None for picture in list_pictures(chat.bob)] == [PIXEL, OTHER]
    assert count(chat, "orders") == 1


async def test_a_picture_whose_caption_tells_a_sale_is_recorded_with_it(chat: Chat) -> None:
    (receipt,) = await chat.bob.send_photo(PIXEL, caption="/sale 2 SOL-3077 etsy")
    assert "Sale recorded" in receipt.text
    assert "Photo" in receipt.buttons
    await chat.bob.redeliver()
    assert count(chat, "orders") == 1
    await chat.bob.press("Photo")
    assert len(list_pictures(chat.bob)) == 1
    (told,) = await chat.bob.send_photo(PIXEL, caption="sold 1 GAM-2211")
    assert "Photo" in told.buttons
    (edited,) = (await chat.bob.edit(chat.bob.last_message_id or 0, "sold 2 GAM-2211")).messages
    assert "Sale corrected" in edited.text


async def test_the_pictures_of_an_album_go_with_the_sale_its_first_one_tells(chat: Chat) -> None:
    for picture, caption, done in ((PIXEL, "/sale 2 SOL-3077", "Sale recorded"), (OTHER, "", "Photograph kept")):
        sent = send_file(chat.world, 1002, 1002, Upload("a.png", picture), caption=caption, as_photo=True).update
        assert sent is not None
        answers = await chat.bob.redeliver(sent | {"message": sent["message"] | {"media_group_id": "7"}})
        assert done in answers.text
    await chat.bob.press("Photo")
    assert len(list_pictures(chat.bob)) == 2


async def test_a_picture_of_nothing_known_is_asked_about_and_charlie_sees_none(chat: Chat) -> None:
    (asked,) = await chat.bob.send_photo(PIXEL)
    assert "Whose receipt" in asked.text
    assert await chat.bob.within(GROUP_ID).send_photo(PIXEL) == []
    (receipt,) = await chat.bob.within(GROUP_ID).send("/sale 1 SOL-3077")
    await chat.bob.within(GROUP_ID).send_photo(PIXEL, reply_to=receipt.message_id)
    (refused,) = await chat.charlie.within(GROUP_ID).send_photo(OTHER, reply_to=receipt.message_id)
    assert "kept" not in refused.text
    pressed = await chat.charlie.within(GROUP_ID).press("Photo")
    assert pressed[0].is_alert
    assert not list_pictures(chat.charlie.within(GROUP_ID))


async def test_the_product_of_a_pictured_sale_is_picked_by_button(chat: Chat) -> None:
    with chat.database.begin() as tx:
        add_product(tx, chat.shop.alice, sku="SOL-4000", name="SolarGlow Indoor Lights", price_e4=100_000)
    (asked,) = await chat.bob.send_photo(PIXEL, caption="/sale 2 solarglow")
    assert "Which one" in asked.text
    (receipt,) = (await chat.bob.press("Indoor")).messages
    assert "Photo" in receipt.buttons
