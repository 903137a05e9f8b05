"""Other currencies. One rule: figures are in the company's own; a sale keeps its currency, rate and both amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.errors import Code, InvalidInput
from core.models.sales import exchange_rates
from core.money import currency_digits, divide_half_even, round_to_coin, share_to_coin
from core.sales.pricing import Price

E9 = 10**9
LARGEST_RATE_E9 = 10**15  # a unit worth a million of the company's: beyond that it is a slip


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of `currency` is worth in the company's own, in thousand-millionths, from `day` on."""

    currency: str
    day: date
    rate_e9: int


def set_rate(tx: Connection, viewer: Viewer, currency: str, rate_e9: int, day: date) -> Rate:
    """Keep a rate from a day on; sales recorded already keep theirs. Raises NotAllowed, InvalidInput."""
    viewer.require(Permission.MANAGE_COMPANY)
    code = check_currency(viewer, currency)
    check_rate(rate_e9)
    row = {"company_id": viewer.company.id, "currency": code, "day": day, "rate_e9": rate_e9}
    dialect: Any = {"sqlite": sqlite, "postgresql": postgresql}[tx.dialect.name]
    upsert = dialect.insert(exchange_rates).on_conflict_do_update(
        index_elements=["company_id", "currency", "day"], set_={"rate_e9": rate_e9}
    )
    tx.execute(upsert, row)
    return Rate(code, day, rate_e9)


def list_rates(tx: Connection, viewer: Viewer) -> tuple[Rate, ...]:
    """Every rate kept, by currency, the newest first."""
    columns = exchange_rates.c.currency, exchange_rates.c.day, exchange_rates.c.rate_e9
    query = select(*columns).where(exchange_rates.c.company_id == viewer.company.id)
    return tuple(Rate(*row) for row in tx.execute(query.order_by(columns[0], columns[1].desc())))


def find_rate(tx: Connection, viewer: Viewer, currency: str, day: date) -> int:
    """The rate that held on a day, in thousand-millionths; InvalidInput where none was kept then: none is guessed."""
    kept = exchange_rates.c.company_id == viewer.company.id, exchange_rates.c.currency == currency
    query = select(exchange_rates.c.rate_e9).where(*kept, exchange_rates.c.day <= day)
    found = tx.execute(query.order_by(exchange_rates.c.day.desc()).limit(1)).scalar()
    if found is None:
        raise InvalidInput(
            f"There is no rate for {currency} on {day}.",
            field="currency",
            hint=f"/company rate {currency} 3.75",
            code=Code.NO_RATE,
        )
    return int(found)


def check_currency(viewer: Viewer, currency: str) -> str:
    """A currency's code that is not the company's own; InvalidInput names `currency`."""
    code = currency.strip().upper()
    currency_digits(code)
    if code == viewer.company.currency:
        raise InvalidInput(f"{code} is the company's own currency.", field="currency", hint="leave it out")
    return code


def check_rate(rate_e9: int) -> None:
    """InvalidInput unless it can be a rate."""
    if not 0 < rate_e9 <= LARGEST_RATE_E9:
        raise InvalidInput("A rate is more than zero, and less than a million.", field="rate", hint="3.75")


def convert(amount_e4: int, rate_e9: int) -> int:
    """An amount at a rate, both in ten-thousandths."""
    return divide_half_even(amount_e4 * rate_e9, E9)


def convert_price(price: Price, rate_e9: int, currency: str) -> Price:
    """A price in the company's currency: the subtotal and the amount to the coin, the discount what lies between."""
    amount_e4 = round_to_coin(convert(price.amount_e4, rate_e9), currency)
    subtotal_e4 = max(amount_e4, round_to_coin(convert(price.subtotal_e4, rate_e9), currency))
    return Price(convert(price.unit_price_e4, rate_e9), subtotal_e4 - amount_e4, amount_e4)


def convert_taxes(
    shared: Sequence[dict[str, int]], prices: Sequence[Price], rate_e9: int, currency: str
) -> list[dict[str, int]]:
    """Each line's taxes in the company's currency: each converted once for the whole, then shared as `share_taxes`."""
    amounts = [price.amount_e4 for price in prices]
    ours: list[dict[str, int]] = [{} for _ in shared]
    for name in shared[0]:
        whole_e4 = round_to_coin(convert(sum(line[name] for line in shared), rate_e9), currency)
        for line, part in zip(ours, share_to_coin(whole_e4, amounts, currency), strict=True):
            line[name] = part
    return ours
