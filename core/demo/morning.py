"""This morning, which decides how the race stands. One rule: one good sale of the hero's must take the lead."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import product

from core.demo.cast import HERO, MANAGER, RIVAL, ROOKIE, TWINS
from core.demo.catalogue import ITEM_OF, ITEMS, RIYADH, SOLARGLOW
from core.demo.history import tell_standing_orders
from core.demo.story import Piece, Telling, count_units, sum_revenue_e4
from core.money import E4
from core.periods import Period, month_of

LEAD_E4, LEAST_LEAD_E4, MOST_LEAD_E4 = 190 * E4, 90 * E4, 290 * E4
GOAL_WEEKS_BEFORE, GOAL_WEEKS = 4, 6
MISSING_UNITS = 2  # of the product goal, once the morning is over


def tell_morning(today: date, past: Sequence[Telling]) -> list[Telling]:
    """What has been sold today until ten to ten, given what was sold before."""
    told = [*tell_standing_orders(today)] if today.day == 1 else []
    told += _tell_usual(today)
    told.append(_tell_goal_product(today, [*past, *told]))
    closing = _tell_race(today, [*past, *told])
    return sorted([*told, *closing], key=lambda telling: telling.at)


def _at(today: date, hour: int, minute: int) -> datetime:
    return datetime.combine(today, time(hour, minute))


def _tell_usual(today: date) -> list[Telling]:
    """Two people level, one sale each of the others."""
    return [
        Telling(_at(today, 8, 58), HERO, (Piece(1, "LUM-1040"),), customer="Reem Al-Dosari"),
        Telling(_at(today, 9, 4), TWINS[0], (Piece(1, "TEX-3001"),), platform="Shopify", customer="James Porter"),
        Telling(_at(today, 9, 12), RIVAL, (Piece(1, "LUM-1060"),), note="gift wrapped"),
        Telling(_at(today, 9, 15), "faisal", (Piece(1, "KIT-2010"),), customer="Huda Bin Laheq"),
        Telling(_at(today, 9, 21), TWINS[1], (Piece(1, "TEX-3002"),), platform="Etsy", customer="Dina Farouk"),
        Telling(_at(today, 9, 33), ROOKIE, (Piece(2, "KIT-2042"),), 10, "WELCOME10", "Etsy", "Rosa Jimenez"),
    ]


def goal_period(today: date) -> Period:
    """The weeks of the product goal: the last four and the next two, whatever the month."""
    start = today - timedelta(weeks=GOAL_WEEKS_BEFORE)
    return Period(start, start + timedelta(weeks=GOAL_WEEKS))


def _tell_goal_product(today: date, told: Sequence[Telling]) -> Telling:
    """As many as bring the product goal to two short of a round number."""
    sold = count_units(told, SOLARGLOW, RIYADH, goal_period(today))
    missing = -(sold + MISSING_UNITS) % 10 or 10
    return Telling(_at(today, 9, 40), MANAGER, (Piece(missing, SOLARGLOW),), note="for the terrace")


def _tell_race(today: date, told: Sequence[Telling]) -> list[Telling]:
    """What brings the hero close behind the rival this month; nothing where they are so already."""
    month = month_of(today)
    lead_e4 = sum_revenue_e4(told, month, handle=RIVAL) - sum_revenue_e4(told, month, handle=HERO)
    if LEAST_LEAD_E4 <= lead_e4 <= MOST_LEAD_E4:
        return []
    handle, wanted_e4 = (RIVAL, LEAD_E4 - lead_e4) if lead_e4 < LEAD_E4 else (HERO, lead_e4 - LEAD_E4)
    pieces = min(_list_baskets(), key=lambda basket: abs(_price(basket) - wanted_e4))
    return [Telling(_at(today, 9, 47), handle, pieces, customer="Sultan Al-Shehri")]


def _list_baskets() -> Iterator[tuple[Piece, ...]]:
    """One product or two, a few of each."""
    for item, count in product(ITEMS, range(1, 5)):
        yield (Piece(count, item.sku),)
        for other, other_count in product(ITEMS, range(1, 4)):
            if other.price_e2 < item.price_e2:
                yield (Piece(count, item.sku), Piece(other_count, other.sku))


def _price(basket: tuple[Piece, ...]) -> int:
    return sum(piece.quantity * ITEM_OF[piece.sku].price_e4 for piece in basket if piece.sku)
