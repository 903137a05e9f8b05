"""A JSON schema as rows to read. One rule: what the schema says, in words; nothing is known here beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
REF_PREFIX = "#/components/schemas/"
LARGEST_WORTH_SAYING = 10**12  # beyond, a limit is the machine's, not the reader's


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its path ("lines[].sku"), what it may be, whether it has to be there, what it means."""

    name: str
    kind: str
    is_required: bool
    meaning: str


def resolve(schema: Json, components: Json) -> Json:
    """The schema itself, wherever it is kept."""
    while "$ref" in schema:
        schema = components[schema["$ref"].removeprefix(REF_PREFIX)]
    return schema


def list_rows(schema: Json, components: Json, prefix: str = "") -> Iterator[Row]:
    """The fields of an object, those of the objects in it after each; of one of several kinds, those of all."""
    schema = resolve(schema, components)
    seen: set[str] = set()
    for number, choice in enumerate(schema.get("oneOf", [schema])):
        found = resolve(choice, components)
        for name, field in found.get("properties", {}).items():
            if name in seen:
                continue
            seen.add(name)
            plain = resolve(field, components)
            is_required = number == 0 and name in found.get("required", ())
            meaning = field.get("description") or ""
            yield Row(prefix + name, describe_kind(field, components), is_required, meaning)
            items = resolve(plain.get("items", {}), components)
            if "properties" in items:
                yield from list_rows(items, components, f"{prefix}{name}[].")
            elif "properties" in plain:
                yield from list_rows(plain, components, f"{prefix}{name}.")


def describe_kind(schema: Json, components: Json) -> str:
    """What a value may be, in a few words: "string (date)", "integer 1 … 200", "`my` or `team`"."""
    schema = resolve(schema, components)
    if "properties" in schema:
        return "object"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(describe_kind(choice, components) for choice in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {describe_kind(schema['items'], components)}"
    if kind == "object":
        return "object"
    return " ".join([str(kind), *_describe_limits(schema)])


def _describe_limits(schema: Json) -> Iterator[str]:
    if "format" in schema:
        yield f"({schema['format']})"
    if schema.get("maximum", LARGEST_WORTH_SAYING + 1) <= LARGEST_WORTH_SAYING:
        yield f"{schema.get('minimum', 0):,} … {schema['maximum']:,}"
    elif "minimum" in schema:
        yield f"from {schema['minimum']:,}"
    if "maxLength" in schema:
        yield f"up to {schema['maxLength']:,} characters"
    if schema.get("default") is not None:
        yield f"= {schema['default']}"
