"""Reading cards in tests. One rule: by the name of the card."""

from typing import Any

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import Narrowing
from core.cards.figures import CardFigure, read_cards


def read_by_name(tx: Connection, viewer: Viewer, **narrowed: Any) -> dict[str, CardFigure]:
    """The viewer's cards, in their order."""
    return {figure.card.name: figure for figure in read_cards(tx, viewer, Narrowing(**narrowed))}
