"""Reading on while the database works: the next batch of a file is made in a thread of its own."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def read_ahead(batches: Iterator[T]) -> Generator[T, None, None]:
    """The same batches: one is being made while the one before it is used. What making one raises is raised here."""
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        ahead = reader.submit(next, batches, None)
        while (batch := ahead.result()) is not None:
            ahead = reader.submit(next, batches, None)
            yield batch
