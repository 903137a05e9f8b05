"""What a voucher is known again by. One rule: its GUID is what it is, its ALTERID how new it is.

Numbers begin anew every year, so a number alone is nobody.
"""

import hashlib
import re

from core.errors import InvalidInput
from core.imports.tally.exports import Company
from core.imports.tally.files.fields import get_field
from core.imports.tally.files.found import Fields
from core.imports.tally.files.values import is_yes, read_text

LONGEST_ID = 160
_STATES = {"iscancelled": "cancelled", "isdeleted": "deleted", "isvoid": "void", "isoptional": "optional"}
_ACTIONS = {"delete": "deleted", "cancel": "cancelled"}
_DIGITS = re.compile(r"\d{1,18}")


def identify_voucher(voucher: Fields, company: Company) -> str:
    """What a voucher is known again by: its GUID, else an id of another system, else its number, day and party."""
    for name in ("guid", "remoteid", "vchkey"):
        if (text := read_text(voucher.get(name))) is not None:
            return text if len(text) <= LONGEST_ID else hashlib.sha256(text.encode()).hexdigest()
    of = company.guid or company.name or ""
    if (master := get_field(voucher, "masterid")) is not None:
        return _shorten("master", of, master)
    number = get_field(voucher, "vchno")
    if number is None:
        raise InvalidInput("The voucher has no GUID and no number to know it again by.", field="guid")
    told = (get_field(voucher, name) or "" for name in ("vchtype", "date", "customer"))
    return _shorten("number", of, number, *told)


def _shorten(*parts: str) -> str:
    text = "|".join(parts)
    return text if len(text) <= LONGEST_ID else f"{parts[0]}|{hashlib.sha256(text.encode()).hexdigest()}"


def read_version(voucher: Fields) -> int:
    """How often the company had altered anything when the voucher was last: higher is newer; 0 where it is not told."""
    return parse_version(get_field(voucher, "alterid"))


def parse_version(text: str | None) -> int:
    """An ALTERID as a number; 0 where it is none."""
    return int(text) if text and _DIGITS.fullmatch(text) else 0


def find_state(voucher: Fields) -> str:
    """Why a voucher does not count, in a word; empty where it does."""
    action = _ACTIONS.get(str(voucher.get("action") or "").strip().lower(), "")
    return action or next((state for name, state in _STATES.items() if is_yes(voucher.get(name))), "")
