"""The amounts of a line, in both its currencies: whatever is added, taken off or divided is so in both, by one rule."""

from collections.abc import Callable, Sequence
from typing import Any

Line = dict[str, Any]
# A part of each amount there is of one kind; to the coin of that currency, None: of no coin.
Take = Callable[[Sequence[int], str | None], Sequence[int]]
_COUNTED = ("quantity_e3", "discount_e4", "amount_e4", "tax_e4", "round_off_e4")
_TOLD = ("discount_e4", "amount_e4")


def add_line(line: Line, other: Line, sign: int = 1) -> Line:
    """A line with the amounts of another put to its own; taken off them with -1."""
    cost, told, also = line["cost_e4"], line["foreign_amounts"], other["foreign_amounts"]
    return line | {
        **{name: line[name] + sign * other[name] for name in _COUNTED},
        "cost_e4": cost if cost is None else cost + sign * (other["cost_e4"] or 0),
        "taxes": _add_taxes(line["taxes"], other["taxes"], sign),
        "foreign_amounts": _add_told(told, also, sign) if told and also else told,
    }


def _add_told(told: Line, other: Line, sign: int) -> Line:
    sums = {name: told[name] + sign * other[name] for name in _TOLD}
    taxes = _add_taxes(told.get("taxes"), other.get("taxes"), sign)
    return told | sums | ({"taxes": taxes} if taxes else {})


def _add_taxes(first: dict[str, int] | None, second: dict[str, int] | None, sign: int) -> dict[str, int] | None:
    first, second = first or {}, second or {}
    return {name: first.get(name, 0) + sign * second.get(name, 0) for name in {**first, **second}} or None


def divide_lines(lines: Sequence[Line], currency: str, take: Take) -> list[Line]:
    """A part of each of some lines: what `take` makes of every amount of them all. `currency` is the company's own.

    The lines are those of one item: of one currency, and of costs all known or none.
    """
    divided: list[Line] = [{"quantity_e3": part} for part in take([line["quantity_e3"] for line in lines], None)]
    for name in (*_TOLD, "round_off_e4", "tax_e4"):
        _put(divided, name, take([line[name] for line in lines], currency))
    costs = [line["cost_e4"] for line in lines]
    _put(divided, "cost_e4", costs if None in costs else take(costs, None))
    taxes = _divide_taxes([line["taxes"] for line in lines], currency, take)
    told = _divide_told([line["foreign_amounts"] for line in lines], lines[0]["currency"], take)
    for part, its_taxes, its_told in zip(divided, taxes, told, strict=True):
        part.update({"taxes": its_taxes, "foreign_amounts": its_told})
        if its_taxes:
            part["tax_e4"] = sum(its_taxes.values())
    return [line | part for line, part in zip(lines, divided, strict=True)]


def _divide_told(told: Sequence[Line | None], currency: str, take: Take) -> list[Line | None]:
    known = [amounts for amounts in told if amounts]
    if len(known) < len(told):
        return list(told)
    divided = list(map(dict, known))
    for name in _TOLD:
        _put(divided, name, take([amounts[name] for amounts in known], currency))
    for part, taxes in zip(divided, _divide_taxes([one.get("taxes") for one in known], currency, take), strict=True):
        if taxes:
            part["taxes"] = taxes
    return list(divided)


def _divide_taxes(taxes: Sequence[dict[str, int] | None], currency: str, take: Take) -> list[dict[str, int] | None]:
    names = dict.fromkeys(name for each in taxes for name in each or ())
    divided: list[dict[str, int]] = [{} for _ in taxes]
    for name in names:
        _put(divided, name, take([(each or {}).get(name, 0) for each in taxes], currency))
    return [each or None for each in divided]


def _put(parts: Sequence[dict[str, Any]], name: str, values: Sequence[Any]) -> None:
    for part, value in zip(parts, values, strict=True):
        part[name] = value
