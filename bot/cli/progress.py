"""How far something long has come. One rule: on standard error, and only where somebody looks on."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def show_progress() -> Progress:
    """A bar on standard error; nothing where that is no terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)


def make_teller(progress: Progress) -> Callable[[str, int, int], None]:
    """What core tells of its progress, on the bar."""
    task = progress.add_task("")

    def tell(what: str, done: int, whole: int) -> None:
        progress.update(task, description=what, completed=done, total=whole)

    return tell
