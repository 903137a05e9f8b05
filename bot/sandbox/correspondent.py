"""A person who writes to the bot, for tests, the command line and benches. One rule: only what a person can do."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, SupportsIndex, overload

from telegram import Update
from telegram.ext import Application

from bot.sandbox import acts
from bot.sandbox.errors import JSON
from bot.sandbox.files import StoredFile, Upload
from bot.sandbox.world import Event, World, outbox

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing the bot did. `kind`: message, edit, delete, or answer (to a pressed button)."""

    kind: str
    message: JSON
    world: World

    @property
    def text(self) -> str:
        """What it says: a message's text or caption, or the toast of a pressed button."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def message_id(self) -> int:
        return int(self.message["message_id"])

    @property
    def chat_id(self) -> int:
        return int(self.message["chat"]["id"] if "chat" in self.message else self.message.get("chat_id", 0))

    @property
    def entities(self) -> list[JSON]:
        found: list[JSON] = self.message.get("entities") or self.message.get("caption_entities") or []
        return found

    @property
    def is_edit(self) -> bool:
        return self.kind == "edit"

    @property
    def is_alert(self) -> bool:
        """The answer to a button that has to be dismissed (show_alert)."""
        return bool(self.message.get("show_alert"))

    @property
    def button_rows(self) -> list[list[str]]:
        """The labels of the inline buttons, row by row."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    @property
    def buttons(self) -> list[str]:
        """The labels of all inline buttons."""
        return [label for row in self.button_rows for label in row]

    @property
    def file(self) -> StoredFile | None:
        """The picture or document: `.name`, `.content`, `.mime_type`."""
        sizes = self.message.get("photo")
        described = sizes[-1] if sizes else self.message.get("document")
        return self.world.files.by_id[described["file_id"]] if described else None

    @property
    def photo(self) -> bytes | None:
        """The bytes of the picture, if it is one."""
        file = self.file if self.message.get("photo") else None
        return None if file is None else file.content


class Answers(list[Answer]):
    """What the bot did about one act, in order."""

    @property
    def text(self) -> str:
        """The texts of all new and edited messages, with a blank line between."""
        return "\n\n".join(answer.text for answer in self if answer.kind in ("message", "edit"))

    @property
    def toast(self) -> str | None:
        """The text shown for a pressed button; None when the bot did not answer the press."""
        return next((answer.text for answer in self if answer.kind == "answer"), None)

    @property
    def messages(self) -> "Answers":
        """Only new and edited messages."""
        return Answers(answer for answer in self if answer.kind in ("message", "edit"))

    @overload
    def __getitem__(self, index: SupportsIndex) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> "Answers": ...
    def __getitem__(self, index: SupportsIndex | slice) -> "Answer | Answers":
        if isinstance(index, slice):
            return Answers(super().__getitem__(index))
        if not self:
            raise LookupError("the bot did not answer")
        return super().__getitem__(index)


