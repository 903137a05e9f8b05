"""What an update brings, as plain values. One rule: nothing is decided here but whether it asks anything of us."""

from datetime import datetime
from typing import NamedTuple

from telegram import Bot, Chat, Message, MessageOriginUser, Update, User
from telegram.constants import ChatType

from bot.conversation import Incoming
from bot.parsing.mentions import name_mentions, place_in_characters, read_words
from bot.parsing.sentences import is_sale_sentence
from bot.turn import Photograph
from bot.views.refusals import UNREAD
from core.people.accounts import Visitor
from core.text import is_visible


def read_update(update: Update, bot: Bot) -> Incoming | None:
    """What an update brings, or None for one that asks nothing of us."""
    query, user, chat = update.callback_query, update.effective_user, update.effective_chat
    mask = _find_mask(update.message or update.edited_message)
    if user is None or chat is None or (user.is_bot and not mask) or chat.type == ChatType.CHANNEL:
        return None
    visitor = Visitor(chat.id if mask else user.id, _name_user(user))
    is_group = chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    if query is not None:
        return _read_press(update, visitor, chat, bot, is_group=is_group)
    message = update.message or update.edited_message
    if message is None or message.is_automatic_forward:
        return None
    said, photograph = _read_said(message, bot), _read_photograph(message)
    words = said.words
    if is_file(message) and not is_sale_sentence(words):
        return None  # bot.importing hears of it
    unread = "" if words or photograph else _find_unread(message)
    replied = _read_replied(message)
    if message.text is None and not (words or photograph or unread):
        return None
    return Incoming(
        visitor,
        chat.id,
        message.message_id,
        words,
        bot.username,
        bot.id,
        is_group,
        is_edit=update.edited_message is not None,
        replied_id=replied.message_id if replied is not None and _is_from(replied, bot) else None,
        is_chosen=message.via_bot is not None and message.via_bot.id == bot.id,
        photograph=photograph,
        unread=unread,
        topic_id=find_topic(message),
        chat_title=chat.title or "",
        is_addressed=said.is_addressed,
        masked=mask,
        written_at=_find_written(message),
        album=message.media_group_id or "",
        is_forwarded=message.forward_origin is not None,
        forwarded_from=_find_writer(message),
        names=said.names,
    )


def _find_written(message: Message) -> datetime:
    """When its words were written, which an edit does not change; of what was forwarded, by whoever wrote it first."""
    return message.forward_origin.date if message.forward_origin is not None else message.date


def _find_writer(message: Message) -> int | None:
    origin = message.forward_origin
    return origin.sender_user.id if isinstance(origin, MessageOriginUser) else None


def _find_mask(message: Message | None) -> str:
    """Who writes in a group as the group itself, or as a channel; none for who writes as themselves."""
    behind = message.sender_chat if message is not None and not message.is_automatic_forward else None
    if message is None or behind is None:
        return ""
    return "admin" if behind.id == message.chat.id else "channel"


def _name_user(user: User) -> str:
    """What to call somebody: a name that can be seen, else the one they go by on Telegram."""
    name = user.full_name or ""
    return name if any(map(is_visible, name)) or not user.username else user.username


class _Said(NamedTuple):
    words: str
    is_addressed: bool
    names: dict[str, str]


def _read_said(message: Message, bot: Bot) -> _Said:
    """What a message says in words: people named by touching are marked, what nobody sees is left out."""
    text, entities = message.text or message.caption or "", (*message.entities, *message.caption_entities)
    touched = [(one.offset, one.length, one.user.id) for one in entities if one.type == "text_mention" and one.user]
    text, names = name_mentions(text, place_in_characters(text, touched)) if touched else (text, {})
    return _Said(*read_words(text, bot.username), names)


def find_topic(message: Message) -> int | None:
    """The forum's topic a message is in; elsewhere a thread is only what replies to one message."""
    return message.message_thread_id if message.is_topic_message else None


def _find_unread(message: Message) -> str:
    """The kind of a message that holds nothing we read; none where Telegram itself says what happened in a chat."""
    return next((kind for kind in UNREAD if getattr(message, kind, None)), "")


def _read_replied(message: Message | None) -> Message | None:
    """The message that one replies to; in a topic, those that reply to none come as replies to its beginning."""
    replied = message.reply_to_message if message is not None else None
    return replied if replied is not None and replied.forum_topic_created is None else None


def _is_from(message: Message, bot: Bot) -> bool:
    return message.from_user is not None and message.from_user.id == bot.id


def _read_photograph(message: Message | None) -> Photograph | None:
    """The largest of the sizes a picture comes in, or the file that was sent as one."""
    if message is None:
        return None
    file = message.document
    is_picture = file is not None and (file.mime_type or "").startswith("image/") and message.animation is None
    picture = message.photo[-1] if message.photo else file if is_picture else None
    if picture is None:
        return None
    return Photograph(picture.file_id, picture.file_unique_id)


def _read_press(update: Update, visitor: Visitor, chat: Chat, bot: Bot, *, is_group: bool) -> Incoming | None:
    query = update.callback_query
    if query is None or query.data is None:
        return None
    pressed = query.message if isinstance(query.message, Message) else None
    prompt = _read_replied(pressed)
    if prompt is not None and _is_from(prompt, bot):  # what the bot wrote is for people to read, not for the bot
        prompt = None
    return Incoming(
        visitor,
        chat.id,
        prompt.message_id if prompt else 0,
        "",
        bot.username,
        bot.id,
        is_group,
        pressed_data=query.data,
        prompt_text=_read_said(prompt, bot).words if prompt else None,
        prompt_from=prompt.from_user.id if prompt and prompt.from_user else 0,
        pressed_id=query.message.message_id if query.message else 0,
        photograph=_read_photograph(prompt),
        album=(prompt.media_group_id or "") if prompt is not None else "",
        topic_id=find_topic(pressed) if pressed is not None else None,
        written_at=_find_written(prompt) if prompt is not None else None,
        chat_title=chat.title or "",
    )


def is_file(message: Message) -> bool:
    """Whether a message brings a file, which may be imported; a picture or film sent as one is none."""
    file = message.document
    return file is not None and not (file.mime_type or "").startswith(("image/", "video/"))
