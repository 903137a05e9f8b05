"""What an export is narrowed to. One rule: a filter that an export does not have is refused by name, never ignored."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from core.access import Reach
from core.errors import Conflict
from core.periods import Period


@dataclass(frozen=True, slots=True)
class Wanted:
    """Every filter any list or report has; None or an empty tuple means everything, or what the list shows by itself.

    `where` pairs a dimension with a value, several of one dimension meaning any of them. `person` is a handle or name,
    `product_ids` are numbers, and `told` says in words what they are. `rank_by` is what a leaderboard goes by, `chart`
    a chart's name, `search` part of a product's name or code.
    """

    period: Period | None = None
    branch: str | None = None
    reach: Reach | None = None
    measures: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    window: str | None = None
    as_of: datetime | None = None
    limit: int | None = None
    rank_by: str | None = None
    chart: str | None = None
    person: str | None = None
    product_ids: tuple[int, ...] | None = None
    variant_id: int | None = None
    sku: str | None = None
    category: str | None = None
    platform: str | None = None
    coupon: str | None = None
    customer: str | None = None
    kinds: tuple[str, ...] = ()
    search: str | None = None
    is_low: bool = False
    told: tuple[str, ...] = ()


# What each filter is called where it is said: on the command line and over HTTP.
FILTER_NAMES = {
    "reach": "view",
    "product_ids": "product_id",
    "kinds": "kind",
    "is_low": "low",
    "rank_by": "measure",
    "told": "",
}


def require_known_filters(name: str, takes: Collection[str], wanted: Wanted) -> None:
    """Raise Conflict naming a filter that is set and that the export `name` does not take."""
    for one in fields(wanted):
        if one.name != "told" and one.name not in takes and getattr(wanted, one.name) not in (None, (), False):
            said = FILTER_NAMES.get(one.name, one.name)
            known = ", ".join(FILTER_NAMES.get(each, each) for each in sorted(takes))
            raise Conflict(f"The export {name} has no filter “{said}”.", field=said, hint=known)
