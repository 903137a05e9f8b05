"""Write the next migration: `make migration NAME="what it does"`. One rule: review it; see the traps in the design."""

import sys
import tempfile
from pathlib import Path

from core.db import Database
from core.migrations import migrate, write_migration

with tempfile.TemporaryDirectory() as folder:
    scratch = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
    migrate(scratch)
    write_migration(scratch, sys.argv[1])
    scratch.close()
