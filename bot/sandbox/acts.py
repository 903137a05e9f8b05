"""What people do in their Telegram app. One rule: an act gives the bot's update, or None if the bot may not see it."""

import re
from dataclasses import dataclass

from bot.sandbox.chats import SUPERGROUP_BASE, Chat, Person
from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, clean_text, finish_text
from bot.sandbox.errors import JSON
from bot.sandbox.files import Upload
from bot.sandbox.world import World


class ActRefused(ValueError):
    """A person tried what their app would not let them; the message says why, to them."""


@dataclass(frozen=True, slots=True)
class Act:
    """What happened: the message (or query) as the person sees it, and the update for the bot, if any."""

    result: JSON
    update: JSON | None


def send_text(
    world: World, user_id: int, chat_id: int, text: str, *, reply_to: int | None = None,
    entities: list[JSON] | None = None, topic_id: int | None = None,
) -> Act:  # fmt: skip
    """Write a message, in a forum's topic maybe. `entities` is what they formatted themselves. Raises ActRefused."""
    body, found = finish_text(clean_text(text), list(entities or ()))
    if not body:
        raise ActRefused("A message needs some text.")
    if len(body) > TEXT_LIMIT:
        raise ActRefused(f"A message holds {TEXT_LIMIT:,} characters; this one has {len(body):,}.")
    content: JSON = {"text": body}
    if found:
        content["entities"] = found
    if topic_id is not None:
        content |= {"message_thread_id": topic_id, "is_topic_message": True}
    return _post(world, user_id, chat_id, content, reply_to)


def send_file(
    world: World, user_id: int, chat_id: int, upload: Upload, *, caption: str = "", as_photo: bool = False,
    reply_to: int | None = None,
) -> Act:  # fmt: skip
    """Send a document, or a picture as photo. Raises ActRefused, or BotApiError for bytes that are no picture."""
    _check_member(world, user_id, chat_id)
    if not upload.content:
        raise ActRefused("The file is empty.")
    stored = world.files.add(upload, "photos" if as_photo else "documents")
    if as_photo:
        content: JSON = {"photo": world.files.describe_photo(stored)}
    else:
        content = {"document": world.files.describe_document(stored)}
    body, found = finish_text(clean_text(caption), [])
    if len(body) > CAPTION_LIMIT:
        raise ActRefused(f"A caption holds {CAPTION_LIMIT:,} characters; this one has {len(body):,}.")
    content |= {"caption": body} if body else {}
    content |= {"caption_entities": found} if found else {}
    return _post(world, user_id, chat_id, content, reply_to)


def edit_text(world: World, user_id: int, chat_id: int, message_id: int, text: str) -> Act:
    """Change one's own message (or its caption). Raises ActRefused."""
    chat, _ = _check_member(world, user_id, chat_id)
    message = chat.messages.get(message_id)
    if message is None or message["from"]["id"] != user_id:
        raise ActRefused("Only one's own messages can be edited.")
    body, found = finish_text(clean_text(text), [])
    part = "text" if "text" in message else "caption"
    if not body and part == "text":
        raise ActRefused("A message needs some text.")
    edited = {key: value for key, value in message.items() if key not in (part, "entities", "caption_entities")}
    edited[part] = body
    if found:
        edited["entities" if part == "text" else "caption_entities"] = found
    world.replace(chat, edited)
    is_seen = can_bot_see(world, chat, edited)
    return Act(edited, world.build_update("edited_message", edited) if is_seen else None)


def press_button(world: World, user_id: int, chat_id: int, message_id: int, data: str) -> Act:
    """Press an inline button. Raises ActRefused when the message has no such button (any more)."""
    chat, person = _check_member(world, user_id, chat_id)
    message = chat.messages.get(message_id)
    rows = message.get("reply_markup", {}).get("inline_keyboard", []) if message else []
    if message is None or not any(button.get("callback_data") == data for row in rows for button in row):
        raise ActRefused("That button is gone.")
    query = world.open_query(person, message, data)
    return Act(query, world.build_update("callback_query", query))


def react(world: World, user_id: int, chat_id: int, message_id: int, emoji: str | None) -> Act:
    """Set or (None) remove one's reaction. Raises ActRefused."""
    chat, person = _check_member(world, user_id, chat_id)
    if message_id not in chat.messages:
        raise ActRefused("That message is gone.")
    reaction: JSON = {
        "chat": chat.chat, "message_id": message_id, "user": person.user, "date": world.now(),
        "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
    }  # fmt: skip
    return Act(reaction, world.build_update("message_reaction", reaction))


def ask_inline(world: World, user_id: int, query: str) -> Act:
    """Type `@bot query` in any chat."""
    world.last_query_id += 1
    person = world.people[user_id]
    asked: JSON = {"id": str(world.last_query_id), "from": person.user, "query": query, "offset": ""}
    world.queries[asked["id"]] = {"user_id": user_id, "chat_id": user_id, "message_id": 0}
    world.forget_queries()
    return Act(asked, world.build_update("inline_query", asked))


