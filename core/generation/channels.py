"""How an invented company's documents were told: in chat, where a receipt is shown, or over HTTP under a key."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable

from core.generation.cast import Cast, find_chat
from core.generation.story import LINE_COLUMNS, SOURCE, Row, Telling
from core.money import E3, E4

IN_CHAT = frozenset({"Direct", None})  # platforms; the others send what was sold there
RECEIPT_COLUMNS = ("company_id", "document_id", "bot_id", "chat_id", "message_id", "purpose")
BOT_ID = 1
REQUEST_COLUMNS = (
    "company_id", "person_id", "name", "fingerprint", "status", "location", "body", "asked_at",
)  # fmt: skip
_PERSON, _PLATFORM, _DAY, _SOLD_AT, _PRODUCT, _QUANTITY, _PRICE, _AMOUNT = map(
    LINE_COLUMNS.index,
    ("person_id", "platform", "day", "sold_at", "product_id", "quantity_e3", "unit_price_e4", "amount_e4"),
)


class Channels:
    """Receipts of what was told in chat; answers to requests since a day, for older ones are let go of."""

    def __init__(self, cast: Cast, kept_since: str) -> None:
        self._company_id, self._currency, self._kept_since = cast.company.id, cast.company.currency, kept_since
        self._messages: Counter[int] = Counter()  # in each chat so far

    def list_receipts(self, batch: Iterable[Telling]) -> list[Row]:
        """A receipt for each document told in chat, in a message of its own."""
        receipts: list[Row] = []
        for document, _, lines in batch:
            if lines[0][_PLATFORM] in IN_CHAT:
                chat_id = find_chat(lines[0][_PERSON])
                self._messages[chat_id] += 2  # the person's own, and the answer
                said = self._company_id, document[1], BOT_ID, chat_id, self._messages[chat_id], "receipt"
                receipts.append(said)
        return receipts

    def list_requests(self, batch: Iterable[Telling]) -> list[Row]:
        """A request for each sale that a platform sent lately."""
        return [
            self._ask(document, lines)
            for document, _, lines in batch
            if lines[0][_PLATFORM] not in IN_CHAT and lines[0][_DAY] >= self._kept_since and document[2] == "sale"
        ]

    def _ask(self, document: Row, lines: list[Row]) -> Row:
        number, name = document[1], f"{SOURCE}-{document[4]}"
        fingerprint = hashlib.sha256(name.encode()).hexdigest()
        body = self._answer(number, [line for line in lines if line[2] == 1])
        location = f"/api/sales/{number}"
        return self._company_id, lines[0][_PERSON], name, fingerprint, 201, location, body, document[-1]

    def _answer(self, number: int, lines: list[Row]) -> bytes:
        items = [
            {
                "position": position,
                "product_id": line[_PRODUCT],
                "quantity": line[_QUANTITY] // E3,
                "unit_price": line[_PRICE] / E4,
                "total_revenue": line[_AMOUNT] / E4,
            }
            for position, line in enumerate(lines, 1)
        ]
        total = sum(line[_AMOUNT] for line in lines) / E4
        sale = {"id": number, "kind": "sale", "sale_date": lines[0][_SOLD_AT], "platform": lines[0][_PLATFORM]}
        sale |= {"total_revenue": total, "currency": self._currency, "lines": items}
        return json.dumps({"status": "success", "data": sale}).encode()
