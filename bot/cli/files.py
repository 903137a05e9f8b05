"""`import`. One rule: what was understood is shown before, and what was not is kept beside the file."""

import click


@click.group("import")
def import_() -> None:
    """Bring files in."""
