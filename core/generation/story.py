"""What an invented company sold, day by day. One rule: pure and seeded; nothing here knows of a database.

Written for speed: ten million lines are told in about a minute, so rows are plain tuples in the order of the columns.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from math import pi, sin
from random import Random
from typing import Any, TypeVar

from core.generation.cast import Article, Cast, Place
from core.generation.size import Size
from core.money import E3

T = TypeVar("T")
Row = tuple[Any, ...]
# A document's rows: of documents, of revisions, of lines.
Telling = tuple[Row, list[Row], list[Row]]

SOURCE = "generated"
WEEKDAYS = (0.9, 0.9, 0.95, 1.15, 0.7, 1.25, 1.15)  # Monday first; the weekend is Friday and Saturday
PLATFORMS = ("Direct",) * 46 + ("Shopify",) * 18 + ("Etsy",) * 14 + ("Amazon",) * 12 + ("eBay",) * 4 + (None,) * 6
COUPONS = (None,) * 92 + ("WELCOME10",) * 3 + ("SUMMER",) * 3 + ("VIP5",) * 2
BASKETS = (1,) * 45 + (2,) * 27 + (3,) * 14 + (4,) * 8 + (6,) * 4 + (10,) * 2
QUANTITIES = (1,) * 78 + (2,) * 14 + (3,) * 5 + (6,) * 2 + (12,)
DISCOUNTS = (0,) * 86 + (5,) * 5 + (10,) * 6 + (20,) * 3  # per cent
COUNTRY = "SA"
KNOWN_BY_NAME, FROM_ELSEWHERE, RETURNED, EXCHANGED, CORRECTED = 0.6, 0.1, 0.03, 0.01, 0.005
NOTED_EVERY, DOUBLED_EVERY = 20, 200  # documents: a sale with a note, and one that was told twice by mistake
NOTES = ("gift wrapping", "deliver after six", "asked for the invoice", "a regular", "picks it up on Thursday")
DRAWN = 4_096  # how many of a table are drawn beforehand
DOCUMENT_COLUMNS = ("company_id", "id", "kind", "source", "external_id", "original_id", "revision", "created_at")
REVISION_COLUMNS = (
    "company_id", "document_id", "number", "action", "person_id", "reason", "note", "recorded_at",
)  # fmt: skip
LINE_COLUMNS = (
    "company_id", "document_id", "revision", "position", "kind", "source", "sold_at", "day", "branch_id", "person_id",
    "product_id", "customer_id", "platform", "coupon", "region", "country", "quantity_e3", "unit_price_e4",
    "discount_e4", "amount_e4", "cost_e4", "filing_id", "recorded_at", "superseded_at",
)  # fmt: skip


def tell_sales(cast: Cast, size: Size, first_id: int, zone: str = "") -> Iterator[Telling]:
    """Every document in order of time, numbered from `first_id`. Instants are text in UTC, followed by `zone`."""
    teller = _Teller(cast, size, first_id, zone)
    days = size.days
    weights = [_weigh_day(day, days[0]) for day in days]
    told, share, whole = 0, 0.0, sum(weights)
    for day, weight in zip(days, weights, strict=True):
        share += weight
        until = round(size.lines * share / whole)
        while told < until:
            telling = teller.tell(day, until - told)
            told += sum(line[-1] is None for line in telling[2])
            yield telling
            if (again := teller.tell_twice(telling)) is not None:
                yield again


def _weigh_day(day: date, first: date) -> float:
    """Weekends and winters are busy, and the company grows by a tenth a year."""
    season = 1 + 0.2 * sin((day.timetuple().tm_yday - 290) * 2 * pi / 365)
    return WEEKDAYS[day.weekday()] * season * (1 + 0.1 * (day - first).days / 365)


def _draw_skewed(rng: Random, things: Sequence[T], power: float) -> tuple[T, ...]:
    """A table to draw from in which the first things come more often."""
    return tuple(things[int(len(things) * rng.random() ** power)] for _ in range(max(DRAWN, 4 * len(things))))


class _Teller:
    def __init__(self, cast: Cast, size: Size, first_id: int, zone: str) -> None:
        self._rng = Random(f"story {size.seed}")
        self._company_id, self._next_id, self._first_id, self._zone = cast.company.id, first_id, first_id, zone
        self._places = _draw_skewed(self._rng, cast.places, 1.4)
        self._people = {place.id: _draw_skewed(self._rng, place.people, 1.2) for place in cast.places}
        self._buyers = {
            place.id: _draw_skewed(self._rng, place.customers, 1.5) for place in cast.places if place.customers
        }
        self._articles = _draw_skewed(self._rng, cast.articles, 2.2)
        # Nine in the morning to ten in the evening in Riyadh, the evening busiest.
        seconds = (int(6 * 3_600 + 13 * 3_600 * self._rng.random() ** 0.7) for _ in range(DRAWN))
        self._times = tuple(f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in seconds)
        self._last: dict[int, tuple[int, Row]] = {}  # the last sale of each branch, which may come back

    def _draw(self, things: Sequence[T]) -> T:
        return things[int(self._rng.random() * len(things))]

    def tell(self, day: date, most_lines: int) -> Telling:
        """The next document, of at most so many lines."""
        place, chance = self._draw(self._places), self._rng.random()
        if chance < RETURNED + EXCHANGED and place.id in self._last:
            return self._bring_back(day, place, "return" if chance < RETURNED else "exchange")
        person_id, customer_id = self._draw(self._people[place.id]), self._find_buyer(place)
        at, said = self._say_when(day), day.isoformat()
        head = (at, said, place.id, person_id)
        tail = (customer_id, self._draw(PLATFORMS), self._draw(COUPONS), place.region, COUNTRY)
        percent = self._draw(DISCOUNTS)
        goods = [self._price(percent) for _ in range(min(self._draw(BASKETS), most_lines))]
        number = self._next_id
        telling = self._write("sale", None, at, head, tail, goods)
        self._last[place.id] = number, telling[2][0]
        return self._correct(telling) if self._rng.random() < CORRECTED else telling

    def _say_when(self, day: date) -> str:
        return f"{day.isoformat()} {self._draw(self._times)}.000000{self._zone}"

    def _find_buyer(self, place: Place) -> int | None:
        if self._rng.random() >= KNOWN_BY_NAME:
            return None
        home = place.id if self._rng.random() >= FROM_ELSEWHERE else self._draw(self._places).id
        return self._draw(self._buyers.get(home) or self._buyers[place.id])

    def _price(self, percent: int) -> Row:
        """A line's product, quantity and money."""
        article: Article = self._draw(self._articles)
        quantity = self._draw(QUANTITIES)
        full_e4 = article.price_e4 * quantity
        discount_e4 = full_e4 * percent // 10_000 * 100
        cost_e4 = None if article.cost_e4 is None else article.cost_e4 * quantity
        money = article.price_e4, discount_e4, full_e4 - discount_e4, cost_e4
        return article.id, quantity * E3, *money, article.filing_id

    def _write(
        self, kind: str, original_id: int | None, at: str, head: Row, tail: Row, goods: Sequence[Row]
    ) -> Telling:
        number, company_id = self._next_id, self._company_id
        self._next_id += 1
        place = number - self._first_id
        document = company_id, number, kind, SOURCE, f"{place:010}", original_id, 1, at
        rows = [
            (company_id, number, 1, position, kind, SOURCE, *head, good[0], *tail, *good[1:], at, None)
            for position, good in enumerate(goods, 1)
        ]
        note = None if place % NOTED_EVERY else NOTES[place // NOTED_EVERY % len(NOTES)]
        return document, [(company_id, number, 1, "recorded", head[3], None, note, at)], rows

    def _bring_back(self, day: date, place: Place, kind: str) -> Telling:
        """The first line of the branch's last sale, whole, by whom it was sold."""
        original_id, line = self._last.pop(place.id)
        at = self._say_when(day)
        goods = (line[10], *line[16:22])
        return self._write(kind, original_id, at, (at, day.isoformat(), *line[8:10]), line[11:16], [goods])

    def _correct(self, telling: Telling) -> Telling:
        """The same sale, told with one piece more at first and put right at once."""
        document, revisions, rows = telling
        at = document[-1]
        first = rows[0]
        more = (*first[:16], first[16] + E3, first[17], first[18], first[19] + first[17], *first[20:])
        before = [(*row[:-1], at) for row in (more, *rows[1:])]
        after = [(*row[:2], 2, *row[3:]) for row in rows]
        recorded = revisions[0]
        edited = (*recorded[:2], 2, "edited", recorded[4], "one too many", *recorded[6:])
        return (*document[:6], 2, document[7]), [recorded, edited], [*before, *after]

    def tell_twice(self, telling: Telling) -> Telling | None:
        """Now and then the same sale once more, by mistake and undone at once; else None."""
        document, revisions, rows = telling
        if document[2] != "sale" or len(revisions) > 1 or (document[1] - self._first_id) % DOUBLED_EVERY:
            return None
        company_id, at, number = document[0], document[-1], self._next_id
        self._next_id += 1
        recorded = (company_id, number, *revisions[0][2:])
        voided = (*recorded[:2], 2, "voided", recorded[4], "told twice", *recorded[6:])
        again = (company_id, number, *document[2:4], f"{number - self._first_id:010}", None, 2, at)
        return again, [recorded, voided], [(company_id, number, *row[2:-1], at) for row in rows]
