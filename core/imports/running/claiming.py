"""Files held while they are imported. One rule: one process at a time, and the system lets go however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Conflict


@contextmanager
def claim_file(path: Path) -> Iterator[None]:
    """Hold the file for this process; Conflict where another is importing it."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"{path.name} is being imported just now.", field="file", hint="wait for it") from error
        yield
