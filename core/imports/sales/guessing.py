"""What a column likely is, by its name. One rule: a guess is shown to whoever sent the file, never just used."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

from core.errors import InvalidInput
from core.imports.plan import ImportOptions
from core.imports.reading.opening import open_file
from core.imports.sales.columns import find_column, squeeze
from core.imports.sales.fields import FIELDS
from core.imports.sales.presets import PRESETS
from core.imports.saved import SavedPreset
from core.text import fold, make_handle

# What else the fields of `core.imports.sales.fields` are called, the likeliest first.
ALIASES: dict[str, tuple[str, ...]] = {
    "order_id": (
        "order", "order no", "order number", "invoice no", "invoice number", "invoice", "bill no", "receipt no",
        "receipt", "transaction id", "sale id", "document no",
    ),
    "date": (
        "order date", "sale date", "invoice date", "transaction date", "sold at", "sold on", "bill date", "day",
        "date sold", "created at", "datetime",
    ),
    "sku": ("product id", "product code", "item code", "stock code", "article no", "code", "item id"),
    "product": ("product name", "item name", "item", "article", "description", "product title", "title"),
    "category": ("product category", "item category"),
    "quantity": ("qty", "units", "pieces", "quantity sold", "units sold", "nos", "pcs", "count"),
    "unit_price": ("price", "selling price", "price each", "rate", "price per unit", "mrp"),
    "amount": (
        "total", "line total", "total amount", "net amount", "sales", "revenue", "net", "net total", "sales amount",
        "total price", "total revenue", "value",
    ),
    "currency": ("currency code",),
    "discount_amount": ("discount value", "discount total"),
    "discount_percent": ("discount pct", "discount percentage", "disc percent"),
    "customer": ("customer name", "client", "client name", "buyer", "party name", "party"),
    "person": (
        "salesperson", "sales person", "salesman", "seller", "sold by", "sales rep", "employee", "cashier", "staff",
    ),
    "branch": ("store", "boutique", "outlet", "shop", "location", "store name"),
    "platform": ("channel", "sales channel", "marketplace", "sold via"),
    "coupon": ("coupon code", "promo code", "discount code"),
    "country": ("country region",),
    "pincode": ("postal code", "zip code", "zip", "postcode", "pin code"),
    "note": ("notes", "remarks", "comment", "comments"),
}  # fmt: skip


def guess_options(header: Sequence[str], saved: Sequence[SavedPreset]) -> tuple[ImportOptions, str | None]:
    """How a file of that header is read: as it was the last time, as a known export, else by what columns are called.

    With it what it is known as, if it is.
    """
    mark = mark_header(header)
    kept = next((one for one in saved if one.name.endswith(mark)), None)
    if kept is not None:
        return kept.options, kept.name
    for preset in PRESETS.values():
        if all(_find(header, preset.columns[name]) is not None for name in preset.required):
            return ImportOptions(preset=preset.name), preset.title
    return ImportOptions(mapping=guess_mapping(header, {}), create_missing=frozenset({"products", "customers"})), None


def complete_options(path: Path, options: ImportOptions, saved: Sequence[SavedPreset]) -> ImportOptions:
    """What was said of a file of sales, and for the rest what it is known as or its columns are called."""
    if options.preset is not None:
        return options
    header = open_file(path, options.encoding, options.delimiter, options.sheet).header
    guessed, known_as = guess_options(header, saved)
    if known_as is None:
        mapping = guess_mapping(header, options.mapping)
        is_guessed = not {"product", "sku"} & set(options.mapping) and {"product", "sku"} & set(mapping)
        makes = options.create_missing or (guessed.create_missing if is_guessed else frozenset())
        return replace(options, mapping=mapping, create_missing=makes)
    told = {one.name for one in fields(options) if getattr(options, one.name) != getattr(ImportOptions(), one.name)}
    said = {name: getattr(options, name) for name in told if name != "mapping"}
    return replace(guessed, **said, mapping={**guessed.mapping, **options.mapping})


def guess_mapping(header: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """The column of each field that is called by another of its names, none twice; what was said goes first."""
    taken = {squeeze(column) for column in said.values()}
    own = {name for name in FIELDS if _find(header, (name.replace("_", " "),)) is not None} - set(said)
    taken |= {squeeze(name) for name in own}
    guessed = dict(said)
    for name, others in ALIASES.items():
        if name in guessed or name in own:
            continue
        at = next((at for other in others if (at := _find(header, (other,))) is not None), None)
        if at is None and name == "discount_percent":  # only its sign tells "Discount %" from "Discount"
            at = next((at for at, column in enumerate(header) if "disc" in fold(column) and "%" in column), None)
        if at is not None and squeeze(header[at]) not in taken:
            guessed[name] = header[at]
            taken.add(squeeze(header[at]))
    return guessed


def mark_header(header: Sequence[str]) -> str:
    """What tells a header from others, short enough to end a preset's name with."""
    told = "\0".join(squeeze(name) for name in header)
    return f"-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def name_preset(file_name: str, header: Sequence[str]) -> str:
    """What the way a file is read is kept under, for the next one of the same header."""
    stem = make_handle(file_name.rpartition(".")[0] or file_name)[:30].replace("_", "-").strip("-")
    return f"{stem or 'file'}{mark_header(header)}"


def keep_for_next(options: ImportOptions) -> ImportOptions:
    """What of the way a file was read holds for the next: not which sheet, nor where and whose its sales were."""
    return replace(options, sheet=None, branch=None, person=None)


def _find(header: Sequence[str], names: Sequence[str]) -> int | None:
    try:
        return find_column(header, names)
    except InvalidInput:  # two columns are called so: it is for somebody to say which
        return None
