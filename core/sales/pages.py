"""Pages of lists: an index is walked from its newest end and left once the page is full; counts come from rollups."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, distinct, func, select, text
from sqlalchemy.engine import Connection

from core.access import Company, Scope
from core.metrics.count import count_narrowed
from core.metrics.dimensions import DIMENSIONS
from core.metrics.filters import Condition
from core.metrics.known import list_spellings
from core.models.sales import NOT_SOLD, lines
from core.periods import ALL_TIME, Period

KINDS = ("sale", "return", "exchange", "guest")
LINES_EACH = 3  # of a document, read ahead for: most have fewer
SHORTEST_WALK = 100


def walk_newest(
    tx: Connection, passes: ColumnElement[bool], keys: Sequence[Column[Any]], page: int, limit: int
) -> list[Any]:
    """A page of the keys that lines have which `passes` lets through, by when they were last sold, the newest first.

    The first key is the document's number; of what was sold at the same time the latest document comes first. How
    many lines are read goes by the page, not by how many there are.
    """
    document, *others = keys
    newest = lines.c.day.desc(), lines.c.sold_at.desc(), document.desc(), *others
    length = max(page * limit * LINES_EACH, SHORTEST_WALK)
    while True:
        walked = select(*keys, lines.c.day, lines.c.sold_at).where(passes).order_by(*newest).limit(length).subquery()
        named = [walked.c[key.name] for key in keys]
        last_sold = func.max(walked.c.day).desc(), func.max(walked.c.sold_at).desc()
        pages = select(*named).group_by(*named).order_by(*last_sold, named[0].desc(), *named[1:])
        found = list(tx.execute(pages.offset((page - 1) * limit).limit(limit)))
        if len(found) == limit or tx.execute(select(func.count()).select_from(walked)).scalar_one() < length:
            return found
        length *= LINES_EACH


def count_all(
    tx: Connection,
    company: Company,
    scope: Scope,
    period: Period | None,
    kinds: Sequence[str],
    passes: ColumnElement[bool],
    measure: str,
    keys: Sequence[Column[Any]],
    conditions: tuple[Condition, ...] | None,
) -> int:
    """How many distinct keys there are in all: of sales `measure` says so, unless None says that more narrows them.

    What else there is (returns, exchanges, guest coverage) is little, and is counted line by line. One item of a sale
    that is shared is a line of each of its sellers.
    """
    wanted = kinds or KINDS
    is_split = measure == "lines" and company.has_shared_orders and scope.person_id is None
    if conditions is None or is_split or company.has_spanning_orders or "sale" not in wanted:
        return _count(tx, passes, keys)
    sold = count_narrowed(tx, company, scope, (measure,), period or ALL_TIME, conditions)[measure]
    others = tuple(kind for kind in wanted if kind != "sale")
    return int(sold or 0) + (_count(tx, and_(passes, are_of(others)), keys) if others else 0)


def spell_words(tx: Connection, company_id: int, words: Mapping[str, str | None]) -> tuple[Condition, ...]:
    """Words that lines have in columns, whatever their case, as the filters of a question."""
    told = {name: word for name, word in words.items() if word}
    spelt = {name: list_spellings(tx, company_id, name, word) or (word,) for name, word in told.items()}
    return tuple(Condition(DIMENSIONS[name], values) for name, values in spelt.items())


def are_of(kinds: Sequence[str]) -> ColumnElement[bool]:
    """Lines of documents of these kinds; without sales among them they are found by an index of their own."""
    of_kind = lines.c.kind.in_(kinds)
    return of_kind if "sale" in kinds else and_(of_kind, text(f"lines.{NOT_SOLD}"))


def _count(tx: Connection, passes: ColumnElement[bool], keys: Sequence[Column[Any]]) -> int:
    if len(keys) == 1:
        return int(tx.execute(select(func.count(distinct(keys[0]))).where(passes)).scalar_one())
    each = select(*keys).where(passes).distinct().subquery()
    return int(tx.execute(select(func.count()).select_from(each)).scalar_one())
