"""What products had cost on a day that is over: a cost holds from the day it was changed, the first one ever before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Company
from core.models.catalog import former_costs, products
from core.statements import Statement

Item = tuple[int, int | None]  # the numbers of a product and of its variant; None: of the product itself
Former = Mapping[Item, Sequence[tuple[date, int]]]  # until which day it cost what, the earliest first
_SAME_DAY = (former_costs.c.product_id == bindparam("product"), former_costs.c.until == bindparam("until"))
_KEPT = Statement(
    select(former_costs.c.variant_id).where(former_costs.c.company_id == bindparam("company"), *_SAME_DAY)
)
MOST_AT_ONCE = 500


def keep_former_cost(
    tx: Connection, company: Company, item: Item, before_e4: int | None, changes: Mapping[str, object]
) -> None:
    """Write down what an item had cost, where `changes` of it say another cost: until today, the day's first only."""
    if before_e4 is None or changes.get("cost_e4", before_e4) == before_e4:
        return
    product_id, variant_id = item
    today = clock.today(company.time_zone)
    kept = _KEPT.rows(tx, {"company": company.id, "product": product_id, "until": today})
    if variant_id not in {row.variant_id for row in kept}:
        row = {"company_id": company.id, "product_id": product_id, "variant_id": variant_id}
        tx.execute(insert(former_costs), row | {"until": today, "cost_e4": before_e4})


def read_former_costs(tx: Connection, company_id: int, product_ids: Iterable[int]) -> Former:
    """What these products and their variants had cost before."""
    wanted, found = sorted(set(product_ids)), dict[Item, list[tuple[date, int]]]()
    columns = former_costs.c.product_id, former_costs.c.variant_id, former_costs.c.until, former_costs.c.cost_e4
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = former_costs.c.product_id.in_(wanted[start : start + MOST_AT_ONCE])
        query = select(*columns).where(former_costs.c.company_id == company_id, some)
        for product_id, variant_id, until, cost_e4 in tx.execute(query.order_by(former_costs.c.until)):
            found.setdefault((product_id, variant_id), []).append((until, cost_e4))
    return found


def choose_cost(former: Former, item: Item, day: date, now_e4: int | None) -> int | None:
    """What one of an item cost on a day, `now_e4` being what it costs now; None where nobody knows."""
    return next((cost_e4 for until, cost_e4 in former.get(item, ()) if day < until), now_e4)


def find_costs(tx: Connection, company_id: int, sold: Iterable[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """What one of each product cost on each of these days, where that is known."""
    wanted = set(sold)
    numbers = sorted({product_id for product_id, _ in wanted})
    former, now = read_former_costs(tx, company_id, numbers), dict[int, int]()
    for start in range(0, len(numbers), MOST_AT_ONCE):
        some = products.c.id.in_(numbers[start : start + MOST_AT_ONCE])
        query = select(products.c.id, products.c.cost_e4).where(products.c.company_id == company_id, some)
        now |= {row.id: row.cost_e4 for row in tx.execute(query)}
    chosen = {one: choose_cost(former, (one[0], None), one[1], now.get(one[0])) for one in wanted}
    return {one: cost_e4 for one, cost_e4 in chosen.items() if cost_e4 is not None}
