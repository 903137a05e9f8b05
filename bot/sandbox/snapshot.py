"""A world saved and made again. One rule: ids go on where they stopped."""

import base64
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.sandbox.chats import Chat, Person
from bot.sandbox.errors import JSON
from bot.sandbox.files import StoredFile
from bot.sandbox.updates import Webhook

if TYPE_CHECKING:
    from bot.sandbox.world import World

VERSION = 1


def dump_world(world: "World") -> JSON:
    """JSON-able; file contents in base64. Listeners and faults are not kept."""
    return {
        "version": VERSION,
        "token": world.token,
        "bot": world.bot,
        "reads_all_group_messages": world.reads_all_group_messages,
        "people": [asdict(person) for person in world.people.values()],
        "chats": [_dump_chat(chat) for chat in world.chats.values()],
        "files": [_dump_file(stored) for stored in world.files.by_id.values()],
        "updates": {
            "pending": list(world.updates.pending),
            "allowed": world.updates.allowed,
            "webhook": asdict(world.updates.webhook),
            "last_update_id": world.updates.last_update_id,
        },
        "commands": [[scope, language, listed] for (scope, language), listed in world.commands.items()],
        "profile": [[name, language, text] for (name, language), text in world.profile.items()],
        "queries": world.queries,
        "last_query_id": world.last_query_id,
    }


def fill_world(world: "World", dumped: JSON) -> None:
    """Fill a new world with what was dumped. Raises ValueError for another version."""
    if dumped.get("version") != VERSION:
        raise ValueError(f"saved chat of version {dumped.get('version')!r}; this program reads version {VERSION}")
    world.bot = dumped["bot"]
    world.reads_all_group_messages = dumped["reads_all_group_messages"]
    world.people = {saved["user"]["id"]: Person(**saved) for saved in dumped["people"]}
    world.chats = {saved["chat"]["id"]: _load_chat(saved) for saved in dumped["chats"]}
    for saved in dumped["files"]:
        world.files.put(StoredFile(**{**saved, "content": base64.b64decode(saved["content"])}))
    updates = dumped["updates"]
    world.updates.pending.extend(updates["pending"])
    world.updates.allowed = updates["allowed"]
    world.updates.webhook = Webhook(**updates["webhook"])
    world.updates.last_update_id = updates["last_update_id"]
    world.commands = {(scope, language): listed for scope, language, listed in dumped["commands"]}
    world.profile = {(name, language): text for name, language, text in dumped["profile"]}
    world.queries = dict(dumped["queries"])
    world.last_query_id = dumped["last_query_id"]


def _dump_chat(chat: Chat) -> JSON:
    saved = {name: getattr(chat, name) for name in ("chat", "last_message_id", "migrated_to", "bot_status")}
    members = [[user_id, status] for user_id, status in chat.members.items()]
    reactions = [[message_id, reaction] for message_id, reaction in chat.reactions.items()]
    return {**saved, "members": members, "reactions": reactions, "messages": list(chat.messages.values())}


def _load_chat(saved: JSON) -> Chat:
    members = dict(saved["members"])
    messages = {message["message_id"]: message for message in saved["messages"]}
    reactions = dict(saved["reactions"])
    return Chat(**{**saved, "members": members, "reactions": reactions, "messages": messages})


def _dump_file(stored: StoredFile) -> JSON:
    return {**asdict(stored), "content": base64.b64encode(stored.content).decode()}
