"""What the bot may ask about chats and files. One rule: only what a bot could know is told."""

from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.files import DOWNLOAD_LIMIT_BYTES
from bot.sandbox.methods.messages import find_target
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world import World

_RIGHTS = ("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
           "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
           "can_edit_stories", "can_delete_stories")  # fmt: skip
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#getchat"""
    chat = find_target(world, parameters)
    gifts = dict.fromkeys(_GIFTS, False)
    return {**chat.chat, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#getchatmember"""
    chat = find_target(world, parameters)
    user_id = parameters.integer("user_id")
    if user_id == world.bot["id"]:
        return _describe_member(world.bot, chat.bot_status)
    if user_id not in world.people:
        raise bad_request("member not found")
    return _describe_member(world.people[user_id].user, chat.members.get(user_id, "left"))


def get_chat_administrators(world: World, parameters: Parameters) -> list[JSON]:
    """https://core.telegram.org/bots/api#getchatadministrators"""
    chat = find_target(world, parameters)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [_describe_member(world.people[user_id].user, status)
            for user_id, status in chat.members.items() if status in ("creator", "administrator")]  # fmt: skip


def get_chat_member_count(world: World, parameters: Parameters) -> int:
    """https://core.telegram.org/bots/api#getchatmembercount"""
    chat = find_target(world, parameters)
    present = [status for status in chat.members.values() if status not in ("left", "kicked")]
    return len(present) + (chat.bot_status not in ("left", "kicked"))


def leave_chat(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#leavechat"""
    chat = find_target(world, parameters)
    if chat.is_private:
        raise bad_request("chat can't be left: it is a private chat")
    chat.bot_status = "left"
    world.post(chat, world.bot, {"left_chat_member": world.bot})
    return True


def get_file(world: World, parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#getfile"""
    stored = world.files.by_id.get(parameters.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD_LIMIT_BYTES:
        raise bad_request("file is too big")
    return {**stored.describe(), "file_path": stored.path}


def _describe_member(user: JSON, status: str) -> JSON:
    member: JSON = {"user": user, "status": status}
    if status in ("creator", "administrator"):
        member["is_anonymous"] = False
    if status == "administrator":
        member |= dict.fromkeys(_RIGHTS, True)
    if status == "kicked":
        member["until_date"] = 0
    return member
