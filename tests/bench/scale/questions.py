"""What the bench of scale asks, three ways. One rule: one entry of `ASKED` is one question, for people and as SQL.

`{company}` in a statement is the company's number. In a scan `{present}` keeps the lines that stand, and `{month}` is
what a line's month is called where the scan runs.
"""

from dataclasses import dataclass
from datetime import date

from core.metrics import Question
from core.periods import Period

LAST_DAY = date(2026, 10, 31)
MONTH, YEAR = Period(date(2026, 10, 1), date(2026, 11, 1)), Period(date(2025, 1, 1), date(2026, 1, 1))
TWELVE_MONTHS, TO_DATE = Period(date(2025, 11, 1), date(2026, 11, 1)), Period(date(2026, 1, 1), date(2026, 10, 18))
KPIS = (
    *("revenue", "orders", "units", "customers", "average_order_value", "profit", "profit_margin", "discount"),
    *("returns", "exchanges", "net_revenue"),
)
OURS = "company_id = {company} AND branch_id IN (SELECT id FROM branches WHERE company_id = {company})"
OUR_LINES = "company_id = {company} {present}"
OUR_SALES = f"{OUR_LINES} AND kind = 'sale'"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what one would write by hand for it (None: no table is for it), and the scan."""

    name: str
    question: Question
    by_hand: tuple[str, ...] | None
    scan: str


def _in(period: Period) -> str:
    return f"day >= '{period.start}' AND day < '{period.end}'"


ALL_KPIS = Asked(
    "all KPIs of a month",
    Question(KPIS, MONTH),
    (
        "SELECT sum(revenue_e4), sum(orders), sum(units_e3), sum(profit_e4), sum(discount_e4), sum(returns_e4), "
        f"sum(exchanges_e4) FROM rollup_person_month WHERE {OURS} AND {_in(MONTH)}",
        f"SELECT customers FROM rollup_customers_month WHERE company_id = {{company}} AND {_in(MONTH)}",
    ),
    "SELECT sum(amount_e4) FILTER (WHERE kind = 'sale'), count(DISTINCT document_id) FILTER (WHERE kind = 'sale'), "
    "count(DISTINCT customer_id) FILTER (WHERE kind = 'sale'), sum(quantity_e3) FILTER (WHERE kind = 'sale'), "
    "sum(amount_e4 - cost_e4) FILTER (WHERE kind = 'sale'), sum(discount_e4) FILTER (WHERE kind = 'sale'), "
    "sum(amount_e4) FILTER (WHERE kind = 'return'), sum(amount_e4) FILTER (WHERE kind = 'exchange') FROM lines "
    f"WHERE {OUR_LINES} AND {_in(MONTH)}",
)
ASKED = (
    Asked(
        "month KPI",
        Question(("revenue", "orders", "units", "average_order_value"), MONTH),
        (f"SELECT sum(revenue_e4), sum(orders), sum(units_e3) FROM rollup_person_month WHERE {OURS} AND {_in(MONTH)}",),
        "SELECT sum(amount_e4), count(DISTINCT document_id), sum(quantity_e3) FROM lines "
        f"WHERE {OUR_SALES} AND {_in(MONTH)}",
    ),
    Asked(
        "leaderboard",
        Question(("revenue",), MONTH, by=("person",)),
        (
            "SELECT name, revenue FROM (SELECT person_id, sum(revenue_e4) AS revenue FROM rollup_person_month "
            f"WHERE {OURS} AND {_in(MONTH)} GROUP BY person_id) AS r JOIN people ON id = person_id ORDER BY 2 DESC",
        ),
        f"SELECT person_id, sum(amount_e4) FROM lines WHERE {OUR_SALES} AND {_in(MONTH)} GROUP BY 1 ORDER BY 2 DESC",
    ),
    Asked(
        "12-month trend",
        Question(("revenue",), TWELVE_MONTHS, by=("month",)),
        (
            f"SELECT day, sum(revenue_e4) FROM rollup_person_month WHERE {OURS} AND {_in(TWELVE_MONTHS)} "
            "GROUP BY day ORDER BY day",
        ),
        f"SELECT {{month}}, sum(amount_e4) FROM lines WHERE {OUR_SALES} AND {_in(TWELVE_MONTHS)} GROUP BY 1 ORDER BY 1",
    ),
    Asked(
        "top items of a year",
        Question(("revenue",), YEAR, by=("product",), limit=10),
        (
            "SELECT name, sum(revenue_e4) FROM rollup_product_year AS r JOIN products ON id = product_id "
            f"WHERE r.company_id = {{company}} AND {_in(YEAR)} GROUP BY name ORDER BY 2 DESC LIMIT 10",
        ),
        f"SELECT product_id, sum(amount_e4) FROM lines WHERE {OUR_SALES} "
        f"AND {_in(YEAR)} GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
    ),
    Asked(
        "customers of a year",
        Question(("customers",), YEAR),
        (f"SELECT customers FROM rollup_customers_year WHERE company_id = {{company}} AND {_in(YEAR)}",),
        f"SELECT count(DISTINCT customer_id) FROM lines WHERE {OUR_SALES} AND {_in(YEAR)}",
    ),
    ALL_KPIS,
    Asked(
        "KPI of a year to date",
        Question(("revenue", "units"), TO_DATE),
        (
            "SELECT sum(r), sum(u) FROM (SELECT sum(revenue_e4) AS r, sum(units_e3) AS u FROM rollup_person_month "
            f"WHERE {OURS} AND day >= '2026-01-01' AND day < '2026-10-01' UNION ALL SELECT sum(revenue_e4), "
            f"sum(units_e3) FROM rollup_branch_day WHERE {OURS} AND day >= '2026-10-01' AND day < '2026-10-18') AS p",
        ),
        f"SELECT sum(amount_e4), sum(quantity_e3) FROM lines WHERE {OUR_SALES} AND {_in(TO_DATE)}",
    ),
    Asked(
        "month by platform (no rollup)",
        Question(("revenue",), MONTH, by=("platform",)),
        None,
        f"SELECT platform, sum(amount_e4) FROM lines WHERE {OUR_SALES} AND {_in(MONTH)} GROUP BY 1",
    ),
    Asked(
        "year by platform (no rollup)",
        Question(("revenue",), YEAR, by=("platform",)),
        None,
        f"SELECT platform, sum(amount_e4) FROM lines WHERE {OUR_SALES} AND {_in(YEAR)} GROUP BY 1",
    ),
)
