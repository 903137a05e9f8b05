"""Write down a filled database of the newest revision: `python -m tests.kept`. Not twice: what is kept stays."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from core.db import Database
from core.migrations import list_revisions, migrate
from tests.kept.answers import ask_everything
from tests.kept.recipe import fill
from tests.kept.rows import write_rows

HERE = Path(__file__).parent


def main() -> None:
    """Make it in a temporary folder, ask it everything, write both."""
    kept = HERE / f"{list_revisions()[-1]}.sql"
    if kept.exists():
        sys.exit(f"{kept.name} is kept already, and stays as it was written.")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url := f"sqlite:///{Path(folder) / 'kept.sqlite3'}")
        migrate(database)
        asyncio.run(fill(database, url, Path(folder)))
        with database.begin_read() as tx:
            rows = write_rows(tx)
        database.close()
        answers = ",\n".join(json.dumps(one, ensure_ascii=False) for one in ask_everything(url))
    kept.write_text(rows, encoding="utf-8")
    kept.with_suffix(".json").write_text(f"[\n{answers}\n]\n", encoding="utf-8")


main()
