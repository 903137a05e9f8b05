"""What Telegram refuses, for good or for now: one place for answers, notices, digests and files."""

import re

import stamina
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

TRIES_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 120.0  # that Telegram may ask for before it is not worth it

# What it says, and what that comes to for people; the first that fits.
_REFUSALS = (
    (r"topic.?closed", "topic_closed"),
    (r"topic.?deleted|thread not found|topic.?id.?invalid", "topic_gone"),
    (r"blocked by the user|user.?is.?blocked|user is deactivated|initiate conversation", "blocked"),
    (r"kicked|not a member|group chat was deleted", "removed"),
    (
        r"not enough rights|no rights|write.?forbidden|admin.?required|administrator rights|chat.?restricted",
        "no_rights",
    ),
    (r"send_\w+_forbidden", "no_rights"),
    (r"chat not found|deactivated|peer.?id.?invalid|chat.?id.?invalid", "gone"),
)


def find_obstacle(error: Exception) -> str | None:
    """Why a message cannot be brought to where it goes, now or later; None where it is another matter."""
    if not isinstance(error, BadRequest | Forbidden):
        return None
    said = str(error).lower()
    found = next((obstacle for words, obstacle in _REFUSALS if re.search(words, said)), None)
    return found or ("removed" if isinstance(error, Forbidden) else None)


def choose_wait(error: Exception) -> bool | float:
    """Whether a call may work when tried again, or in how many seconds.

    A time-out leaves open whether the message arrived: a receipt twice is better than none, the sale is one either way.
    """
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = float(wait) if isinstance(wait, int | float) else wait.total_seconds()
        return seconds + 0.1 if seconds <= LONGEST_WAIT_SECONDS else False
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


# Given functions without arguments only: what it is given with one would be in the log.
insist = stamina.AsyncRetryingCaller(attempts=None, timeout=TRIES_SECONDS, wait_initial=0.5, wait_max=10.0).on(
    choose_wait
)
