"""The clock. What ruff refuses to read it by is in pyproject.toml; here is what ruff cannot see."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from core import clock

ROOT = Path(__file__).resolve().parents[2]
DATABASE_CLOCK = re.compile(r"(?i)(?<![.\w])now\(\)|\bcurrent_(date|time|timestamp)\b|\b\w+_timestamp\(\)|'now'")


def test_no_statement_asks_the_database_what_time_it_is() -> None:
    sources = [path for folder in ("core", "api", "bot") for path in (ROOT / folder).rglob("*.py")]
    asking = [path for path in sources if DATABASE_CLOCK.search(path.read_text(encoding="utf-8"))]
    assert asking == [ROOT / "core" / "clock.py"]


def test_a_process_tells_the_time_of_the_test_that_starts_it() -> None:
    command = [sys.executable, "-c", "from core import clock; print(clock.now().isoformat())"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert abs(datetime.fromisoformat(told.strip()) - clock.now()) < timedelta(minutes=1)
