"""From an update to an answer. One rule: whoever wrote is known, or learns nothing.

Handlers are imported where they are called: one message needs one of them, and loading all takes as long as the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.actions import ACTIONS, READING_ACTIONS
from bot.commands import COMMANDS, find_command
from bot.handlers import load_handler
from bot.turn import CALLBACK_SEPARATOR, Photograph, Reply, Turn, split_command
from bot.views.numbers import Style, writing_as
from bot.views.people import show_companies, show_company
from bot.views.refusals import show_stranger, show_unread
from bot.views.searching import Found
from core.access import Viewer
from core.errors import InvalidInput, NotFound
from core.people.accounts import Membership, Visitor, list_companies_of, switch_company

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
    prompted_at: datetime | None = None
    unread: str = ""  # what kind of message it is, where it holds nothing we read


def needs_writing(incoming: Incoming) -> bool:
    """Whether answering may change anything; what only reads need not wait for who writes."""
    if incoming.pressed_data is not None:
        return incoming.pressed_data.partition(CALLBACK_SEPARATOR)[0] not in READING_ACTIONS
    if incoming.unread:
        return False
    name, words = split_command(incoming.text, incoming.bot_name)
    return name not in COMMANDS or COMMANDS[name].may_write(words)


def answer_incoming(tx: Connection, incoming: Incoming, host: Host) -> Reply | None:
    """The answer to a message or press; None where none is due. Raises SalesbellError, and then nothing is recorded."""
    viewer = host.identify(tx, incoming.visitor.telegram_id)
    name, words = split_command(incoming.text, incoming.bot_name)
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
        if incoming.pressed_data is not None:
            return _answer_press(tx, turn, incoming.pressed_data)
        if incoming.unread:
            return None if turn.is_group or turn.is_edit else show_unread(incoming.unread)
        if incoming.photograph is not None:
            return _answer_photograph(tx, turn, incoming, name)
        return _answer_text(tx, turn, name)


def _answer_stranger(tx: Connection, incoming: Incoming, name: str | None, words: str) -> Reply | None:
    elsewhere = list_companies_of(tx, incoming.visitor.telegram_id)
    if elsewhere:
        return _offer_companies(tx, incoming, name, words, elsewhere)
    is_addressed = not incoming.is_group or name is not None or incoming.pressed_data is not None
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
        prompt_from=incoming.prompt_from,
        prompted_at=incoming.prompted_at,
    )


def _answer_press(tx: Connection, turn: Turn, data: str) -> Reply | None:
    name, _, argument = data.partition(CALLBACK_SEPARATOR)
    action = ACTIONS.get(name)
    if action is None:
        raise NotFound("That button is too old.", field="button")
    reply = load_handler(action)(tx, replace(turn, words=argument, button=data))
    if name == "pick" and reply is not None and turn.photograph is not None:
        from bot.handlers.photographs import attach_photograph

        reply = attach_photograph(tx, turn, reply)
    return reply


def _answer_photograph(tx: Connection, turn: Turn, incoming: Incoming, name: str | None) -> Reply | None:
    """A picture goes with the sale that its caption tells or corrects; without a caption with the one it answers."""
    from bot.handlers.photographs import attach_photograph, keep_photograph

    if not incoming.text.strip():
        return None if turn.is_edit else keep_photograph(tx, turn)
    reply = _answer_text(tx, turn, name)
    return attach_photograph(tx, turn, reply) if reply is not None else None


def _answer_text(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
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
