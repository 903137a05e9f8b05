"""From an update to an answer. One rule: whoever wrote is known, or learns nothing.

Handlers are imported where they are called: one message needs one of them, and loading all takes as long as the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.actions import ACTIONS, READING_ACTIONS, TELLING_ACTIONS
from bot.commands import COMMANDS, find_command
from bot.handlers import load_handler
from bot.handlers.reading import reading_at
from bot.parsing.sentences import is_sale_sentence
from bot.turn import CALLBACK_SEPARATOR, Photograph, Place, Reply, Turn, Withdrawn, split_command
from bot.views.numbers import Style, writing_as
from bot.views.people import show_companies, show_company
from bot.views.refusals import show_masked, show_stranger, show_unread
from bot.views.searching import Found
from core.access import Viewer
from core.errors import InvalidInput, NotFound, Unusual
from core.people.accounts import Membership, Visitor, list_companies_of, switch_company
from core.sales.told import digest_words

Identify = Callable[[Connection, int], Viewer | None]


@dataclass(frozen=True, slots=True)
class Host:
    """What a company made by the set-up code begins with, and who says who a user is."""

    currency: str
    time_zone: str
    identify: Identify


@dataclass(frozen=True, slots=True)
class Incoming:
    """What Telegram brought, as plain values; a press of a button has `pressed_data`."""

    visitor: Visitor
    chat_id: int
    message_id: int
    text: str
    bot_name: str
    bot_id: int
    is_group: bool = False
    is_edit: bool = False
    replied_id: int | None = None  # a message of the bot's own
    pressed_data: str | None = None
    prompt_text: str | None = None
    pressed_id: int = 0
    is_chosen: bool = False
    photograph: Photograph | None = None
    prompt_from: int = 0
    unread: str = ""  # what kind of message it is, where it holds nothing we read
    topic_id: int | None = None
    chat_title: str = ""
    is_addressed: bool = False  # it names the bot
    album: str = ""  # the messages that came together have one name
    earlier: tuple[Photograph, ...] = ()  # pictures of the album that came before its words
    written_at: datetime | None = None  # by whoever wrote, however late it came; for a press the message it is about
    is_forwarded: bool = False
    forwarded_from: int | None = None  # the Telegram number of who wrote it first, where that is known
    masked: str = ""  # "admin" or "channel": who wrote does not show who they are
    names: Mapping[str, str] = field(default_factory=dict)  # of people named by touching, by the mark in the text

    @property
    def said(self) -> tuple[str, str]:
        """Its words, and which picture came with them."""
        return self.text, self.photograph.unique_id if self.photograph is not None else ""

    @property
    def message_name(self) -> tuple[int, int]:
        """The message, among all there are."""
        return self.chat_id, self.message_id

    @property
    def place(self) -> Place:
        """Where it is to be answered."""
        return Place(self.chat_id, self.topic_id)


def needs_writing(incoming: Incoming) -> bool:
    """Whether answering may change anything; what only reads need not wait for who writes."""
    if incoming.pressed_data is not None:
        return incoming.pressed_data.partition(CALLBACK_SEPARATOR)[0] not in READING_ACTIONS
    if incoming.unread or incoming.masked:
        return False
    name, words = split_command(incoming.text, incoming.bot_name)
    return name not in COMMANDS or COMMANDS[name].may_write(words)


def answer_incoming(tx: Connection, incoming: Incoming, host: Host) -> Reply | None:
    """The answer to a message or press; None where none is due. Raises SalesbellError, and then nothing is recorded."""
    name, words = split_command(incoming.text, incoming.bot_name)
    if incoming.masked:
        return _answer_masked(incoming, name, words)
    viewer = host.identify(tx, incoming.visitor.telegram_id)
    if name == "start" and not incoming.is_edit:
        from bot.handlers.welcome import welcome_visitor

        return welcome_visitor(tx, viewer, incoming.visitor, words, currency=host.currency, time_zone=host.time_zone)
    if viewer is None:
        return _answer_stranger(tx, incoming, name, words)
    turn = _make_turn(incoming, viewer, words)
    try:
        return _answer_known(tx, turn, incoming, name)
    except (InvalidInput, NotFound) as error:
        from bot.handlers.hints import name_own_products

        name_own_products(tx, viewer, error)
        raise


def _answer_known(tx: Connection, turn: Turn, incoming: Incoming, name: str | None) -> Reply | None:
    """The answer to one of ours, in their way of writing figures."""
    viewer = turn.viewer
    with writing_as(Style(viewer.locale, viewer.number_format)):
        try:
            return _answer_viewer(tx, turn, incoming, name)
        except Unusual as doubt:
            raise _ask_if_meant(doubt, turn) from doubt


def _answer_viewer(tx: Connection, turn: Turn, incoming: Incoming, name: str | None) -> Reply | None:
    """The answer to somebody known."""
    if incoming.pressed_data is not None:
        return _answer_press(tx, turn)
    with reading_at(turn.written_at):
        return _answer_message(tx, turn, incoming, name)


def _answer_message(tx: Connection, turn: Turn, incoming: Incoming, name: str | None) -> Reply | None:
    if incoming.unread:
        return None if turn.is_group or turn.is_edit else show_unread(incoming.unread)
    if incoming.photograph is not None:
        return _answer_photograph(tx, turn, incoming, name)
    return _answer_text(tx, turn, name)


def _answer_masked(incoming: Incoming, name: str | None, words: str) -> Reply | None:
    """Who shows only a group or a channel is told how to be known, where they want something of the bot."""
    is_meant = incoming.is_addressed or incoming.replied_id is not None or name in COMMANDS or is_sale_sentence(words)
    return show_masked(incoming.masked) if is_meant and not incoming.is_edit else None


def _ask_if_meant(doubt: Unusual, turn: Turn) -> Withdrawn:
    from bot.handlers.doubts import name_doubt
    from bot.views.sales import ask_if_meant

    return Withdrawn(ask_if_meant(doubt, name_doubt(turn), edits_pressed=bool(turn.button)))


def _answer_stranger(tx: Connection, incoming: Incoming, name: str | None, words: str) -> Reply | None:
    elsewhere = list_companies_of(tx, incoming.visitor.telegram_id)
    if elsewhere:
        return _offer_companies(tx, incoming, name, words, elsewhere)
    is_addressed = (
        not incoming.is_group or incoming.is_addressed or name is not None or incoming.pressed_data is not None
    )
    return show_stranger() if is_addressed else None


def _offer_companies(
    tx: Connection, incoming: Incoming, name: str | None, words: str, elsewhere: tuple[Membership, ...]
) -> Reply | None:
    """Who left one company and is in another chooses that one first: a sale must not land where it was not meant."""
    if name == "switch" and words.strip():
        return show_company(switch_company(tx, incoming.visitor.telegram_id, words).company)
    return None if incoming.is_group and name is None else show_companies(elsewhere)


def _make_turn(incoming: Incoming, viewer: Viewer, words: str) -> Turn:
    return Turn(
        viewer,
        incoming.chat_id,
        incoming.message_id,
        words,
        incoming.is_group,
        incoming.is_edit,
        incoming.replied_id,
        incoming.prompt_text,
        incoming.bot_name,
        incoming.bot_id,
        incoming.visitor.telegram_id,
        incoming.pressed_id,
        incoming.is_chosen,
        incoming.photograph,
        topic_id=incoming.topic_id,
        chat_title=incoming.chat_title,
        is_addressed=incoming.is_addressed,
        written_at=incoming.written_at,
        is_forwarded=incoming.is_forwarded,
        album=incoming.album,
        earlier=incoming.earlier,
        forwarded_from=incoming.forwarded_from,
        told=digest_words(incoming.prompt_text or incoming.text),
        button=incoming.pressed_data or "",
        prompt_from=incoming.prompt_from,
    )


def _answer_press(tx: Connection, turn: Turn) -> Reply | None:
    name, _, argument = turn.button.partition(CALLBACK_SEPARATOR)
    action = ACTIONS.get(name)
    if action is None:
        raise NotFound("That button is too old.", field="button")
    with reading_at(turn.written_at if name in TELLING_ACTIONS else None):
        reply = load_handler(action)(tx, replace(turn, words=argument))
    if name in TELLING_ACTIONS and reply is not None and turn.photograph is not None:
        from bot.handlers.photographs import attach_photograph

        reply = attach_photograph(tx, turn, reply)
    return reply


def _answer_photograph(tx: Connection, turn: Turn, incoming: Incoming, name: str | None) -> Reply | None:
    """A picture goes with the sale that its caption tells or corrects; without a caption with the one it answers."""
    from bot.handlers.photographs import attach_photograph, keep_exchanged, keep_photograph

    if not incoming.text.strip():
        return None if turn.is_edit else keep_photograph(tx, turn)
    reply = _answer_text(tx, turn, name)
    if reply is None and turn.is_edit:
        return keep_exchanged(tx, turn)
    return attach_photograph(tx, turn, reply) if reply is not None else None


def _answer_forwarded(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    """What was forwarded is answered as any other message, but changes nothing by itself."""
    from bot.handlers.forwarded import ask_forwarded, refuse_forwarded

    if turn.is_edit:  # nobody edits what was forwarded
        return None
    if name == "sale" or (name is None and is_sale_sentence(turn.words)):
        return ask_forwarded(tx, turn)
    if name in COMMANDS and COMMANDS[name].may_write(turn.words):
        return refuse_forwarded(name)
    return _answer_words(tx, turn, name)


def _answer_text(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    return _answer_forwarded(tx, turn, name) if turn.is_forwarded else _answer_words(tx, turn, name)


def _answer_words(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    if name is not None and not turn.is_edit:
        return load_handler(find_command(name, turn.viewer, is_group=turn.is_group).handler)(tx, turn)
    from bot.handlers.messages import answer_edit, answer_message

    return answer_edit(tx, turn, name) if turn.is_edit else answer_message(tx, turn)


def offer_products(tx: Connection, telegram_id: int, words: str, host: Host) -> tuple[Found, ...]:
    """What to offer somebody who searches the products while typing."""
    viewer = host.identify(tx, telegram_id)
    if viewer is None:
        return ()
    from bot.handlers.searching import search_products

    with writing_as(Style(viewer.locale, viewer.number_format)):
        return search_products(tx, viewer, words)
