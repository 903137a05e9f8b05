"""Sending, deleting and answering. One rule: nothing is stored until everything about the call has been checked."""

from bot.sandbox.chats import Chat
from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, read_text
from bot.sandbox.errors import JSON, bad_request, forbidden
from bot.sandbox.files import DOCUMENT_LIMIT_BYTES, StoredFile, Upload
from bot.sandbox.methods.parameters import Parameters, read_keyboard
from bot.sandbox.world import World

_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip


def find_target(world: World, parameters: Parameters) -> Chat:
    """The chat `chat_id` names (number or @username). Raises BotApiError 400."""
    chat_id = parameters.values.get("chat_id")
    if chat_id is None or chat_id == "":
        raise bad_request("chat_id is empty")
    if isinstance(chat_id, str) and chat_id.startswith("@"):
        for chat in world.chats.values():
            if not chat.is_private and chat.chat.get("username", "").lower() == chat_id[1:].lower():
                return chat
        raise bad_request("chat not found")
    return world.find_chat(parameters.integer("chat_id"))


def check_writable(world: World, chat: Chat) -> None:
    """Raises BotApiError 403 where the bot was blocked, kicked, or never spoken to."""
    person = world.people.get(chat.chat["id"])
    if person is not None:
        if person.has_blocked:
            raise forbidden("bot was blocked by the user")
        if not person.has_started:
            raise forbidden("bot can't initiate conversation with a user")
    elif chat.bot_status in ("left", "kicked"):
        kind = chat.chat["type"]
        raise forbidden(f"bot was kicked from the {kind} chat" if chat.bot_status == "kicked"
                        else f"bot is not a member of the {kind} chat")  # fmt: skip


def read_caption(parameters: Parameters) -> JSON:
    """`caption` and `caption_entities` of a Message. Raises BotApiError 400."""
    entities = parameters.parsed("caption_entities", "caption entities")
    caption, found = read_text(parameters.text("caption"), parameters.text("parse_mode"), entities)
    if len(caption) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    content: JSON = {"caption": caption} if caption else {}
    return content | {"caption_entities": found} if found else content


def read_message_text(parameters: Parameters) -> JSON:
    """`text` and `entities` of a Message. Raises BotApiError 400."""
    raw = parameters.text("text")
    if not raw:
        raise bad_request("message text is empty")
    text, entities = read_text(raw, parameters.text("parse_mode"), parameters.parsed("entities", "entities"))
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def send_message(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#sendmessage"""
    return _deliver(world, parameters, read_message_text(parameters))


def send_photo(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#sendphoto"""
    caption = read_caption(parameters)
    stored = read_file(world, parameters, "photo", "photos")
    return _deliver(world, parameters, {"photo": world.files.describe_photo(stored), **caption})


def send_document(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#senddocument"""
    caption = read_caption(parameters)
    stored = read_file(world, parameters, "document", "documents")
    return _deliver(world, parameters, {"document": world.files.describe_document(stored), **caption})


def read_file(world: World, parameters: Parameters, name: str, folder: str) -> StoredFile:
    """An uploaded or already known file. Raises BotApiError 400: missing, unknown, empty or too big."""
    value = parameters.text(name)
    upload = parameters.uploads.get(value.removeprefix("attach://") if value.startswith("attach://") else name)
    if upload is not None:
        return _keep(world, upload, folder)
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {name} in the request")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.by_id.get(value)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def _keep(world: World, upload: Upload, folder: str) -> StoredFile:
    if len(upload.content) > DOCUMENT_LIMIT_BYTES:
        raise bad_request("file is too big")
    return world.files.add(upload, folder)


def _read_reply(world: World, chat: Chat, parameters: Parameters) -> JSON | None:
    reply = parameters.parsed("reply_parameters", "reply parameters") or {}
    message_id = int(reply.get("message_id") or parameters.integer("reply_to_message_id"))
    if not message_id:
        return None
    message = chat.messages.get(message_id)
    if message is not None:
        return world.quote(message)
    if reply.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _deliver(world: World, parameters: Parameters, content: JSON) -> JSON:
    chat = find_target(world, parameters)
    check_writable(world, chat)
    keyboard = read_keyboard(parameters)
    reply = _read_reply(world, chat, parameters)
    if reply is not None:
        content["reply_to_message"] = reply
    thread_id = parameters.integer("message_thread_id")
    if thread_id in chat.closed_topics:
        raise bad_request("TOPIC_CLOSED")
    if thread_id:
        content |= {"message_thread_id": thread_id, "is_topic_message": True}
    if parameters.flag("protect_content"):
        content["has_protected_content"] = True
    preview = parameters.parsed("link_preview_options", "link preview options")
    if preview:
        content["link_preview_options"] = preview
    if keyboard is not None:
        content["reply_markup"] = keyboard
    sent = world.post(chat, world.bot, content)
    markup = parameters.parsed("reply_markup", "reply keyboard markup") or {}
    if markup.get("force_reply"):  # a wish to the person's app, not part of a Message
        asked = {"message_id": sent["message_id"], "is_selective": bool(markup.get("selective"))}
        world.emit("force_reply", sent["chat"]["id"], asked)
    return sent


def delete_message(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    chat = find_target(world, parameters)
    message = chat.messages.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    may_delete = chat.is_private or chat.bot_status == "administrator" or message["from"] == world.bot
    if not may_delete or world.now() - message["date"] > 48 * 3600:
        raise bad_request("message can't be deleted for everyone")
    world.remove(chat, message["message_id"])
    return True


def send_chat_action(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    chat = find_target(world, parameters)
    check_writable(world, chat)
    action = parameters.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.emit("action", chat.chat_id, action)
    return True


def set_message_reaction(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#setmessagereaction"""
    chat = find_target(world, parameters)
    message_id = parameters.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to react not found")
    reaction = parameters.parsed("reaction", "reaction types") or []
    chat.reactions[message_id] = reaction
    world.emit("reaction", chat.chat_id, {"message_id": message_id, "reaction": reaction})
    return True


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    query = world.queries.get(parameters.text("callback_query_id"))
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = parameters.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {**query, "text": text, "show_alert": parameters.flag("show_alert"), "url": parameters.text("url")}
    world.emit("answer", query["chat_id"], answer)
    return True


def answer_inline_query(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#answerinlinequery"""
    query = world.queries.get(parameters.text("inline_query_id"))
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = parameters.parsed("results", "inline query results") or []
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        if not (result.get("input_message_content") or {}).get("message_text"):
            raise bad_request("MESSAGE_EMPTY")
    if len({result.get("id") for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query["results"] = results
    world.emit("inline", query["chat_id"], {**query, "query_id": parameters.text("inline_query_id")})
    return True
