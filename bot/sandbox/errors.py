"""What the sandbox answers when it refuses. One rule: the words are Telegram's own, because bots match on them."""

from typing import Any

JSON = dict[str, Any]


class BotApiError(Exception):
    """A refused Bot API call: HTTP status, Telegram's description, and its optional ResponseParameters."""

    def __init__(self, code: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> JSON:
        """The body Telegram sends: `{"ok": false, "error_code", "description", "parameters"?}`."""
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class AnswerLost(Exception):
    """The call took effect, but its answer never reached the bot (an injected fault)."""


def bad_request(reason: str) -> BotApiError:
    """400 with Telegram's usual prefix."""
    return BotApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> BotApiError:
    """403: the bot may not write there."""
    return BotApiError(403, f"Forbidden: {reason}")


def too_many_requests(retry_after_seconds: int) -> BotApiError:
    """429 with `retry_after`, the seconds to wait."""
    return BotApiError(
        429, f"Too Many Requests: retry after {retry_after_seconds}", {"retry_after": retry_after_seconds}
    )


def chat_migrated(new_chat_id: int) -> BotApiError:
    """400 that names the supergroup a group became."""
    return BotApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )
