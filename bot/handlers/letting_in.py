"""Keys and invitations in chat. One rule: a press says which one by its number, and core whether one may."""

from sqlalchemy.engine import Connection

from bot.handlers.sales import read_number
from bot.turn import Reply, Turn
from bot.views.letting_in import show_invitations, show_keys
from core.people.invitations import list_invitations, revoke_invitation
from core.people.keys import list_keys, revoke_key


def answer_keys(tx: Connection, turn: Turn) -> Reply:
    """/keys: the keys that are good still, with a button that ends each."""
    return show_keys(list_keys(tx, turn.viewer))


def press_revoke_key(tx: Connection, turn: Turn) -> Reply:
    """Revoke: end that key, and show what is left."""
    ended = revoke_key(tx, turn.viewer, read_number(turn))
    return show_keys(list_keys(tx, turn.viewer), ended)


def answer_invitations(tx: Connection, turn: Turn) -> Reply:
    """/invitations: those that are open, with a button that ends each."""
    return show_invitations(list_invitations(tx, turn.viewer))


def press_revoke_invitation(tx: Connection, turn: Turn) -> Reply:
    """Revoke: end that invitation, and show what is left."""
    ended = revoke_invitation(tx, turn.viewer, read_number(turn))
    return show_invitations(list_invitations(tx, turn.viewer), ended)
