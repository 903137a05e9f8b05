"""Parameters of one Bot API call. One rule: the same call means the same sent as form, JSON or in process."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.files import Upload

MARKUP_BUTTONS_LIMIT = 100
CALLBACK_DATA_LIMIT_BYTES = 64


@dataclass(frozen=True, slots=True)
class Parameters:
    """`values` as sent (strings from forms, typed from JSON); `uploads` by part name."""

    values: JSON
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string, "" when missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as `default`, as with Telegram."""
        value = self.values.get(name)
        try:
            return default if value is None else int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """True for true, 1, yes."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def parsed(self, name: str, what: str) -> Any:
        """A JSON value, None when missing. Raises BotApiError 400 naming `what`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None


def read_keyboard(parameters: Parameters) -> JSON | None:
    """The inline keyboard of `reply_markup`, checked; None for other markup (not part of a Message)."""
    markup = parameters.parsed("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Array')
    kept = [[_check_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MARKUP_BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> JSON:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_DATA_LIMIT_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if len(button) == 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return button
