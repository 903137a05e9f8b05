"""Exports in chat. One rule: core makes the file; here the words are read as the list's own command reads them."""

from sqlalchemy.engine import Connection

from bot.handlers.products import find_products_named
from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.exports import ExportWords, Vocabulary, parse_export
from bot.turn import Reply, Turn
from bot.views.exports import show_export, show_exports
from core.access import Viewer
from core.exports import Wanted, export_file, find_format
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import MEASURES

_VOCABULARY = Vocabulary(MEASURES, DIMENSIONS)


def answer_export(tx: Connection, turn: Turn) -> Reply:
    """/export: a list or report as a file; alone, what there is."""
    if not turn.words.strip():
        return show_exports()
    with hinting_with("export"):
        said = parse_export(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar, _VOCABULARY)
    wanted = _find_wanted(tx, turn.viewer, said)
    # People open a CSV with a spreadsheet, which needs the mark to read it as UTF-8.
    return show_export(export_file(tx, turn.viewer, said.name, wanted, find_format(said.format), has_mark=True))


def _find_wanted(tx: Connection, viewer: Viewer, said: ExportWords) -> Wanted:
    log = said.log
    products = find_products_named(tx, viewer, log.product_words) if log and log.product_words else ()
    handle = log.handle if log else said.handle
    return Wanted(
        period=said.period,
        measures=said.measures,
        by=said.by,
        where=said.where,
        rank_by=said.rank_by,
        chart=said.chart,
        person=f"@{handle}" if handle else None,
        product_ids=tuple(one.id for one in products) or None,
        platform=log.platform if log else None,
        coupon=log.coupon if log else None,
        customer=log.customer if log else None,
        kinds=(log.kind,) if log and log.kind else (),
        search=said.search,
        is_low=said.is_low,
        told=tuple(one.name for one in products),
    )
