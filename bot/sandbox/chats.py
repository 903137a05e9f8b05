"""Who and where: people and chats of the sandbox. One rule: their Bot API JSON is replaced, never changed in place."""

import zlib
from dataclasses import dataclass, field

from bot.sandbox.errors import JSON

SUPERGROUP_BASE = -1_000_000_000_000


@dataclass(slots=True)
class Person:
    """A Telegram user: `user` is the Bot API's User object."""

    user: JSON
    has_started: bool = True
    has_blocked: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group; `messages` by id, oldest first."""

    chat: JSON
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, JSON] = field(default_factory=dict)
    last_message_id: int = 0
    reactions: dict[int, list[JSON]] = field(default_factory=dict)
    migrated_to: int | None = None
    bot_status: str = "member"
    closed_topics: set[int] = field(default_factory=set)  # numbers of a forum's topics; 0 is General

    @property
    def chat_id(self) -> int:
        return int(self.chat["id"])

    @property
    def is_private(self) -> bool:
        return bool(self.chat["type"] == "private")

    @property
    def instance(self) -> str:
        """`chat_instance` of callback queries: the same for one chat, always; says nothing of its id."""
        return str(zlib.crc32(str(self.chat["id"]).encode()) * 4_294_967_311)


def build_user(user_id: int, name: str, username: str | None, language_code: str | None) -> JSON:
    """A User object; the first word of `name` is the first name, the rest the last name."""
    first_name, _, last_name = name.strip().partition(" ")
    user: JSON = {"id": user_id, "is_bot": False, "first_name": first_name or "Somebody"}
    optional = {"last_name": last_name.strip(), "username": username, "language_code": language_code}
    return user | {key: value for key, value in optional.items() if value}


def build_private_chat(user: JSON) -> JSON:
    """The Chat object of the private chat with `user`."""
    kept: JSON = {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user}
    return {**kept, "type": "private"}


def build_group_chat(chat_id: int, title: str) -> JSON:
    """A Chat object: ids below -1,000,000,000,000 are supergroups, other negative ones groups."""
    return {"id": chat_id, "title": title, "type": "supergroup" if chat_id <= SUPERGROUP_BASE else "group"}
