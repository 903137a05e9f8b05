"""Products named in chat. One rule: of several that could be meant, a person chooses."""

import re
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from bot.parsing.beside import is_like_a_person, strip_idle
from bot.parsing.refusals import Doubtful
from core.access import Viewer
from core.catalog.products import Product, get_product
from core.catalog.search import PartMatch, ProductMatch, find_part, find_products
from core.catalog.variants import Variant, find_variants_by_sku, has_variants, list_variants
from core.errors import InvalidInput, NotFound
from core.text import fold

_NUMBER_INSIDE = re.compile(r"\s\d+\s")


class WordsLeft(Doubtful):
    """Words stand beside a product's name that are none of it: `rest`; `found` is what the name alone may be."""

    def __init__(self, named: str, rest: str, found: tuple[Product, ...], variant_id: int | None) -> None:
        name = f"the name “{found[0].name}”" if len(found) == 1 else f"what is called “{named}”"
        options = (f"to {rest}",) if is_like_a_person(rest) else ()
        super().__init__(f"“{rest}” is no part of {name}.", field=rest, hint=found[0].sku, options=options)
        self.rest = rest
        self.found = found
        self.variant_id = variant_id


class UnknownProduct(NotFound):
    """Words that are no product's name, nor near one's: `field`."""


class NotSure(InvalidInput):
    """Words that may be a product's name, or nearly: who wrote them has to say so."""

    def __init__(self, words: str, found: tuple[Product, ...]) -> None:
        super().__init__(f"I am not sure that “{words}” is {found[0].name}.", field=words, hint=found[0].sku)
        self.found = found


def find_products_named(tx: Connection, viewer: Viewer, words: str) -> tuple[Product, ...]:
    """The one product meant, else all that could be; NotFound names the words.

    Raises WordsLeft where words stand beside the name, and NotSure where there is no more than a likeness.
    """
    return _choose(tx, viewer, find_products(tx, viewer, words), words)[0]


def _choose(tx: Connection, viewer: Viewer, match: ProductMatch, words: str) -> tuple[tuple[Product, ...], int | None]:
    if match.is_whole:
        return _list_meant(match), None
    part = find_part(tx, viewer, words)
    if part is not None:
        return _choose_part(tx, viewer, part)
    if not match.candidates:
        raise UnknownProduct(f"I know no product like “{words}”.{_advise(words)}", field=words, hint="/stock")
    if len(match.candidates) == 1:
        raise NotSure(words, match.candidates)
    return match.candidates, None


def _list_meant(match: ProductMatch) -> tuple[Product, ...]:
    return match.candidates[:1] if match.is_sure else match.candidates


def _choose_part(tx: Connection, viewer: Viewer, part: PartMatch) -> tuple[tuple[Product, ...], int | None]:
    """The product that a part of the words names, its variant where the others say one; nothing else may be left."""
    found, variant_id = _list_meant(part.match), None
    left = [strip_idle(words) for words in (part.before, part.after)]
    if len(found) == 1 and any(left) and has_variants(tx, viewer.company.id):
        left, variant_id = _take_variant(list_variants(tx, viewer, found[0].id), left)
    rest = next(filter(None, left), "")
    if rest:
        raise WordsLeft(part.named, rest, found, variant_id)
    return found, variant_id


def _take_variant(variants: Sequence[Variant], left: list[str]) -> tuple[list[str], int | None]:
    """What is left of the words before and after a product's name without its variant's, and the variant."""
    before, after = left
    for variant in variants:
        name = fold(variant.name)
        if fold(before).endswith(name):
            return [strip_idle(before[: len(before) - len(variant.name)]), after], variant.id
        if fold(after).startswith(name):
            return [before, strip_idle(after[len(variant.name) :])], variant.id
    return left, None


def find_item_named(tx: Connection, viewer: Viewer, words: str) -> tuple[tuple[Product, ...], int | None]:
    """The product meant, or all that could be, and the number of its variant where one is named.

    A variant is named by a code of its own, or beside its product: "shirt large". Raises as `find_products_named`.
    """
    known = find_products(tx, viewer, words)
    is_code = known.is_sure and fold(known.candidates[0].sku) == fold(words)
    if is_code or not has_variants(tx, viewer.company.id):
        return _choose(tx, viewer, known, words)
    for variant in find_variants_by_sku(tx, viewer.company.id, words.strip()):
        return (get_product(tx, viewer, variant.product_id),), variant.id
    parts = words.split()
    for cut in range(len(parts) - 1, 0, -1):
        named = find_products(tx, viewer, " ".join(parts[:cut]))
        wanted = fold(" ".join(parts[cut:]))
        for product in named.candidates[:1] if named.is_sure else ():
            for variant in list_variants(tx, viewer, product.id):
                if fold(variant.name) == wanted:
                    return (product,), variant.id
    return _choose(tx, viewer, known, words)


def _advise(words: str) -> str:
    """A number inside of what was taken for one name: it may have been meant for several."""
    return " Several products go on a line each, or between commas." if _NUMBER_INSIDE.search(words) else ""


def find_one_product(tx: Connection, viewer: Viewer, words: str, example: str) -> Product:
    """The product meant; `example` is a message with {sku} in it that would have been clear."""
    found = find_products_named(tx, viewer, words)
    if len(found) > 1:
        names = ", ".join(product.sku for product in found)
        raise InvalidInput(
            f"“{words}” could be several products: {names}. Use the code.",
            field=words,
            hint=example.format(sku=found[0].sku),
        )
    return found[0]
