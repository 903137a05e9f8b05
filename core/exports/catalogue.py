"""The table of exports. One rule: one entry is one list or report as a file, by chat, API and command line."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.errors import NotFound
from core.exports.answers import (
    answer_question,
    list_customers,
    report_leaderboard,
    report_team,
)
from core.exports.dashboards import report_cards, report_chart
from core.exports.ledger import list_returns, list_sales
from core.exports.lists import report_goals, report_products, report_stock
from core.exports.report import Report
from core.exports.wanted import Wanted, require_known_filters
from core.text import fold

Build = Callable[[Connection, Viewer, Wanted], Report]


@dataclass(frozen=True, slots=True)
class Export:
    """A list or report: what it is called, what is in it, which filters it takes, and how it is made.

    `build` raises what the list itself raises: whoever may not see it may not export it.
    """

    name: str
    about: str
    takes: frozenset[str]
    build: Build


_SCOPE = {"branch", "reach"}
_LEDGER = {
    "period",
    "person",
    "product_ids",
    "variant_id",
    "sku",
    "category",
    "platform",
    "coupon",
    "customer",
    "kinds",
    "as_of",
    *_SCOPE,
}

EXPORTS: dict[str, Export] = {
    one.name: one
    for one in (
        Export("sales", "the documents, line by line; can be imported again", frozenset(_LEDGER), list_sales),
        Export("returns", "what came back, line by line", frozenset(_LEDGER), list_returns),
        Export(
            "question",
            "any measures by any dimensions, with totals",
            frozenset({"measures", "by", "where", "period", "window", "as_of", "limit", *_SCOPE}),
            answer_question,
        ),
        Export("leaderboard", "who sold most", frozenset({"period", "rank_by", "branch"}), report_leaderboard),
        Export("team", "everybody against their target", frozenset({"period", "branch"}), report_team),
        Export("cards", "the figures of one's dashboard", frozenset({"period", "where", *_SCOPE}), report_cards),
        Export(
            "chart",
            "one chart of the dashboard",
            frozenset({"chart", "period", "where", "limit", *_SCOPE}),
            report_chart,
        ),
        Export("goals", "how far the goals are", frozenset({"period", "person", "branch"}), report_goals),
        Export("stock", "what is there", frozenset({"search", "is_low", "branch"}), report_stock),
        Export("products", "the catalogue", frozenset({"search"}), report_products),
        Export(
            "customers",
            "what each customer bought",
            frozenset({"period", "where", "as_of", "limit", *_SCOPE}),
            list_customers,
        ),
    )
}


def find_export(name: str) -> Export:
    """The export of that name; NotFound lists those there are."""
    found = EXPORTS.get(fold(name))
    if found is None:
        raise NotFound(f"There is no export “{name}”.", field="name", hint=", ".join(EXPORTS))
    return found


def build_report(tx: Connection, viewer: Viewer, name: str, wanted: Wanted) -> Report:
    """The report of that name, as far as the viewer sees. Conflict names a filter that it does not have."""
    export = find_export(name)
    require_known_filters(export.name, export.takes, wanted)
    return export.build(tx, viewer, wanted)
