"""Telegram in memory: people, chats, messages, files, updates. One rule: messages change only here."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from bot.sandbox.chats import Chat, Person, build_group_chat, build_private_chat, build_user
from bot.sandbox.errors import JSON, bad_request, chat_migrated
from bot.sandbox.faults import Faults
from bot.sandbox.files import FileStore
from bot.sandbox.snapshot import dump_world, fill_world
from bot.sandbox.updates import UpdateQueue
from core import clock

DEFAULT_TOKEN = "4200000000:sandbox"  # noqa: S105 - opens nothing but the sandbox
OPEN_QUERIES_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Something visible happened. `kind`: message, edit, delete, answer, action, reaction, inline, migrate, people."""

    kind: str
    chat_id: int
    payload: Any


Listener = Callable[[Event], None]
# What the code running in this context (one update's handlers) brought about; see Correspondent.
outbox: ContextVar[list[Event] | None] = ContextVar("sandbox_outbox", default=None)


class World:
    """One bot and everybody it can talk to."""

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        bot_name: str = "Salesbell",
        bot_username: str = "salesbell_bot",
    ) -> None:
        self.token = token
        self.bot: JSON = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.reads_all_group_messages = False
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.updates = UpdateQueue()
        self.faults = Faults()
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.queries: dict[str, JSON] = {}
        self.last_query_id = 1_700_000_000_000_000_000
        self.listeners: list[Listener] = []

    def add_person(
        self,
        user_id: int,
        name: str,
        username: str | None = None,
        *,
        language_code: str | None = "en",
        has_started: bool = True,
    ) -> Person:
        """A user with a private chat to the bot; known ones are renamed. `has_started` False: the bot may not
        write to them before they wrote."""
        user = build_user(user_id, name, username, language_code)
        known = self.people.get(user_id)
        person = Person(user, has_started or bool(known and known.has_started))
        self.people[user_id] = person
        chat = build_private_chat(user)
        if user_id in self.chats:
            self.chats[user_id].chat = chat
        else:
            self.chats[user_id] = Chat(chat, {user_id: "member"})
        self.emit("people", user_id, user)
        return person

    def add_group(self, chat_id: int, title: str, member_ids: Iterable[int] = ()) -> Chat:
        """A group with the bot in it (a supergroup when the id starts with -100…); known ones keep messages."""
        chat = self.chats.get(chat_id) or Chat({})
        chat.chat = build_group_chat(chat_id, title)
        for number, user_id in enumerate(member_ids):
            chat.members.setdefault(user_id, "member" if number else "creator")
        self.chats[chat_id] = chat
        return chat

    def find_chat(self, chat_id: int) -> Chat:
        """The chat. Raises BotApiError 400: not found, or migrated (with the new id)."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise chat_migrated(chat.migrated_to)
        return chat

    def now(self) -> int:
        """Whole Unix seconds, as all dates of the Bot API are."""
        return int(clock.now().timestamp())

    def post(self, chat: Chat, sender: JSON, content: JSON) -> JSON:
        """Store a new message of `sender` and show it; returns the Bot API Message."""
        chat.last_message_id += 1
        message = {
            "message_id": chat.last_message_id,
            "from": sender,
            "chat": chat.chat,
            "date": self.now(),
            **content,
        }
        chat.messages[chat.last_message_id] = message
        self.emit("message", chat.chat["id"], message)
        return message

    def replace(self, chat: Chat, message: JSON) -> JSON:
        """Store `message` over the one with its id, with a new edit_date."""
        message["edit_date"] = self.now()
        chat.messages[message["message_id"]] = message
        self.emit("edit", chat.chat["id"], message)
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message away."""
        chat.messages.pop(message_id, None)
        self.emit("delete", chat.chat["id"], {"message_id": message_id})

    def quote(self, message: JSON) -> JSON:
        """A message as it appears in `reply_to_message`: without its own reply and buttons."""
        return {key: part for key, part in message.items() if key not in ("reply_to_message", "reply_markup")}

    def open_query(self, person: Person, message: JSON, data: str) -> JSON:
        """A CallbackQuery for a pressed button, answerable until 1,000 newer ones exist."""
        self.last_query_id += 1
        query_id = str(self.last_query_id)
        chat = self.chats[message["chat"]["id"]]
        self.queries[query_id] = {"user_id": person.user["id"], "chat_id": chat.chat_id,
                                  "message_id": message["message_id"]}  # fmt: skip
        self.forget_queries()
        return {"id": query_id, "from": person.user, "message": message, "chat_instance": chat.instance,
                "data": data}  # fmt: skip

    def forget_queries(self) -> None:
        """Let the oldest go: they can be answered no more."""
        while len(self.queries) > OPEN_QUERIES_LIMIT:
            del self.queries[next(iter(self.queries))]

    def build_update(self, kind: str, payload: JSON) -> JSON:
        """An Update with the next update id; not queued yet."""
        return {"update_id": self.updates.next_id(), kind: payload}

    def emit(self, kind: str, chat_id: int, payload: Any) -> None:
        """Tell the current context's outbox and all listeners."""
        collected = outbox.get()
        if collected is None and not self.listeners:
            return
        event = Event(kind, chat_id, payload)
        if collected is not None:
            collected.append(event)
        for listener in tuple(self.listeners):
            listener(event)

    def dump(self) -> JSON:
        """All of it as JSON-able data; `World.load` makes it again."""
        return dump_world(self)

    @classmethod
    def load(cls, dumped: JSON) -> "World":
        """The world `dump` saved. Raises ValueError when it is of another version."""
        world = cls(token=dumped["token"])
        fill_world(world, dumped)
        return world
