"""Examples with products of one's own. One rule: what is shown as an example can be sent as it stands."""

import re

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.products import list_products, read_products_by_sku
from core.errors import SalesbellError
from core.sales.repeating import list_favourites

_SAMPLES = re.compile(r"\b(?:SOL-307[78]|GAM-2211)\b")
_PLAIN_CODE = re.compile(r"(?=\S*\d)[A-Za-z][\w./]*-[\w./-]*", re.ASCII)
MOST_CODES = 3


def name_own_products(tx: Connection, viewer: Viewer, error: SalesbellError) -> None:
    """Put codes of the viewer's products where the example of a refusal names those of the manual."""
    named = list(dict.fromkeys(_SAMPLES.findall(error.hint or "")))
    if error.hint is None or all(read_products_by_sku(tx, viewer.company.id, sku) for sku in named):
        return
    own = list_favourites(tx, viewer, MOST_CODES) or [one.sku for one in list_products(tx, viewer, limit=MOST_CODES)]
    if own:
        codes = {sample: _quote(own[index % len(own)]) for index, sample in enumerate(named)}
        error.hint = _SAMPLES.sub(lambda found: codes[found[0]], error.hint)


def _quote(sku: str) -> str:
    """A code as the parser takes it for one, whatever it looks like."""
    return sku if _PLAIN_CODE.fullmatch(sku) else f'"{sku}"'
