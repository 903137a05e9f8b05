"""Variants: the sizes and colours of a product. One rule: one that was ever sold is retired, never deleted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.catalog.costs import keep_former_cost
from core.catalog.products import get_product
from core.errors import Code, Conflict, InvalidInput, NotFound
from core.models.catalog import variants
from core.money import LARGEST_E4
from core.text import clean_name, fold


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant. Without a code, price or cost (ten-thousandths) of its own, the product's count."""

    id: int
    product_id: int
    name: str
    sku: str | None
    price_e4: int | None
    cost_e4: int | None
    is_active: bool


class VariantChanges(TypedDict, total=False):
    """What may change of a variant: a key that is missing stays, None gives way to the product's."""

    name: str
    sku: str | None
    price_e4: int | None
    cost_e4: int | None


_COLUMNS = (
    variants.c.id,
    variants.c.product_id,
    variants.c.name,
    variants.c.sku,
    variants.c.price_e4,
    variants.c.cost_e4,
    variants.c.is_active,
)


def read_variants(tx: Connection, company_id: int, ids: Iterable[int]) -> dict[int, Variant]:
    """The company's variants of those numbers, retired ones too, with their cost: for recording, not for showing."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = tx.execute(select(*_COLUMNS).where(variants.c.company_id == company_id, variants.c.id.in_(wanted)))
    return {row.id: Variant(*row) for row in rows}


def list_variants(tx: Connection, viewer: Viewer, product_id: int, *, retired: bool = False) -> tuple[Variant, ...]:
    """A product's variants by name, retired ones too where wanted; without the cost for who may not see it."""
    get_product(tx, viewer, product_id)
    own = variants.c.company_id == viewer.company.id, variants.c.product_id == product_id
    rows = tx.execute(select(*_COLUMNS).where(*own).order_by(variants.c.name, variants.c.id))
    return tuple(_conceal(viewer, Variant(*row)) for row in rows if retired or row.is_active)


def has_variants(tx: Connection, company_id: int) -> bool:
    """Whether any product of the company comes in variants."""
    return tx.execute(select(variants.c.id).where(variants.c.company_id == company_id).limit(1)).first() is not None


def find_variants_by_sku(tx: Connection, company_id: int, sku: str) -> tuple[Variant, ...]:
    """The active variants with that code of their own, whatever its case."""
    own = variants.c.company_id == company_id, variants.c.is_active, variants.c.sku.in_([sku, sku.upper()])
    return tuple(Variant(*row) for row in tx.execute(select(*_COLUMNS).where(*own).order_by(variants.c.id)))


def get_variant(tx: Connection, viewer: Viewer, variant_id: int) -> Variant:
    """One variant, retired or not; NotFound names `variant_id`."""
    found = read_variants(tx, viewer.company.id, [variant_id]).get(variant_id)
    if found is None:
        raise NotFound(f"There is no variant number {variant_id}.", field="variant_id")
    return _conceal(viewer, found)


def add_variant(
    tx: Connection,
    viewer: Viewer,
    product_id: int,
    name: str,
    *,
    sku: str | None = None,
    price_e4: int | None = None,
    cost_e4: int | None = None,
) -> Variant:
    """A new variant; one of that name that was retired is taken up again. Raises NotAllowed, InvalidInput, Conflict."""
    viewer.require(Permission.MANAGE_CATALOG)
    kept = _check({"name": name, "sku": sku, "price_e4": price_e4, "cost_e4": cost_e4})
    same = _find_of_name(tx, viewer, product_id, kept["name"])
    if same is not None and same.is_active:
        raise _refuse_taken(same.name)
    if same is not None:
        return _write(tx, viewer, same.id, kept | {"is_active": True})
    row = {"company_id": viewer.company.id, "product_id": product_id, "is_active": True, **kept}
    return get_variant(tx, viewer, tx.execute(insert(variants).returning(variants.c.id), row).scalar_one())


def change_variant(tx: Connection, viewer: Viewer, variant_id: int, **changes: Unpack[VariantChanges]) -> Variant:
    """Change what is given; sales recorded keep their price. Raises NotAllowed, NotFound, InvalidInput, Conflict."""
    viewer.require(Permission.MANAGE_CATALOG)
    variant = get_variant(tx, viewer, variant_id)
    kept = _check(dict(changes))
    if "name" in kept:
        same = _find_of_name(tx, viewer, variant.product_id, kept["name"])
        if same is not None and same.id != variant.id:
            raise _refuse_taken(same.name)
    if "cost_e4" in kept:
        before_e4 = read_variants(tx, viewer.company.id, [variant.id])[variant.id].cost_e4
        keep_former_cost(tx, viewer.company, (variant.product_id, variant.id), before_e4, kept)
    return _write(tx, viewer, variant.id, kept) if kept else variant


def retire_variant(tx: Connection, viewer: Viewer, variant_id: int) -> Variant:
    """It can no longer be sold; sales keep naming it (edge case 2 of the transactions document)."""
    viewer.require(Permission.MANAGE_CATALOG)
    return _write(tx, viewer, get_variant(tx, viewer, variant_id).id, {"is_active": False})


def _write(tx: Connection, viewer: Viewer, variant_id: int, values: dict[str, Any]) -> Variant:
    tx.execute(update(variants).where(variants.c.id == variant_id).values(**values))
    return get_variant(tx, viewer, variant_id)


def _find_of_name(tx: Connection, viewer: Viewer, product_id: int, name: str) -> Variant | None:
    known = list_variants(tx, viewer, product_id, retired=True)
    return next((variant for variant in known if fold(variant.name) == fold(name)), None)


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """What is to be written, cleaned; InvalidInput names the field."""
    if "name" in values:
        values["name"] = clean_name(values["name"], "name", 200)
    if values.get("sku") is not None:
        values["sku"] = clean_name(values["sku"], "sku", 100)
    for field in ("price_e4", "cost_e4"):
        amount = values.get(field)
        if amount is not None and not 0 <= amount <= LARGEST_E4:
            name = field.removesuffix("_e4")
            raise InvalidInput(f"A {name} is zero or more.", field=name, hint="24.99")
    return values


def _conceal(viewer: Viewer, variant: Variant) -> Variant:
    return variant if viewer.may(Permission.SEE_PROFIT) else replace(variant, cost_e4=None)


def _refuse_taken(name: str) -> Conflict:
    return Conflict(f"There is a variant “{name}” already.", field="name", hint=f"{name} 2", code=Code.DUPLICATE)
