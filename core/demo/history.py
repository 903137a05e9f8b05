"""The weeks before this morning. One rule: chance decides, and the day seeds the chance: same day, same past."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from core.demo.cast import (
    ACTORS,
    CAFE,
    COUPONS,
    CUSTOMERS,
    HERO,
    HOTEL,
    MANAGER,
    MISTAKES,
    NOTES,
    PLATFORMS,
    RIVAL,
    Actor,
)
from core.demo.catalogue import BRANCHES, ITEM_OF, ITEMS, RIYADH, SOLARGLOW, Item
from core.demo.story import Fate, Piece, Telling
from core.periods import Period, month_of

LEAST_WEEKS = 7
SALES_A_DAY = {RIYADH: 9.0}
SALES_A_DAY_ELSEWHERE = 5.5
WEEKDAYS = (0.8, 0.8, 0.85, 1.3, 1.2, 1.25, 0.85)  # Monday first; the week ends on Thursday evening
PAYDAY, PAYDAY_LIFT = range(27, 31), 1.25  # wages are paid on the 27th
PERCENT = 100


def tell_history(today: date, chance: Random) -> list[Telling]:
    """Everything sold from the first of last month, or seven weeks ago, until yesterday; in order of time."""
    start = min(today - timedelta(weeks=LEAST_WEEKS), month_of(today, -1).start)
    past = Period(start, today)
    tellings: list[Telling] = []
    balance = _Balance()
    for number in range(past.days):
        day = start + timedelta(days=number)
        if day.day == 1:
            balance.begin_month()
            tellings += (balance.book(telling) for telling in tell_standing_orders(day))
        tellings += _tell_day(day, chance, balance)
    return tellings


def tell_standing_orders(day: date) -> tuple[Telling, Telling]:
    """What the hotel and the café order on the first of every month."""
    hotel = (Piece(24, "TEX-3020"), Piece(12, "KIT-2024"))
    cafe = (Piece(30, "KIT-2024"), Piece(10, "KIT-2025"))
    early = datetime.combine(day, time(8, 40))
    return (
        Telling(early, HERO, hotel, 5, customer=HOTEL, note="monthly order"),
        Telling(early + timedelta(minutes=8), RIVAL, cafe, 5, customer=CAFE, note="monthly order"),
    )


class _Balance:
    """Who has sold how much this month, so that nobody strays far from their share and the race stays close."""

    def __init__(self) -> None:
        self._sold_e4 = {actor.handle: 0 for actor in ACTORS}

    def begin_month(self) -> None:
        self._sold_e4 = dict.fromkeys(self._sold_e4, 0)

    def book(self, telling: Telling) -> Telling:
        self._sold_e4[telling.handle] += telling.amount_e4
        return telling

    def choose(self, present: list[Actor], chance: Random) -> Actor:
        """Half of the sales go by chance, half to whoever is most behind."""
        if chance.random() < 0.5:
            return chance.choices(present, [actor.share for actor in present])[0]
        return min(present, key=lambda actor: self._sold_e4[actor.handle] / actor.share)


def _tell_day(day: date, chance: Random, balance: _Balance) -> list[Telling]:
    told = []
    for branch in BRANCHES:
        present = [
            actor for actor in ACTORS if actor.branch == branch and actor.share and day.weekday() not in actor.days_off
        ]
        for _ in range(_draw_count(day, branch, chance)):
            told.append(_tell_sale(day, present, chance, balance))
    return sorted(told, key=lambda telling: telling.at)


def _draw_count(day: date, branch: str, chance: Random) -> int:
    usual = SALES_A_DAY.get(branch, SALES_A_DAY_ELSEWHERE) * WEEKDAYS[day.weekday()]
    lift = PAYDAY_LIFT if day.day in PAYDAY else 1.0
    return max(2, round(chance.gauss(usual * lift, 1.3)))


def _tell_sale(day: date, present: list[Actor], chance: Random, balance: _Balance) -> Telling:
    pieces = _draw_pieces(chance)
    percent_off, coupon = _draw_discount(chance)
    telling = Telling(
        at=datetime.combine(day, _draw_time(chance)),
        handle=balance.choose(present, chance).handle,
        pieces=pieces,
        percent_off=percent_off,
        coupon=coupon,
        platform=_draw_weighted(PLATFORMS, chance),
        customer=_draw_customer(chance),
        note=chance.choice(NOTES) if chance.random() < 0.08 else None,
    )
    return balance.book(_decide_fate(telling, chance))


def _draw_time(chance: Random) -> time:
    """Between ten and ten, most of it after the evening prayer."""
    minute = round(chance.triangular(10 * 60, 22 * 60 - 1, 19 * 60))
    return time(minute // 60, minute % 60, chance.randrange(60))


def _draw_pieces(chance: Random) -> tuple[Piece, ...]:
    if chance.random() < 0.03:
        return (Piece(1, amount=chance.choice((35, 50, 60, 80, 120, 150, 250))),)
    count = chance.choices((1, 2, 3), (72, 20, 8))[0]
    chosen = dict.fromkeys(item.sku for item in chance.choices(ITEMS, [item.appeal for item in ITEMS], k=count))
    return tuple(Piece(_draw_quantity(ITEM_OF[sku], chance), sku) for sku in chosen)


def _draw_quantity(item: Item, chance: Random) -> int:
    if item.price_e2 >= 200_00:
        return 1
    if item.price_e2 >= 80_00:
        return chance.choices((1, 2, 3), (75, 20, 5))[0]
    return chance.choices((1, 2, 3, 4, 6), (30, 30, 12, 18, 10))[0]


def _draw_discount(chance: Random) -> tuple[int, str | None]:
    """How many per cent are taken off, and by which coupon."""
    drawn = chance.random()
    if drawn < 0.10:
        coupon, percent_off = chance.choice(COUPONS)
        return percent_off, coupon
    return (chance.choice((5, 5, 10, 20)), None) if drawn < 0.22 else (0, None)


def _draw_weighted(table: tuple[tuple[str | None, int], ...], chance: Random) -> str | None:
    return chance.choices([value for value, _ in table], [weight for _, weight in table])[0]


def _draw_customer(chance: Random) -> str | None:
    """Four buyers in ten leave their name, and the first of the list come again and again."""
    if chance.random() < 0.6:
        return None
    return CUSTOMERS[int(len(CUSTOMERS) * chance.random() ** 1.4)]


def _decide_fate(telling: Telling, chance: Random) -> Telling:
    """Now and then a slip that is put right, a sale told by the manager, or one undone.

    What is undone must not have met a goal or emptied the stock meanwhile: never the hero's, never the product of the
    goal, and only what there is enough of.
    """
    drawn = chance.randrange(PERCENT)
    first = telling.pieces[0]
    if drawn < 3 and first.quantity > 1:
        return replace(telling, fate=Fate.CORRECTED)
    if drawn in (3, 4) and telling.handle != HERO and first.sku != SOLARGLOW and len(telling.pieces) == 1:
        is_enough = first.sku is None or _has_plenty(ITEM_OF[first.sku], telling.branch, first.quantity)
        return replace(telling, fate=Fate.UNDONE, reason=chance.choice(MISTAKES)) if is_enough else telling
    if drawn in (5, 6, 7) and telling.branch == RIYADH and telling.handle != MANAGER:
        return replace(telling, told_by=MANAGER)
    return telling


def _has_plenty(item: Item, branch: str, quantity: int) -> bool:
    return item.left is None or item.left_in(branch) >= quantity
