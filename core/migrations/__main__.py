"""Write the next migration: `make migration NAME="what it does"`. docs/architecture.md says what to look for in it."""

import sys
import tempfile
from pathlib import Path

from core.db import Database
from core.migrations.scripts import upgrade, write_migration

with tempfile.TemporaryDirectory() as folder:
    scratch = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
    with scratch.begin() as tx:
        upgrade(tx)  # not `migrate`: what the code knows already and no script makes is what is to be written
    with scratch.begin() as tx:
        write_migration(tx, sys.argv[1])
    scratch.close()
