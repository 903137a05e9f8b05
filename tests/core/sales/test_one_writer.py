"""The ledger has one writer, and the database holds what it refers to, always."""

import re

from tests.entries import ROOT

WRITES_LINES = re.compile(
    r"\b(?:insert|update|delete)\(\s*(?:lines|revisions)\b|\bload_\w+\(\s*tx,\s*(?:lines|revisions)\b"
)
WRITERS = {
    "core/sales/ledger/writing.py",
    "core/generation/build.py",  # invents a whole company at once, with nobody to react
}
SWITCHES_OFF = re.compile(r"session_replication_role|DISABLE TRIGGER|foreign_keys\s*=\s*(?:OFF|0)", re.IGNORECASE)
SOURCES = [path for room in ("core", "api", "bot") for path in (ROOT / room).rglob("*.py")]


def list_files(pattern: re.Pattern[str]) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "versions" not in path.parts and pattern.search(path.read_text(encoding="utf-8"))
    }


def test_lines_are_written_in_one_place() -> None:
    assert list_files(WRITES_LINES) == WRITERS


def test_foreign_keys_are_never_switched_off_while_it_runs() -> None:
    # An upgrade of SQLite alone does, as its manual says for a table that is made anew, and checks them all at its end.
    assert list_files(SWITCHES_OFF) == {"core/migrations/__init__.py"}
