"""The page about the architecture, taken at its word. One rule: its entries are run, its files are there."""

import ast
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot import commands
from core.access import Scope
from core.errors import InvalidInput
from core.imports import presets
from core.imports.columns import resolve_layout
from core.metrics import Question, ask, dimensions, measures, plan
from core.models import rollups
from core.models.columns import metadata
from core.periods import Period, month_of
from tests.shop import Shop

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TODAY = date(2026, 7, 22)
A_FRIDAY, A_MONDAY = date(2026, 7, 17), date(2026, 7, 20)
EVER = Period(date(2026, 1, 1), date(2027, 1, 1))


def make_entry(name: str, module: Any) -> Any:
    """The entry the page shows, made inside its module; what stands before it is run first."""
    code = PAGE.split(f"<!-- tried: {name} -->\n\n```python\n")[1].split("```")[0]
    parsed, names = ast.parse(code), dict(vars(module))
    entry = parsed.body.pop()
    assert isinstance(entry, ast.Expr)
    exec(compile(parsed, name, "exec"), names)
    return eval(compile(ast.Expression(entry.value), name, "eval"), names)


def sell_on(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2, day=A_FRIDAY, customer="Jane")
    shop.sell(tx, shop.bob, 2, day=A_MONDAY, customer="jane")
    shop.sell(tx, shop.dana, 2, day=A_MONDAY, customer="Omar")


def test_it_adds_a_measure(tx: Connection, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("measure", measures)
    monkeypatch.setitem(measures.MEASURES, entry.name, entry)
    sell_on(tx, shop)
    answer = ask(tx, shop.alice, Question((entry.name,), EVER, by=("person",)))
    assert [(row.labels, row.values[entry.name]) for row in answer.rows] == [(("Bob",), 999_600), (("Dana",), 499_800)]
    assert answer.totals[entry.name] == 749_700


def test_it_adds_a_dimension(tx: Connection, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("dimension", dimensions)
    monkeypatch.setitem(dimensions.DIMENSIONS, entry.name, entry)
    sell_on(tx, shop)
    answer = ask(tx, shop.alice, Question(("orders",), EVER, by=("weekday",)))
    assert [(row.labels, row.values["orders"]) for row in answer.rows] == [(("2 monday",), 2), (("6 friday",), 1)]
    only = ask(tx, shop.alice, Question(("orders",), EVER, where=(("weekday", "Friday"),)))
    assert only.totals["orders"] == 1
    with pytest.raises(InvalidInput, match="someday"):
        ask(tx, shop.alice, Question(("orders",), EVER, where=(("weekday", "someday"),)))


def test_it_adds_a_command(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("command", commands)
    monkeypatch.setitem(commands.COMMANDS, entry.name, entry)
    assert commands.list_commands(shop.bob)[-1] is entry
    assert ("best", "who sold most") in commands.list_menu(shop.bob.role, is_group=True)


def test_it_adds_a_preset() -> None:
    entry = make_entry("preset", presets)
    header = ("Receipt No", "Business Date", "Till", "Article", "Pieces", "Net Total")
    layout = resolve_layout(header, entry, {})
    assert layout.fields == {"order_id": 0, "date": 1, "product": 3, "quantity": 4, "amount": 5}
    assert [column.name for column in layout.custom] == ["till"]
    assert layout.unused == ()


def test_it_adds_a_rollup_that_the_planner_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("rollup", rollups)
    metadata.remove(entry.table)
    monkeypatch.setattr(plan, "ROLLUPS", (*rollups.ROLLUPS, entry))
    by = tuple(dimensions.DIMENSIONS[name] for name in ("product", "person"))
    parts = plan.plan_question(
        measures.list_measured(("units",)), by, Scope(1, None, None), month_of(TODAY), in_the_past=False
    )
    assert plan.name_source(parts) == entry.name


def test_it_names_files_that_are_there() -> None:
    named = set(re.findall(r"`((?:bot|api|core|tests|docs)/[\w/.]*|pyproject\.toml)`", PAGE))
    assert len(named) > 40
    assert [one for one in named if not (ROOT / one).exists()] == []
