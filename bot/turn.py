"""One turn of a conversation: what came in, what goes out. One rule: plain values, so that handlers need no network."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from core import clock
from core.access import Role, Viewer
from core.errors import NotFound, SalesbellError
from core.sales.receipts import Purpose

if TYPE_CHECKING:  # most answers have neither picture nor file
    from bot.pictures import Chart
    from core.exports import Exported

CALLBACK_SEPARATOR = ":"
_COMMAND = re.compile(r"^/([a-z0-9_]+)(?:@(\w+))?(?:\s+|$)", re.ASCII | re.IGNORECASE)


def split_command(text: str, bot_name: str = "") -> tuple[str | None, str]:
    """The command a text begins with, in lower case, and the words after it; None where it begins with none of ours.

    In a group a command may name the bot it is for.
    """
    found = _COMMAND.match(text)
    if found is None or (found[2] and bot_name and found[2].casefold() != bot_name.casefold()):
        return None, text
    return found[1].lower(), text[found.end() :]


def strip_command(text: str) -> str:
    """The words after the command, if there is one."""
    return split_command(text)[1]


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: its label, and the action and argument it comes back with (64 bytes in all).

    One with a `search` opens a search among the products instead, in the person's own words from there on.
    """

    label: str
    action: str = ""
    argument: str = ""
    search: str | None = None

    @property
    def data(self) -> str:
        """What Telegram is given to bring back."""
        return f"{self.action}{CALLBACK_SEPARATOR}{self.argument}"


Buttons = tuple[tuple[Button, ...], ...]


class Place(NamedTuple):
    """Where a message goes: a chat, and in a forum one of its topics (None: General, or no forum)."""

    chat_id: int
    topic_id: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: a kind of bot.pictures, and the figures it shows."""

    kind: str
    chart: "Chart"


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture somebody sent: the name it is fetched by, and the one that stays the same for the same picture."""

    file_id: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A message or a press of a button by somebody known.

    `words` is the text after the command, or the button's argument. `message_id` is the person's message (for a press:
    the one the bot had answered). `replied_id` is the bot's message replied to; `prompt_text` for a press is what the
    person wrote in the message that the button's message answers. `pressed_id` is the message the button was under, and
    `button` all that the button says.
    `prompt_from` wrote that message.
    `is_chosen`: the words were chosen among what a search found. `photograph` came with the words, or with the message
    a button's message answers. `topic_id` is that of a forum's topic, `chat_title` a group's.
    `is_addressed`: it names the bot. `written_at` is when the message was written (for a press that records: the one
    the bot had answered), and `told` what is kept of its words (core.sales.told). `forwarded_from` is the Telegram
    number of who wrote what was forwarded, where they let it be known. `album` is what its message came in with others,
    of which one has the words; `earlier` are pictures of it that came before the words. `is_sure`: asked whether what
    is unusual is meant, the person has said yes.
    """

    viewer: Viewer
    chat_id: int
    message_id: int
    words: str
    is_group: bool = False
    is_edit: bool = False
    replied_id: int | None = None
    prompt_text: str | None = None
    bot_name: str = ""
    bot_id: int = 0
    telegram_id: int = 0
    pressed_id: int = 0
    is_chosen: bool = False
    photograph: Photograph | None = None
    button: str = ""
    topic_id: int | None = None
    chat_title: str = ""
    is_addressed: bool = False
    written_at: datetime | None = None
    told: str = ""
    is_forwarded: bool = False
    forwarded_from: int | None = None
    album: str = ""
    earlier: tuple[Photograph, ...] = ()
    is_sure: bool = False
    prompt_from: int = 0

    @property
    def sold_at(self) -> datetime | None:
        """When what the message tells was sold, unless it says so: when it was written. None: just now."""
        lag = clock.now() - self.written_at if self.written_at is not None else timedelta()
        return self.written_at if lag >= timedelta(seconds=1) else None  # Telegram tells whole seconds

    @property
    def external_id(self) -> str:
        """The name of the person's message, for all time: a sale told in it is recorded once.

        With the bot's number, for in a private chat every bot counts from one. NotFound where there is no such message.
        """
        if not self.message_id:
            raise NotFound("I can no longer see the message this was about. Please send it again.", field="message")
        return f"{self.bot_id}:{self.chat_id}:{self.message_id}"

    @property
    def album_id(self) -> str:
        """The name of the album the person's message is of, for all time; none where it is of none."""
        return f"{self.bot_id}:{self.chat_id}:album:{self.album}" if self.album else ""

    @property
    def press_id(self) -> str:
        """The name of what a button does, for all time: the message it is under, and all that it says.

        Pressed twice it is done once; under another message, or about another document, it is something else.
        """
        if not self.pressed_id:
            raise NotFound("That button is too old.", field="button")
        return f"{self.bot_id}:{self.chat_id}:{self.pressed_id}:{self.button}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer: Telegram HTML and buttons.

    `document_id`: it is about that document and no other, and `purpose` says what a reply to it means. A receipt is
    shown in one message of a chat, edited when the document changes.
    `edits_pressed`: change the message whose button was pressed. `toast`: a short notice over the chat, for a press.
    `picture`: what to draw; `caption` stands under it, or else the words, which come alone where it cannot be drawn.
    `file`: what to send with them.
    `posts`: for a press, a message of its own. `asks`: wants to be replied to. `quotes`: shown as a reply to the
    person's message, which its buttons refer to.
    `dialogue_id`: it shows that dialogue, which has one message: `shown_in`, edited where it is known; what the person
    wrote is then taken away, for it stands in the message; `replaces` is the one it is shown instead of, further up.
    `photographs` are sent before the words, by their names.
    `is_repeat`: the same message came again; it was answered the first time. `menu_role`: the private chat of
    whoever is answered, or of the Telegram user `menu_of`, gets that role's menu of commands.
    """

    text: str
    buttons: Buttons = ()
    document_id: int | None = None
    purpose: Purpose = Purpose.RECEIPT
    edits_pressed: bool = False
    toast: str | None = None
    is_alert: bool = False
    posts: bool = False
    asks: bool = False
    picture: Picture | None = None
    caption: str = ""
    file: "Exported | None" = None
    quotes: bool = False
    dialogue_id: int | None = None
    shown_in: int | None = None
    replaces: int | None = None
    photographs: tuple[str, ...] = ()
    is_repeat: bool = False
    menu_role: Role | None = None
    menu_of: int | None = None

    @property
    def receipt_of(self) -> int | None:
        """The document it is the receipt of, if it is one."""
        return self.document_id if self.purpose is Purpose.RECEIPT else None


class Withdrawn(SalesbellError):
    """An answer for which all that was begun is taken back: a question whether to record it after all."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply
