"""The Bot API methods the sandbox knows. One rule: one table, name -> function; what is not in it is a 404."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.sandbox.errors import JSON, AnswerLost, BotApiError
from bot.sandbox.methods import chats, delivery, edits, messages, profile
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world import World

Method = Callable[[World, Parameters], Any]


def _accept(_world: World, _parameters: Parameters) -> bool:
    """Methods without a visible effect here: Telegram answers True, so do we."""
    return True


METHODS: dict[str, Method] = {
    "getMe": profile.get_me,
    "logOut": _accept,
    "close": _accept,
    "sendMessage": messages.send_message,
    "sendPhoto": messages.send_photo,
    "sendDocument": messages.send_document,
    "sendChatAction": messages.send_chat_action,
    "deleteMessage": messages.delete_message,
    "setMessageReaction": messages.set_message_reaction,
    "answerCallbackQuery": messages.answer_callback_query,
    "answerInlineQuery": messages.answer_inline_query,
    "editMessageText": edits.edit_message_text,
    "editMessageCaption": edits.edit_message_caption,
    "editMessageReplyMarkup": edits.edit_message_reply_markup,
    "editMessageMedia": edits.edit_message_media,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "getFile": chats.get_file,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setWebhook": delivery.set_webhook,
    "deleteWebhook": delivery.delete_webhook,
    "getWebhookInfo": delivery.get_webhook_info,
}
for _part in ("name", "description", "short_description"):
    _title = _part.title().replace("_", "")
    METHODS[f"setMy{_title}"] = partial(profile.set_profile, name=_part)
    METHODS[f"getMy{_title}"] = partial(profile.get_profile, name=_part)

# Telegram takes method names in any case.
_BY_LOWER_NAME = {name.lower(): function for name, function in METHODS.items()}


async def call_method(world: World, name: str, parameters: Parameters) -> Any:
    """Perform one Bot API call and return its `result`.

    Raises BotApiError for every refusal and AnswerLost for the injected fault of that name.
    """
    lowered = name.lower()
    fault = None
    if not world.faults.is_calm:
        fault = world.faults.take(lowered, parameters.integer("chat_id") or None)
    if fault is not None and fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    if fault is not None and fault.error is not None:
        raise fault.error
    if lowered == "getupdates":
        return await delivery.get_updates(world, parameters)
    method = _BY_LOWER_NAME.get(lowered)
    if method is None:
        raise BotApiError(404, "Not Found: method not found")
    result = method(world, parameters)
    if fault is not None and fault.loses_answer:
        raise AnswerLost(f"the answer to {name} was lost on purpose")
    return result


def wrap_result(result: Any) -> JSON:
    """The body of a successful answer."""
    return {"ok": True, "result": result}
