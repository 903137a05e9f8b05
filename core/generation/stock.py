"""Stock of an invented company: each line moves it as the ledger does, and what runs low is ordered anew at once."""

from collections.abc import Iterable
from operator import itemgetter

from core.catalog.stock import COUNTED, RECEIVED
from core.generation.cast import REORDER_POINT_E3, Cast, find_chat
from core.generation.notices import Notice
from core.generation.story import LINE_COLUMNS, Row
from core.money import E3

OPENING_E3 = LOT_E3 = 60 * E3  # more than any one sale takes
MOVE_COLUMNS = (
    "company_id", "branch_id", "product_id", "quantity_e3", "reason", "document_id", "moved_by", "moved_at",
)  # fmt: skip
LEVEL_COLUMNS = ("company_id", "branch_id", "product_id", "on_hand_e3")
_MOVED_BY = (
    "document_id", "kind", "branch_id", "person_id", "product_id", "quantity_e3", "recorded_at", "superseded_at",
)  # fmt: skip
_pick = itemgetter(*map(LINE_COLUMNS.index, _MOVED_BY))


class Stock:
    """What each branch has of every product whose stock is kept; `notices` tell the managers what ran low."""

    def __init__(self, cast: Cast) -> None:
        self._company_id = cast.company.id
        self._articles = {article.id: article for article in cast.articles if article.tracks_stock}
        self._managers = {place.id: place.manager_id for place in cast.places}
        self._levels = dict.fromkeys(((place.id, number) for place in cast.places for number in self._articles), 0)
        self.notices: list[Notice] = []

    def count(self, at: str) -> list[Row]:
        """The moves of a first count of everything."""
        self._levels = dict.fromkeys(self._levels, OPENING_E3)
        return [self._receive(key, COUNTED, at) for key in self._levels]

    def move(self, lines: Iterable[Row]) -> list[Row]:
        """The moves that lines make, in their order: a superseded one goes out and comes back."""
        moves: list[Row] = []
        for line in lines:
            document_id, kind, branch_id, person_id, product_id, quantity_e3, recorded_at, superseded_at = _pick(line)
            if product_id not in self._articles:
                continue
            head, tail = (self._company_id, branch_id, product_id), (kind, document_id, person_id)
            moved_e3 = -quantity_e3 if kind == "sale" else quantity_e3
            moves.append((*head, moved_e3, *tail, recorded_at))
            if superseded_at is not None:
                moves.append((*head, -moved_e3, *tail, superseded_at))
                continue
            key = branch_id, product_id
            self._levels[key] += moved_e3
            if self._levels[key] < REORDER_POINT_E3:
                moves.append(self._order(key, person_id, recorded_at))
        return moves

    def list_levels(self) -> list[Row]:
        """What is on hand now."""
        return [(self._company_id, *key, level_e3) for key, level_e3 in self._levels.items()]

    def _order(self, key: tuple[int, int], seller_id: int, at: str) -> Row:
        """The manager hears of it, unless it was the manager's own sale, and a lot comes in."""
        article, manager_id, left_e3 = self._articles[key[1]], self._managers[key[0]], self._levels[key]
        if seller_id != manager_id:
            content = {"product_id": article.id, "name": article.name, "sku": article.sku, "left_e3": left_e3}
            content |= {"reorder_point_e3": REORDER_POINT_E3}
            self.notices.append(Notice(at, "low_stock", None, find_chat(manager_id), content))
        self._levels[key] += LOT_E3
        return self._receive(key, RECEIVED, at)

    def _receive(self, key: tuple[int, int], reason: str, at: str) -> Row:
        return self._company_id, *key, LOT_E3, reason, None, self._managers[key[0]], at
