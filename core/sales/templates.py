"""Sales somebody makes often, under a name. One rule: a template is one's own, and never hides a product."""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.catalog.products import Product, list_products
from core.errors import Conflict, InvalidInput, NotFound
from core.models.sales import templates
from core.text import clean_note, fold

LONGEST_NAME = 40
LONGEST_WORDS = 1000
MOST_TEMPLATES = 50
_NAME = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True, slots=True)
class Template:
    """A name, and the words that tell the sale."""

    name: str
    words: str


def save_template(tx: Connection, viewer: Viewer, name: str, words: str) -> Template:
    """Keep words under a name, in place of those it had. Whoever calls has understood them.

    Raises InvalidInput for a name that is none, Conflict for one that is a product's or one too many.
    """
    viewer.require(Permission.RECORD_SALE)
    kept = Template(_clean_template_name(name), clean_note(words, "template", LONGEST_WORDS))
    hidden = find_product_called(tx, viewer, kept.name)
    if hidden is not None:
        raise Conflict(
            f"“{kept.name}” is how {hidden.name} ({hidden.sku}) is called, and a product comes first.",
            field=kept.name,
            hint=f"/template my-{kept.name} {words}"[:200],
        )
    change = update(templates).where(_is_named(viewer, kept.name)).values(words=kept.words)
    if tx.execute(change).rowcount == 0:
        _require_room(tx, viewer)
        row = {"company_id": viewer.company.id, "person_id": viewer.person_id, "name": kept.name, "words": kept.words}
        tx.execute(insert(templates), row)
    return kept


def _clean_template_name(name: str) -> str:
    folded = fold(name)
    if not _NAME.fullmatch(folded) or len(folded) > LONGEST_NAME or folded in ("off", "sold"):
        raise InvalidInput(
            f"“{name[:60]}” is no name for a template: one word that begins with a letter.",
            field=name[:60],
            hint="/template usual 2 SOL-3077",
        )
    return folded


def _require_room(tx: Connection, viewer: Viewer) -> None:
    count = tx.execute(select(func.count()).select_from(templates).where(_is_own(viewer))).scalar_one()
    if count >= MOST_TEMPLATES:
        raise Conflict(f"You have {count} templates already. Drop one first.", field="template", hint="/template")


def find_template(tx: Connection, viewer: Viewer, name: str) -> Template | None:
    """The viewer's template of that name, whatever its case; None where a product is called so."""
    words = tx.execute(select(templates.c.words).where(_is_named(viewer, fold(name)))).scalar()
    if words is None or find_product_called(tx, viewer, fold(name)) is not None:
        return None
    return Template(fold(name), words)


def find_product_called(tx: Connection, viewer: Viewer, name: str) -> Product | None:
    """An active product whose code is that, or whose name begins with that word."""
    for product in list_products(tx, viewer, search=name, limit=500):
        if fold(product.sku) == name or fold(product.name).split()[0] == name:
            return product
    return None


def drop_template(tx: Connection, viewer: Viewer, name: str) -> None:
    """Forget a template. NotFound names it."""
    if tx.execute(delete(templates).where(_is_named(viewer, fold(name)))).rowcount == 0:
        raise NotFound(f"You have no template “{name}”.", field=name, hint="/template")


def list_templates(tx: Connection, viewer: Viewer) -> tuple[Template, ...]:
    """The viewer's own, by name."""
    query = select(templates.c.name, templates.c.words).where(_is_own(viewer)).order_by(templates.c.name)
    return tuple(Template(*row) for row in tx.execute(query))


def _is_own(viewer: Viewer) -> ColumnElement[bool]:
    return and_(templates.c.company_id == viewer.company.id, templates.c.person_id == viewer.person_id)


def _is_named(viewer: Viewer, name: str) -> ColumnElement[bool]:
    return and_(_is_own(viewer), templates.c.name == name)
