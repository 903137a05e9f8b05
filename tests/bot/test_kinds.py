"""Every kind of message in private: recorded, answered or, where it is only Telegram's own word, named here."""

from pathlib import Path
from typing import Any

import pytest
from telegram.constants import MessageType

from bot.sandbox import acts
from bot.sandbox.correspondent import Answers, Correspondent
from bot.sandbox.files import Upload
from bot.views.refusals import UNREAD
from tests.bot.conftest import GROUP_ID, Chat
from tests.bot.sandbox.small_bot import build_png
from tests.bot.test_recording import count

JSON = dict[str, Any]
FILE: JSON = {"file_id": "F1", "file_unique_id": "U1"}
FILM: JSON = FILE | {"width": 320, "height": 240, "duration": 3, "mime_type": "video/mp4"}
PLACE: JSON = {"latitude": 24.7, "longitude": 46.7}
USER: JSON = {"id": 9, "is_bot": False, "first_name": "Omar"}
CHAT: JSON = {"id": -100_7, "type": "channel", "title": "Elsewhere"}
CONTENTS: dict[str, JSON] = {
    "animation": {"animation": FILM, "document": FILE | {"mime_type": "video/mp4"}},
    "audio": {"audio": FILE | {"duration": 3}},
    "checklist": {"checklist": {"title": "To do", "tasks": []}},
    "contact": {"contact": {"phone_number": "+966500000000", "first_name": "Hala"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "document": {"document": FILE | {"mime_type": "video/mp4"}},
    "game": {"game": {"title": "g", "description": "d", "photo": []}},
    "gift": {"gift": {"gift": {"id": "1", "sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}, "star_count": 1}}},  # noqa: E501
    "giveaway": {"giveaway": {"chats": [CHAT], "winners_selection_date": 1, "winner_count": 1}},
    "giveaway_winners": {
        "giveaway_winners": {
            "chat": CHAT, "giveaway_message_id": 1, "winners_selection_date": 1, "winner_count": 1, "winners": [USER],
        }
    },
    "invoice": {
        "invoice": {"title": "t", "description": "d", "start_parameter": "s", "currency": "SAR", "total_amount": 1}
    },
    "live_photo": {"live_photo": FILM | {"photo": []}},
    "location": {"location": PLACE},
    "paid_media": {"paid_media": {"star_count": 1, "paid_media": []}},
    "passport_data": {"passport_data": {"data": [], "credentials": {"data": "x", "hash": "x", "secret": "x"}}},
    "poll": {
        "poll": {
            "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
            "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }
    },
    "sticker": {
        "sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    },
    "story": {"story": {"chat": CHAT, "id": 1}},
    "venue": {"location": PLACE, "venue": {"location": PLACE, "title": "Mall", "address": "King Fahd Road"}},
    "video": {"video": FILM},
    "video_note": {"video_note": FILE | {"length": 240, "duration": 3}},
    "voice": {"voice": FILE | {"duration": 3}},
    "web_app_data": {"web_app_data": {"data": "x", "button_text": "x"}},
}  # fmt: skip
READ = {"text", "photo"}
# What Telegram says of a chat, of the bot's own doings, or beside a message of another kind: nobody waits to hear.
TOLD_BY_TELEGRAM = {kind.value for kind in MessageType} - READ - set(CONTENTS)


async def send(person: Correspondent, content: JSON) -> Answers:
    person.world.reads_all_group_messages = True
    update = acts.send_text(person.world, person.user_id, person.chat_id, "x").update
    assert update is not None
    message = {name: value for name, value in update["message"].items() if name != "text"} | content
    return await person.redeliver(update | {"message": message})


def test_every_kind_that_a_person_sends_is_answered_for() -> None:
    assert set(CONTENTS) <= set(UNREAD)
    said = ("_created", "_deleted", "_added", "_ended", "_started", "_closed", "_changed", "_set", "_shared", "_left")
    plainly = {kind for kind in TOLD_BY_TELEGRAM if kind.endswith(said)}
    assert TOLD_BY_TELEGRAM - plainly <= {
        "boost_added", "business_connection_id", "checklist_tasks_done", "connected_website", "delete_chat_photo",
        "effect_id", "forum_topic_edited", "forum_topic_reopened", "general_forum_topic_hidden",
        "general_forum_topic_unhidden", "gift_upgrade_sent", "giveaway_completed", "left_chat_member",
        "migrate_to_chat_id", "new_chat_members", "new_chat_photo", "new_chat_title", "pinned_message",
        "proximity_alert_triggered", "refunded_payment", "reply_to_story", "sender_boost_count", "sender_business_bot",
        "successful_payment", "suggested_post_approval_failed", "suggested_post_approved", "suggested_post_declined",
        "suggested_post_info", "suggested_post_paid", "suggested_post_refunded", "unique_gift", "users_shared",
        "video_chat_participants_invited", "video_chat_scheduled", "write_access_allowed",
    }  # fmt: skip


@pytest.mark.parametrize("kind", CONTENTS)
async def test_what_is_no_words_is_answered_in_private_and_left_alone_in_a_group(chat: Chat, kind: str) -> None:
    answer = (await send(chat.bob, CONTENTS[kind])).messages[0]
    assert answer.text.startswith(UNREAD[kind])
    assert "Nothing was recorded" in answer.text
    assert "don't know you" in (await send(chat.stranger, CONTENTS[kind])).text
    assert not (await send(chat.bob.within(GROUP_ID), CONTENTS[kind])).messages
    assert await count(chat) == (0, 0)


CAPTIONED = ("animation", "audio", "document", "live_photo", "paid_media", "video", "voice")


@pytest.mark.parametrize("kind", CAPTIONED)
async def test_words_under_anything_are_words(chat: Chat, kind: str) -> None:
    sold = await send(chat.bob, CONTENTS[kind] | {"caption": "sold 3 griparm for 345"})
    assert "Sale recorded" in sold.text
    assert await count(chat) == (3_450_000, 1)
    assert "Your numbers" in (await send(chat.bob, CONTENTS[kind] | {"caption": "/me"})).text
    assert "did not understand" in (await send(chat.bob, CONTENTS[kind] | {"caption": "what a day"})).text


@pytest.mark.parametrize("name", ["till.jpg", "till.png", "till.heic"])
async def test_a_picture_sent_as_a_file_is_a_picture(chat: Chat, name: str) -> None:
    mime = f"image/{Path(name).suffix[1:].replace('jpg', 'jpeg')}"
    sold = await chat.bob.send_document(name, build_png(20, 20), caption="sold 3 griparm for 345", mime_type=mime)
    assert "Sale recorded" in sold.text
    assert await count(chat) == (3_450_000, 1)
    shown = await chat.bob.press("Photo")
    assert shown.messages[0].file is not None
    asked = await chat.bob.send_document(name, build_png(20, 20), mime_type=mime)
    assert "Whose receipt is that?" in asked.text


async def test_a_sale_told_under_a_file_is_recorded_and_the_file_is_looked_at(chat: Chat) -> None:
    upload = Upload("invoice.pdf", b"%PDF-1.4", "application/pdf")
    act = acts.send_file(chat.world, chat.bob.user_id, chat.bob.chat_id, upload, caption="sold 3 griparm for 345")
    assert act.update is not None
    assert "Sale recorded" in (await chat.bob.redeliver(act.update)).text
    assert await count(chat) == (3_450_000, 1)