def choose_result(world: World, user_id: int, chat_id: int, query_id: str, result_id: str) -> Act:
    """Send what the bot offered for `@bot query`; only articles with a text. Raises ActRefused for one not offered."""
    query = world.queries.get(query_id, {})
    offered = query.get("results", ()) if query.get("user_id") == user_id else ()
    chosen = next((one for one in offered if one["id"] == result_id), None)
    if chosen is None:
        raise ActRefused("That is not offered any more.")
    body, found = finish_text(clean_text(chosen["input_message_content"]["message_text"]), [])
    content: JSON = {"text": body, "via_bot": world.bot}
    return _post(world, user_id, chat_id, content | ({"entities": found} if found else {}), None)


def block_bot(world: World, user_id: int, *, is_blocked: bool = True) -> Act:
    """Block (or unblock) the bot: it then gets 403 for every message to this person."""
    person = world.people[user_id]
    person.has_blocked = is_blocked
    bot = world.bot
    before: JSON
    after: JSON
    before, after = ({"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0})
    if not is_blocked:
        before, after = after, before
    change: JSON = {"chat": world.chats[user_id].chat, "from": person.user, "date": world.now(),
                    "old_chat_member": before, "new_chat_member": after}  # fmt: skip
    return Act(change, world.build_update("my_chat_member", change))


def join_group(world: World, user_id: int, chat_id: int) -> Act:
    """Come into a group, with the service message."""
    chat, person = world.find_chat(chat_id), world.people[user_id]
    chat.members[user_id] = "member"
    return _service(world, chat, person.user, {"new_chat_members": [person.user]})


def leave_group(world: World, user_id: int, chat_id: int) -> Act:
    """Go out of a group, with the service message."""
    chat, person = _check_member(world, user_id, chat_id)
    chat.members[user_id] = "left"
    return _service(world, chat, person.user, {"left_chat_member": person.user})


def migrate_group(world: World, user_id: int, chat_id: int) -> tuple[int, list[JSON]]:
    """Turn a group into a supergroup: (its new chat id, the updates the bot gets). The old id answers 400 with
    `migrate_to_chat_id` from now on. Raises ActRefused when it is a supergroup already."""
    old, person = _check_member(world, user_id, chat_id)
    if old.chat["type"] != "group":
        raise ActRefused("Only a plain group can become a supergroup.")
    new_id = SUPERGROUP_BASE - abs(chat_id)
    new = world.add_group(new_id, old.chat["title"], ())
    new.members, new.bot_status = dict(old.members), old.bot_status
    leaving = _service(world, old, person.user, {"migrate_to_chat_id": new_id})
    arriving = _service(world, new, person.user, {"migrate_from_chat_id": chat_id})
    old.migrated_to = new_id
    world.emit("migrate", chat_id, {"migrate_to_chat_id": new_id})
    return new_id, [act.update for act in (leaving, arriving) if act.update]


def can_bot_see(world: World, chat: Chat, message: JSON) -> bool:
    """Privacy mode: in a group a bot gets commands, mentions of it and replies to it, unless it may read all.

    Source: https://core.telegram.org/bots/features#privacy-mode
    """
    if chat.is_private or world.reads_all_group_messages or chat.bot_status == "administrator":
        return chat.bot_status not in ("left", "kicked")
    if chat.bot_status in ("left", "kicked"):
        return False
    if message.get("reply_to_message", {}).get("from", {}).get("id") == world.bot["id"]:
        return True
    text = message.get("text") or message.get("caption") or ""
    command = re.match(r"/\w+(?:@(\w+))?", text)
    name = world.bot["username"].lower()
    if command:
        return command[1] is None or command[1].lower() == name
    return re.search(rf"@{re.escape(name)}\b", text, re.IGNORECASE) is not None


def _check_member(world: World, user_id: int, chat_id: int) -> tuple[Chat, Person]:
    person, chat = world.people.get(user_id), world.chats.get(chat_id)
    if person is None or chat is None:
        raise ActRefused("There is no such person or chat.")
    if chat.migrated_to is not None:
        raise ActRefused("This group became a supergroup; write there.")
    if chat.members.get(user_id, "left") in ("left", "kicked"):
        raise ActRefused("Only members can write in this chat.")
    return chat, person


def _post(world: World, user_id: int, chat_id: int, content: JSON, reply_to: int | None) -> Act:
    chat, person = _check_member(world, user_id, chat_id)
    if reply_to is not None and reply_to in chat.messages:
        content = {"reply_to_message": world.quote(chat.messages[reply_to]), **content}
    person.has_started = person.has_started or chat.is_private
    message = world.post(chat, person.user, content)
    is_seen = can_bot_see(world, chat, message)
    return Act(message, world.build_update("message", message) if is_seen else None)


def _service(world: World, chat: Chat, sender: JSON, content: JSON) -> Act:
    message = world.post(chat, sender, content)
    is_seen = chat.bot_status not in ("left", "kicked")
    return Act(message, world.build_update("message", message) if is_seen else None)
