"""What Telegram refuses for good, by the words it says so in. One table, for answers, notices and digests."""

import re

from telegram.error import BadRequest, Forbidden

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
IN_TOPIC = frozenset({"topic_closed", "topic_gone"})


def find_obstacle(error: Exception) -> str | None:
    """Why a message cannot be brought to where it goes, now or later; None where it is another matter."""
    if not isinstance(error, BadRequest | Forbidden):
        return None
    said = str(error).lower()
    found = next((obstacle for words, obstacle in _REFUSALS if re.search(words, said)), None)
    return found or ("removed" if isinstance(error, Forbidden) else None)
