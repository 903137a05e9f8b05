"""Write the next migration: `make migration NAME="what it does"`. docs/architecture.md says what to look for in it."""

import sys
import tempfile
from pathlib import Path

from core.db import Database
from core.migrations import migrate
from core.migrations.scripts import write_migration

with tempfile.TemporaryDirectory() as folder:
    scratch = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
    migrate(scratch)
    with scratch.begin() as tx:
        write_migration(tx, sys.argv[1])
    scratch.close()
