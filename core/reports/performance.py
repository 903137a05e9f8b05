"""The performance page: products, categories, and what they come to. One rule: what `ask` counts, put side by side."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.metrics.measures import Value
from core.people.members import find_seen_person
from core.reports.analytics import (
    COUNTED,
    Narrowed,
    ProductFigures,
    ask_narrowed,
    list_measures,
    list_product_figures,
)
from core.sales.log import LogFilter, list_documents

SUMMARY = ("revenue", "units", "orders", "customers", "average_order_value")


@dataclass(frozen=True, slots=True)
class CategoryFigures:
    """What was sold of a category; `name` None is what has none. Amounts e4, quantity e3."""

    name: str | None
    units_e3: int
    revenue_e4: int
    profit_e4: int | None


@dataclass(frozen=True, slots=True)
class Performance:
    """What was sold, in all, of each product and of each category. `totals` are None where one may not see them."""

    totals: dict[str, Value]
    products: tuple[ProductFigures, ...]
    categories: tuple[CategoryFigures, ...]
    last_sale_id: int | None
    last_sold_at: datetime | None
    currency: str


def read_performance(tx: Connection, viewer: Viewer, narrowed: Narrowed) -> Performance:
    """The performance of what the viewer may see. Raises as `ask` does."""
    totals = ask_narrowed(tx, viewer, narrowed, list_measures(viewer, SUMMARY)).totals
    of_categories = ask_narrowed(tx, viewer, narrowed, list_measures(viewer, ("revenue", "units")), "category").rows
    last = list_documents(tx, viewer, narrow_log(tx, viewer, narrowed), limit=1).entries
    return Performance(
        totals,
        list_product_figures(tx, viewer, narrowed),
        tuple(
            CategoryFigures(
                row.labels[0],
                int(row.values["units"] or 0),
                int(row.values["revenue"] or 0),
                int(row.values["profit"] or 0) if "profit" in row.values else None,
            )
            for row in of_categories
            if row.values["units"] or row.values["revenue"]
        ),
        last[0].document_id if last else None,
        last[0].sold_at if last else None,
        viewer.company.currency,
    )


def narrow_log(tx: Connection, viewer: Viewer, narrowed: Narrowed) -> LogFilter:
    """The filter of a list of just what is counted; it finds nothing for a code that is not there."""
    return LogFilter(
        period=narrowed.period,
        platform=narrowed.platform,
        person_id=find_seen_person(tx, viewer, narrowed.person).id if narrowed.person else None,
        kinds=COUNTED,
        branch=narrowed.branch,
        as_of=narrowed.as_of,
        category=narrowed.category,
        sku=narrowed.sku,
    )
