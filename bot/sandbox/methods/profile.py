"""The bot, its commands and texts. One rule: which commands a person sees follows Telegram's order of scopes.

Source: https://core.telegram.org/bots/api#determining-list-of-commands
"""

import re
from typing import Any

from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world import World

_SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip
_PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, _parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#getme"""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all_group_messages,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands = parameters.parsed("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON array")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_read_key(world, parameters)] = [_check_command(command) for command in commands]
    world.emit("commands", 0, None)
    return True


def get_my_commands(world: World, parameters: Parameters) -> list[JSON]:
    """https://core.telegram.org/bots/api#getmycommands"""
    return world.commands.get(_read_key(world, parameters), [])


def delete_my_commands(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#deletemycommands"""
    world.commands.pop(_read_key(world, parameters), None)
    world.emit("commands", 0, None)
    return True


def find_commands(world: World, user_id: int, chat_id: int) -> list[JSON]:
    """The command menu this person sees in this chat: [{"command", "description"}], maybe empty."""
    chat, person = world.chats[chat_id], world.people[user_id]
    is_admin = chat.members.get(user_id) in ("creator", "administrator")
    if chat.is_private:
        scopes = [f"chat:{chat_id}", "all_private_chats"]
    else:
        scopes = [f"chat_member:{chat_id}:{user_id}"]
        scopes += [f"chat_administrators:{chat_id}"] if is_admin else []
        scopes += [f"chat:{chat_id}"]
        scopes += ["all_chat_administrators"] if is_admin else []
        scopes += ["all_group_chats"]
    for scope in (*scopes, "default"):
        for language in (person.user.get("language_code", ""), ""):
            if (scope, language) in world.commands:
                return world.commands[scope, language]
    return []


def _read_key(world: World, parameters: Parameters) -> tuple[str, str]:
    scope = parameters.parsed("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    parts = [str(scope.get(name, "")) for name in _SCOPES[kind]]
    if parts:
        chat = world.find_chat(Parameters(scope).integer("chat_id"))
        if kind != "chat" and chat.is_private:
            raise bad_request("can't change commands of a private chat for its administrators")
    return ":".join((kind, *parts)), parameters.text("language_code")


def _check_command(command: Any) -> JSON:
    name, description = (str(command.get(part, "")) for part in ("command", "description"))
    name = name.removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def set_profile(world: World, parameters: Parameters, name: str) -> bool:
    """setMyName, setMyDescription, setMyShortDescription; an empty text removes it."""
    text = parameters.text(name)
    if len(text) > _PROFILE_LIMITS[name]:
        raise bad_request(f"bot {name.replace('_', ' ')} is too long")
    world.profile[name, parameters.text("language_code")] = text
    return True


def get_profile(world: World, parameters: Parameters, name: str) -> JSON:
    """getMyName, getMyDescription, getMyShortDescription: for the language, else the default."""
    default = world.bot["first_name"] if name == "name" else ""
    general = world.profile.get((name, ""), default) or default
    return {name: world.profile.get((name, parameters.text("language_code"))) or general}
