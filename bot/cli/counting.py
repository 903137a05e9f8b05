"""Numbers of things. One rule: one thing is one thing, and several have an s."""


def count_things(count: int, one: str, several: str | None = None) -> str:
    """So many of something: "1 row", "1,204 rows"."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
