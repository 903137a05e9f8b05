"""Python's collector of cycles, at rest. One rule: while rows come in by the million, and none of them goes round.

Every row is a list that the collector looks at again and again and that nothing goes round in: a quarter of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def rest_collector() -> Iterator[None]:
    """Let it rest inside this block, unless it does already; `sweep` now and then for what others leave behind."""
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            gc.enable()


def sweep() -> None:
    """Collect what came since the last time."""
    gc.collect(1)
