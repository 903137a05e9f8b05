"""What words and choices add to a sale being told step by step. One rule: what is not clear is refused by name."""

import re
from dataclasses import replace
from typing import NoReturn

from sqlalchemy.engine import Connection

from bot.handlers.products import find_item_named
from bot.handlers.reading import read_settings
from bot.handlers.sales import ProductUnclear, read_told_sale
from bot.parsing.dialogue import PRODUCT, VARIANT, Telling, change_by_words
from bot.parsing.numbers import NUMBER
from bot.parsing.sentences import is_sale_sentence
from bot.turn import Turn
from core.access import Viewer
from core.catalog.products import Product, list_products, read_products_by_sku
from core.catalog.variants import list_variants
from core.errors import InvalidInput, NotFound
from core.money import E3
from core.sales.commands import SaleLine, SaleTerms
from core.sales.repeating import list_favourites

MOST_FAVOURITES = 6
_COUNTED = re.compile(rf"({NUMBER})\s*[x×]?\s+(?=\S)")


def answer_in_words(tx: Connection, turn: Turn, telling: Telling) -> Telling:
    """What somebody wrote, as the answer to the step they are at. Raises SalesbellError naming what is at fault."""
    if telling.step != PRODUCT:
        return change_by_words(telling, turn.words, read_settings(turn.viewer))
    if is_sale_sentence(turn.words) or _COUNTED.match(turn.words.strip()):
        return tell_more(telling, read_sale_words(tx, turn.viewer, turn.words))
    found, variant_id = find_item_named(tx, turn.viewer, turn.words.strip())
    if len(found) > 1:
        _refuse_unclear(turn.words.strip(), found)
    return add_product_to(tx, turn.viewer, telling, found[0], variant_id)


def answer_by_choice(tx: Connection, turn: Turn, telling: Telling) -> Telling:
    """The first line of a choice is the product's code."""
    sku = turn.words.partition("\n")[0].strip()
    found = read_products_by_sku(tx, turn.viewer.company.id, sku)
    if not found:
        raise NotFound(f"There is no product “{sku[:60]}” any more.", field=sku[:60])
    return add_product_to(tx, turn.viewer, telling, found[0])


def add_product_to(
    tx: Connection, viewer: Viewer, telling: Telling, product: Product, variant_id: int | None = None
) -> Telling:
    """One of it, and what has to be asked next: which variant, or its price where no list says it."""
    added = telling.add_lines((SaleLine(E3, product.id, variant_id=variant_id),))
    if variant_id is None and list_variants(tx, viewer, product.id):
        return replace(added, step=VARIANT)
    return added


def read_sale_words(tx: Connection, viewer: Viewer, words: str) -> SaleTerms:
    """A sale told in words, as far as the steps can show it; the rest is told in words alone."""
    try:
        terms = read_told_sale(tx, viewer, words, {})
    except ProductUnclear as unclear:
        _refuse_unclear(unclear.words, unclear.candidates)
    require_steps(viewer, terms, words)
    return terms


def require_steps(viewer: Viewer, terms: SaleTerms, words: str) -> None:
    """InvalidInput for a sale of which the steps cannot show everything."""
    if (
        terms.currency
        or terms.taxes
        or terms.shares
        or terms.guest_at
        or terms.person_id not in (None, viewer.person_id)
    ):
        raise InvalidInput(
            "Taxes, shares, other people's sales and other currencies are told in words.",
            field="sale",
            hint=f"/sale {words.strip()}"[:200],
        )


def _refuse_unclear(words: str, candidates: tuple[Product, ...]) -> NoReturn:
    skus = ", ".join(product.sku for product in candidates)
    raise InvalidInput(f"“{words}” could be {skus}.", field=words, hint=candidates[0].sku)


def tell_more(telling: Telling, terms: SaleTerms) -> Telling:
    """With what was told in words; what they do not say stays."""
    told = telling.add_lines(terms.lines)
    names = ("discount", "platform", "coupon", "customer", "day", "note")
    said = {name: getattr(terms, name) for name in names if getattr(terms, name) is not None}
    return replace(told, **said)


def find_favourites(tx: Connection, viewer: Viewer) -> tuple[Product, ...]:
    """What one sells most; until one has sold anything, what there is."""
    found = [
        product
        for sku in list_favourites(tx, viewer, MOST_FAVOURITES)
        for product in read_products_by_sku(tx, viewer.company.id, sku)[:1]
    ]
    return tuple(found) or list_products(tx, viewer, limit=MOST_FAVOURITES)
