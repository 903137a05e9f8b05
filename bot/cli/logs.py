"""The log of a process: ours and the libraries', in one form. One rule: a kind of trouble is told, then counted."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from core.settings import Settings

# The HTTP client of python-telegram-bot writes addresses at this level, and they contain the token.
QUIET_LOGGERS = ("httpx", "telegram", "apscheduler", "alembic", "aiohttp")
LINES, SECONDS = 60, 60.0  # of one kind, in so long; the next after that says how many were left out
QUIET_STATUS = 400  # requests below are each told: they may have written something


class KindLimit:
    """Lets so many lines of one kind of trouble through; what was asked of us by others must not fill the disk."""

    def __init__(self, read_clock: Callable[[], float] = time.monotonic) -> None:
        self._read_clock = read_clock
        self._seen: dict[tuple[Any, ...], list[float]] = {}  # kind: since when, how many lines, how many left out

    def __call__(self, _logger: Any, level: str, event: EventDict) -> EventDict:
        """A processor of structlog."""
        kind = (event.get("event"), level, event.get("status"), event.get("reason"))
        if level in ("debug", "info") and event.get("status", 0) < QUIET_STATUS and "address" not in event:
            return event
        now = self._read_clock()
        seen = self._seen.setdefault(kind, [now, 0, 0])
        if now - seen[0] > SECONDS:
            left_out = int(seen[2])
            seen[:] = [now, 0, 0]
            if left_out:
                event["left_out"] = left_out
        seen[1] += 1
        if seen[1] > LINES:
            seen[2] += 1
            raise structlog.DropEvent
        if len(self._seen) > 1_000:
            self._seen.clear()
        return event


def set_up_log(settings: Settings) -> None:
    """Write to the standard error as the settings say, whoever logs."""
    level = getattr(logging, settings.log_level.upper())
    # The pretty traceback would write out every variable, and one of them is the address with the token.
    to_console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    is_json = settings.log_format == "json"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        KindLimit(),
    ]
    last: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if is_json else [to_console]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    _take_in_libraries(shared, last)


def _take_in_libraries(shared: list[Processor], last: list[Processor]) -> None:
    """What libraries log, warn of and leave unhandled has the same form."""
    handler = _Handler(sys.stderr)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared], processors=[remove, *last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Handler(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A line that was left out is no error."""
        if not isinstance(sys.exc_info()[1], structlog.DropEvent):
            super().handleError(record)
