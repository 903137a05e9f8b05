"""The page about the architecture, taken at its word. One rule: its entries are run, its files are there."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import structlog
import time_machine
from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from bot import commands, scheduler
from bot.handlers import load_handler
from core import clock
from core.access import Scope
from core.db import Database
from core.imports import formats, run_import
from core.imports.looking import look_at
from core.imports.sales import presets
from core.imports.sales.columns import resolve_layout
from core.metrics import dimensions, measures, plan
from core.models import rollups
from core.models.columns import metadata
from core.outbox import post_notices
from core.periods import month_of
from core.sales.corrections import void_sale
from core.sales.ledger import reactions
from tests.bot.jobs import scheduling
from tests.entries import PAGE, ROOT, make_entry
from tests.shop import Shop, open_shop

TODAY = date(2026, 7, 22)


@pytest.fixture(params=["measure", "dimension"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two."""
    return str(request.param)


# What becomes of the orders of tests.tills by the entry: two of Bob's with three lines, one of Alice's.
def list_expected(kind: str) -> dict[str, float]:
    today = clock.today("Asia/Riyadh")
    weekday = today.isoweekday() % 7
    return {"measure": {"Bob": 1.5, "Alice": 1}, "dimension": {f"{weekday + 1} {today:%A}".lower(): 3}}[kind]


def test_one_entry_reaches_chat_picture_api_and_documentation(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.one_entry", kind, str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    name, expected = {"measure": "average_lines_per_order", "dimension": "weekday"}[kind], list_expected(kind)
    by, counted = {"measure": ("person", name), "dimension": (name, "orders")}[kind]
    best, most = max(expected.items(), key=lambda one: one[1])
    assert (f"Top: {best}, {most:g}" if len(expected) > 1 else f"Together: {most:g}") in told["chat"]
    for label, value in expected.items():
        assert label in told["picture"]
        assert f'"{value:g}"' in told["picture"]
        assert re.search(rf"{label} +{value:g} *$", told["command line"], re.MULTILINE)
    assert told["is_drawn"]
    assert {row[by]: row[counted] for row in told["api"]["rows"]} == expected
    page = told["documentation"][f"docs/reference/{kind}s.md"]
    assert f"| `{name}` |" in page
    assert name not in (ROOT / f"docs/reference/{kind}s.md").read_text(encoding="utf-8")


def test_it_adds_a_command(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("command", commands)
    monkeypatch.setitem(commands.COMMANDS, entry.name, entry)
    assert commands.list_commands(shop.bob)[-1] is entry
    assert load_handler(entry.handler)
    assert ("best", "who sold most") in commands.list_menu(shop.bob.role, is_group=True)


def test_it_adds_a_reaction(tx: Connection, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("reaction", reactions)
    monkeypatch.setattr(reactions, "REACTIONS", (*reactions.REACTIONS, entry))
    with capture_logs() as logs:
        number = shop.sell(tx, shop.bob).document_id
        void_sale(tx, shop.bob, number)
    (said,) = (one for one in logs if one["event"] == "undone")
    assert (said["document"], said["lines"], said["by"]) == (number, 1, "bob")


def test_it_adds_a_preset() -> None:
    entry = make_entry("preset", presets)
    header = ("Receipt No", "Business Date", "Till", "Article", "Pieces", "Net Total")
    layout = resolve_layout(header, entry, {})
    assert layout.fields == {"order_id": 0, "date": 1, "product": 3, "quantity": 4, "amount": 5}
    assert [column.name for column in layout.custom] == ["till"]
    assert layout.unused == ()


def test_it_adds_a_format(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("format", formats)
    monkeypatch.setitem(formats.FORMATS, entry.name, entry)
    with database.begin() as tx:
        shop = open_shop(tx)
    path = tmp_path / "till.journal"
    path.write_text("2026-03-14 SOL-3077 2 49.98\n2026-03-15 GAM-2211 1 119.99\n2026-03-16 SOL-3077 1 ?\n")
    look = look_at(database, shop.operator, path, {"branch": "mall"}, [])
    assert look.plan is not None
    assert (look.format, look.plan.units, look.days) == (entry, 3, (date(2026, 3, 14), date(2026, 3, 16)))
    tried = run_import(database, shop.operator, look.plan, is_trial=True)
    done = run_import(database, shop.operator, look.plan)
    assert tried.counts == done.counts
    assert (done.recorded, done.rejected) == (2, 1), done.reasons
    assert run_import(database, shop.operator, look.plan).already_there == 2


def test_it_adds_a_rollup_that_the_planner_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry("rollup", rollups)
    metadata.remove(entry.table)
    monkeypatch.setattr(plan, "ROLLUPS", (*rollups.ROLLUPS, entry))
    by = tuple(dimensions.DIMENSIONS[name] for name in ("product", "person"))
    parts = plan.plan_question(
        measures.list_measured(("units",)), by, Scope(1, None, None), month_of(TODAY), in_the_past=False
    )
    assert plan.name_source(parts) == entry.name


async def test_it_adds_a_job_that_is_run_at_its_time(database: Database) -> None:
    entry = make_entry("job", scheduler)
    context = scheduler.JobContext(database, asyncio.Event())
    almost_six = datetime(2026, 7, 22, 5, 59, 59, 500_000, tzinfo=UTC)
    with time_machine.travel(almost_six), structlog.testing.capture_logs() as logs:
        with database.begin() as tx:
            post_notices(tx, open_shop(tx).company.id, "goal_met", [1], {})
        async with scheduling(context, entry), asyncio.timeout(10):
            while not logs:  # noqa: ASYNC110 - a log sets no event
                await asyncio.sleep(0.02)
        assert clock.now() >= almost_six.replace(hour=6, minute=0, second=0, microsecond=0)
    assert logs == [{"event": "notices wait to be delivered", "log_level": "warning"}]


def test_it_names_files_that_are_there() -> None:
    named = set(re.findall(r"`((?:bot|api|core|tests|docs)/[\w/.]*|pyproject\.toml)`", PAGE))
    assert len(named) > 40
    assert [one for one in named if not (ROOT / one).exists()] == []
