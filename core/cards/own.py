"""Cards of one's own, one at a time. One rule: they are kept with everything else somebody chose."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.catalogue import AnyCard, name_card
from core.cards.choices import read_choices, write_choices
from core.cards.custom import CustomCard, make_card
from core.errors import NotFound


def add_custom(tx: Connection, viewer: Viewer, custom: CustomCard) -> AnyCard:
    """Add a card of one's own, in the place of one of that name. Raises what `write_choices` raises."""
    choices = read_choices(tx, viewer)
    others = tuple(one for one in choices.custom if one.name != custom.name)
    return make_card(write_choices(tx, viewer, replace(choices, custom=(*others, custom))).custom[-1])


def drop_custom(tx: Connection, viewer: Viewer, words: str) -> AnyCard:
    """Take away a card of one's own, by name or title; NotFound names those there are."""
    choices = read_choices(tx, viewer)
    for custom in choices.custom:
        if name_card(words) in (custom.name, name_card(custom.title)):
            cards = tuple(one for one in choices.cards if one.card != custom.name)
            kept = tuple(one for one in choices.custom if one != custom)
            write_choices(tx, viewer, replace(choices, cards=cards, custom=kept))
            return make_card(custom)
    known = ", ".join(one.name for one in choices.custom)
    raise NotFound(f"You have no card “{words}” of your own.", field="name", hint=known or None)
