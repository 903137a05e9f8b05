"""Changing what the bot sent. One rule: an edit that changes nothing is refused, as Telegram does."""

from collections.abc import Iterable

from bot.sandbox.chats import Chat
from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.methods.messages import find_target, read_caption, read_file, read_message_text
from bot.sandbox.methods.parameters import Parameters, read_keyboard
from bot.sandbox.world import World

_MEDIA = {"photo": "photos", "document": "documents"}
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#editmessagetext"""
    content = read_message_text(parameters)
    chat, message = _find_own(world, parameters)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _change(world, chat, message, ("text", "entities"), content, parameters)


def edit_message_caption(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#editmessagecaption"""
    content = read_caption(parameters)
    chat, message = _find_own(world, parameters)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, chat, message, ("caption", "caption_entities"), content, parameters)


def edit_message_reply_markup(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    chat, message = _find_own(world, parameters)
    return _change(world, chat, message, (), {}, parameters)


def edit_message_media(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#editmessagemedia"""
    media = parameters.parsed("media", "InputMedia") or {}
    kind = next((known for known in _MEDIA if known == media.get("type")), None)
    if kind is None:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    chat, message = _find_own(world, parameters)
    inner = Parameters({**media, kind: media.get("media")}, parameters.uploads)
    caption = read_caption(inner)
    stored = read_file(world, inner, kind, _MEDIA[kind])
    described = (world.files.describe_photo(stored) if kind == "photo"
                 else world.files.describe_document(stored))  # fmt: skip
    replaced = (*_MEDIA, "text", "entities", "caption", "caption_entities")
    return _change(world, chat, message, replaced, {kind: described, **caption}, parameters)


def _find_own(world: World, parameters: Parameters) -> tuple[Chat, JSON]:
    if not parameters.text("chat_id") and parameters.text("inline_message_id"):
        raise bad_request("invalid inline message identifier specified")
    chat = find_target(world, parameters)
    if not parameters.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"] != world.bot:
        raise bad_request("message can't be edited")
    return chat, message


def _change(
    world: World, chat: Chat, message: JSON, replaced: Iterable[str], content: JSON, parameters: Parameters
) -> JSON:
    """New content in place of the `replaced` parts; the keyboard is always replaced, or removed."""
    keyboard = read_keyboard(parameters)
    gone = {*replaced, "reply_markup", "edit_date"}
    edited = {name: part for name, part in message.items() if name not in gone} | content
    if keyboard is not None:
        edited["reply_markup"] = keyboard
    if edited == {name: part for name, part in message.items() if name != "edit_date"}:
        raise bad_request(_SAME)
    return world.replace(chat, edited)
