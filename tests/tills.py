"""A file with a column of the company's own, imported. One rule: by the same door as any file."""

from pathlib import Path

from core import clock
from core.access import Viewer
from core.db import Database
from core.imports import ImportOptions, import_sales

HEADER = "order_id,date,sku,quantity,amount,country,customer,person,Counter"
ROWS = (
    ("T-1", "SOL-3077", 2, "49.98", "Saudi Arabia", "Jane", "bob", "Kiosk 1"),
    ("T-2", "SOL-3077", 4, "99.96", "Kuwait", "Omar", "bob", "Kiosk 2"),
    ("T-2", "SOL-3077", 1, "24.99", "Kuwait", "Omar", "bob", "Kiosk 2"),
    ("T-3", "SOL-3077", 1, "24.99", "Atlantis", "jane", "alice", "محل الرياض 🔥"),
)


def import_tills(database: Database, operator: Viewer, folder: Path, branch: str) -> None:
    """Three orders of today, two of Bob's and one of Alice's, with the counter each was taken at as `till`."""
    file, today = folder / "tills.csv", clock.today(operator.time_zone)
    written = (f"{row[0]},{today},{','.join(map(str, row[1:]))}" for row in ROWS)
    file.write_text("\n".join([HEADER, *written]) + "\n", encoding="utf-8")
    result = import_sales(database, operator, file, ImportOptions(mapping={"till": "Counter"}, branch=branch))
    assert (result.recorded, result.rejected) == (len(ROWS), 0)
