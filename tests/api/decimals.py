"""How many decimals a number may have, for schemathesis: the document says it beside the schema, as `x-decimals`."""

from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:
    """Have only such numbers made up as the API takes."""
    _count_in_steps(raw_schema)


def _count_in_steps(part: Any) -> None:
    if isinstance(part, dict):
        if "x-decimals" in part:
            part["multipleOf"] = 10 ** -part["x-decimals"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _count_in_steps(inner)