class Correspondent:
    """`await alice.send("…")` feeds the update straight into `application` and returns what came of it.

    Without an application the update is queued for whoever polls or has a webhook, and the answers are those
    that arrive in the chat until it has been quiet for `quiet_seconds`.
    """

    def __init__(
        self, world: World, user_id: int, application: AnyApplication | None = None, *, chat_id: int | None = None,
        topic_id: int | None = None, quiet_seconds: float = 0.3, patience_seconds: float = 10.0,
    ) -> None:  # fmt: skip
        self.world = world
        self.user_id = user_id
        self.application = application
        self.chat_id = user_id if chat_id is None else chat_id
        self.topic_id = topic_id
        self.quiet_seconds = quiet_seconds
        self.patience_seconds = patience_seconds
        self.last_update: JSON | None = None
        self.last_message_id: int | None = None
        self.last_query_id = ""

    def within(self, chat_id: int, topic_id: int | None = None) -> "Correspondent":
        """The same person, acting in the group `chat_id`, in one of its topics maybe."""
        return Correspondent(
            self.world, self.user_id, self.application, chat_id=chat_id, topic_id=topic_id,
            quiet_seconds=self.quiet_seconds, patience_seconds=self.patience_seconds,
        )  # fmt: skip

    async def send(self, text: str, *, reply_to: int | None = None) -> Answers:
        """Write a message. Raises ActRefused for one Telegram would not take (empty, over 4,096)."""
        act = acts.send_text(self.world, self.user_id, self.chat_id, text, reply_to=reply_to, topic_id=self.topic_id)
        self.last_message_id = act.result["message_id"]
        return await self._pass_on(act)

    async def edit(self, message_id: int, text: str) -> Answers:
        """Edit one's own message."""
        return await self._pass_on(acts.edit_text(self.world, self.user_id, self.chat_id, message_id, text))

    async def send_document(self, name: str, content: bytes, *, caption: str = "", mime_type: str = "") -> Answers:
        """Send a file."""
        upload = Upload(name, content, mime_type)
        return await self._pass_on(acts.send_file(self.world, self.user_id, self.chat_id, upload, caption=caption))

    async def send_photo(
        self, content: bytes, *, caption: str = "", name: str = "photo.jpg", reply_to: int | None = None
    ) -> Answers:
        """Send a picture as photo."""
        upload = Upload(name, content)
        act = acts.send_file(
            self.world, self.user_id, self.chat_id, upload, caption=caption, as_photo=True, reply_to=reply_to
        )
        self.last_message_id = act.result["message_id"]
        return await self._pass_on(act)

    async def search(self, words: str = "") -> list[JSON]:
        """Type `@bot words`: what the bot offers."""
        act = acts.ask_inline(self.world, self.user_id, words)
        await self._pass_on(act)
        offered: list[JSON] = self.world.queries[act.result["id"]].get("results", [])
        self.last_query_id = act.result["id"]
        return offered

    async def choose(self, title: str) -> Answers:
        """Send the offer of the last search with that title. Raises LookupError."""
        offered = self.world.queries.get(self.last_query_id, {}).get("results", [])
        chosen = next((one for one in offered if one["title"] == title), None)
        if chosen is None:
            raise LookupError(f"nothing called {title!r} is offered")
        act = acts.choose_result(self.world, self.user_id, self.chat_id, self.last_query_id, chosen["id"])
        self.last_message_id = act.result["message_id"]
        return await self._pass_on(act)

    async def press(self, label: str, *, message_id: int | None = None) -> Answers:
        """Press the button `label` of the newest message that has it (or of `message_id`). Raises LookupError."""
        message, data = self.find_button(label, message_id)
        act = acts.press_button(self.world, self.user_id, self.chat_id, message["message_id"], data)
        return await self._pass_on(act)

    async def redeliver(self, update: JSON | None = None) -> Answers:
        """Deliver an update (the last one unless given) once more, as Telegram does when it got no 200."""
        update = update or self.last_update
        if update is None:
            raise LookupError("nothing was sent yet")
        return await self._deliver(update)

    @property
    def messages(self) -> Answers:
        """Everything in this chat, oldest first, also what the person wrote."""
        chat = self.world.chats[self.chat_id]
        return Answers(Answer("message", message, self.world) for message in chat.messages.values())

    @property
    def received(self) -> Answers:
        """What the bot wrote in this chat, oldest first, as it stands now."""
        bot_id = self.world.bot["id"]
        return Answers(answer for answer in self.messages if answer.message["from"]["id"] == bot_id)

    async def receive(self, *, timeout_seconds: float = 5.0) -> Answer:
        """Wait for the next message or edit of the bot in this chat. Raises TimeoutError."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self.world.listeners.append(queue.put_nowait)
        try:
            async with asyncio.timeout(timeout_seconds):
                while True:
                    for answer in self._read([await queue.get()]):
                        if answer.kind in ("message", "edit") and answer.chat_id == self.chat_id:
                            return answer
        finally:
            self.world.listeners.remove(queue.put_nowait)

    def find_button(self, label: str, message_id: int | None = None) -> tuple[JSON, str]:
        """(message, callback_data) of a button: the exact label, else one that contains it in any case."""
        buttons = list(self._list_buttons(message_id))
        for is_match in (label.__eq__, lambda text: label.casefold() in text.casefold()):
            for message, button in buttons:
                if is_match(button["text"]):
                    if "callback_data" not in button:
                        opened = button.get("url") or "a search among the products"
                        raise LookupError(f"the button {button['text']!r} opens {opened}")
                    return message, button["callback_data"]
        offered = ", ".join(dict.fromkeys(button["text"] for _, button in buttons)) or "none"
        raise LookupError(f"there is no button {label!r}; there are: {offered}")

    def _list_buttons(self, message_id: int | None) -> Iterator[tuple[JSON, JSON]]:
        for message in reversed(self.world.chats[self.chat_id].messages.values()):
            if message_id in (None, message["message_id"]):
                for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                    yield from ((message, button) for button in row)

    async def _pass_on(self, act: acts.Act) -> Answers:
        if act.update is None:
            return Answers()
        self.last_update = act.update
        return await self._deliver(act.update)

    async def _deliver(self, update: JSON) -> Answers:
        if self.application is None:
            return await self._queue(update)
        collected: list[Event] = []
        token = outbox.set(collected)
        try:
            await self.application.process_update(Update.de_json(update, self.application.bot))
        finally:
            outbox.reset(token)
        return self._read(collected)

    async def _queue(self, update: JSON) -> Answers:
        collected: list[Event] = []
        arrived = asyncio.Event()
        listener = _collect_into(collected, arrived, self.chat_id)
        self.world.listeners.append(listener)
        self.world.updates.push(update)
        timeout_seconds = self.patience_seconds
        try:
            while True:
                await asyncio.wait_for(arrived.wait(), timeout_seconds)
                arrived.clear()
                timeout_seconds = self.quiet_seconds
        except TimeoutError:
            return self._read(collected)
        finally:
            self.world.listeners.remove(listener)

    def _read(self, events: Iterable[Event]) -> Answers:
        kinds = ("message", "edit", "delete", "answer")
        return Answers(Answer(e.kind, e.payload, self.world) for e in events
                       if e.kind in kinds and self._is_from_bot(e))  # fmt: skip

    def _is_from_bot(self, event: Event) -> bool:
        sender = event.payload.get("from")
        return sender is None or sender["id"] == self.world.bot["id"]


def _collect_into(collected: list[Event], arrived: asyncio.Event, chat_id: int) -> Callable[[Event], None]:
    def listen(event: Event) -> None:
        if event.chat_id == chat_id and event.kind != "action":
            collected.append(event)
            arrived.set()

    return listen
