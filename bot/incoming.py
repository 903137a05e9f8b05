"""What an update brings, as plain values. One rule: nothing is decided here but whether it asks anything of us."""

from telegram import Bot, Chat, Message, Update
from telegram.constants import ChatType

from bot.conversation import Incoming
from bot.parsing.sentences import is_sale_sentence
from bot.turn import Photograph
from bot.views.refusals import UNREAD
from core.people.accounts import Visitor


def read_update(update: Update, bot: Bot) -> Incoming | None:
    """What an update brings, or None for one that asks nothing of us."""
    query, user, chat = update.callback_query, update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot or chat.type == ChatType.CHANNEL:
        return None
    visitor = Visitor(user.id, user.full_name or "")
    is_group = chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    if query is not None:
        return _read_press(update, visitor, chat, bot, is_group=is_group)
    message = update.message or update.edited_message
    if message is None:
        return None
    words, photograph = message.text or message.caption or "", _read_photograph(message)
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
    )


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
    return Photograph(picture.file_id, picture.file_unique_id, is_of_album=message.media_group_id is not None)


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
        prompt_text=(prompt.text or prompt.caption) if prompt else None,
        prompt_from=prompt.from_user.id if prompt and prompt.from_user else 0,
        prompted_at=prompt.date if prompt else None,
        pressed_id=query.message.message_id if query.message else 0,
        photograph=_read_photograph(prompt),
    )


def is_file(message: Message) -> bool:
    """Whether a message brings a file, which may be imported; a picture or film sent as one is none."""
    file = message.document
    return file is not None and not (file.mime_type or "").startswith(("image/", "video/"))
