"""The log of what was sold. One rule: a page is asked for anew, in the words of the message it answers."""

import re
from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.handlers.figures import name_branch
from bot.handlers.products import find_products_named
from bot.handlers.reading import hinting_with, read_settings
from bot.handlers.sales import read_number
from bot.parsing.filters import LogFilter as LogWords
from bot.parsing.filters import parse_log_filter
from bot.turn import Reply, Turn, strip_command
from bot.views.figures import show_period
from bot.views.receipt import show_receipt
from bot.views.sales import show_log
from core.access import Permission, Viewer
from core.catalog.products import Product
from core.errors import InvalidInput, NotFound
from core.people.members import Person, find_seen_person, tell_departure
from core.sales.log import LogFilter, list_documents
from core.sales.receipt import read_receipt

PAGE = 8
_NUMBER = re.compile(r"#(\d{1,18})", re.ASCII)


def answer_log(tx: Connection, turn: Turn) -> Reply:
    """/sales: the log, narrowed by words; `#923`: that receipt with its buttons."""
    named = _NUMBER.fullmatch(turn.words.strip())
    if named is not None:
        return show_receipt(read_receipt(tx, turn.viewer, int(named[1])), in_group=turn.is_group)
    return _show_page(tx, turn, turn.words, 1)


def open_receipt(tx: Connection, turn: Turn) -> Reply:
    """A number's button under the log: its receipt, in a message of its own."""
    receipt = read_receipt(tx, turn.viewer, read_number(turn))
    return replace(show_receipt(receipt, in_group=turn.is_group), posts=True)


def turn_page(tx: Connection, turn: Turn) -> Reply:
    """The Older and Newer buttons: the words are those of the message the log answers."""
    if turn.prompt_text is None:
        raise NotFound("I can no longer see what was asked. Please send /sales again.", field="page", hint="/sales")
    if not (turn.words.isdecimal() and len(turn.words) < 10):
        raise InvalidInput("That button is too old.", field="page", hint="/sales")
    return _show_page(tx, turn, strip_command(turn.prompt_text), int(turn.words), edits_pressed=True)


def _show_page(tx: Connection, turn: Turn, words: str, page: int, *, edits_pressed: bool = False) -> Reply:
    viewer = turn.viewer
    with hinting_with("sales"):
        said = parse_log_filter(words, read_settings(viewer), viewer.company.calendar)
    person = find_seen_person(tx, viewer, f"@{said.handle}") if said.handle else None
    products: tuple[Product, ...] = ()
    if said.product_words and person:
        products = find_products_named(tx, viewer, said.product_words)
    elif said.product_words:
        products, person = _find_named(tx, viewer, said.product_words)
    wanted = LogFilter(
        period=said.period,
        product_ids=tuple(one.id for one in products) or None,
        platform=said.platform,
        coupon=said.coupon,
        customer=said.customer,
        kinds=(said.kind,) if said.kind else (),
        person_id=person.id if person else None,
    )
    title = _title(viewer, said, name_branch(tx, viewer), person, products)
    names_people = person is None and viewer.may(Permission.SEE_TEAM)
    found = list_documents(tx, viewer, wanted, page, PAGE)
    return show_log(found, title, names_people=names_people, edits_pressed=edits_pressed)


def _find_named(tx: Connection, viewer: Viewer, words: str) -> tuple[tuple[Product, ...], Person | None]:
    """The products that words name; else the person, as somebody forgets the @. NotFound where they name neither."""
    try:
        return find_products_named(tx, viewer, words), None
    except NotFound as error:
        try:
            return (), find_seen_person(tx, viewer, words)
        except (NotFound, InvalidInput):
            raise NotFound(f"I know no product or person like “{words}”.", field=words, hint="/stock") from error


def _title(
    viewer: Viewer, said: LogWords, branch: str | None, person: Person | None, products: tuple[Product, ...]
) -> str:
    """What the log was narrowed to, as it was understood."""
    period = show_period(said.period) if said.period else ""
    names = " or ".join(one.name for one in products)
    coupon = f"#{said.coupon}" if said.coupon else ""
    who = (
        f"{person.name} ({tell_departure(viewer, person)})"
        if person and not person.is_active
        else person and person.name
    )
    parts = (branch, who, period, names, said.platform, coupon, said.customer, said.kind)
    return " · ".join(["Sales", *(part for part in parts if part)])
