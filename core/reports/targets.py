"""Month targets shared out over days. One rule: each day by its weight, and the days add up to the target exactly."""

from datetime import date, timedelta
from itertools import accumulate, pairwise

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access import Scope
from core.goals.progress import Status, judge
from core.goals.workdays import Workdays, read_calendar
from core.models.goals import goals
from core.money import count_coin_e4, divide_half_even
from core.periods import Period, month_of


def share_over_days(target_e4: int, month: Period, currency: str, workdays: Workdays) -> dict[date, int]:
    """A month's target by day, in whole coins: each day by its weight, a closed one nothing. They add up to it.

    What falls on the days up to any one is rounded, and each bears what that grows by: so the days of a week add up to
    the week's part too, within a coin. What is finer than a coin goes to the first day that bears anything. A month
    without a workday is shared out equally: it has a target after all.
    """
    coin_e4 = count_coin_e4(currency)
    days = [month.start + timedelta(days=number) for number in range(month.days)]
    weights = [workdays.weigh(day) for day in days]
    borne = list(accumulate(weights if any(weights) else [1] * len(days)))
    reached = [divide_half_even(target_e4 // coin_e4 * weight, borne[-1]) * coin_e4 for weight in borne]
    shares = [here - before for before, here in pairwise([0, *reached])]
    first = next((index for index, weight in enumerate(weights) if weight), 0)
    shares[first] += target_e4 % coin_e4
    return dict(zip(days, shares, strict=True))


def share_target(target_e4: int, month: Period, period: Period, currency: str, workdays: Workdays) -> int:
    """The part of a month's target that falls on the days of `period`."""
    shares = share_over_days(target_e4, month, currency, workdays)
    return sum(share for day, share in shares.items() if period.start <= day < period.end)


def read_targets(tx: Connection, scope: Scope, period: Period, currency: str) -> dict[int | None, int]:
    """What is to be sold in a period, by person; None: by the branch (in a scope of every branch: by them together).

    Targets are set for months; a shorter period gets the share of its days, a longer one the sum. E4.
    """
    query = select(goals.c.branch_id, goals.c.person_id, goals.c.target, goals.c.start_day, goals.c.end_day).where(
        goals.c.company_id == scope.company_id,
        goals.c.measure == "revenue",
        goals.c.product_id.is_(None),
        goals.c.category.is_(None),
        goals.c.dropped_at.is_(None),
        goals.c.start_day < period.end,
        goals.c.end_day > period.start,
    )
    if scope.branch_id is not None:
        query = query.where(goals.c.branch_id == scope.branch_id)
    if scope.person_id is not None:
        query = query.where(goals.c.person_id == scope.person_id)
    rows = list(tx.execute(query))
    calendar = read_calendar(tx, scope.company_id)
    targets: dict[int | None, int] = {}
    for row in rows:
        month = month_of(row.start_day)
        if (row.start_day, row.end_day) == (month.start, month.end):
            workdays = calendar.find(row.branch_id, month.start)
            share = share_target(row.target, month, period, currency, workdays)
            targets[row.person_id] = targets.get(row.person_id, 0) + share
    return targets


def read_expected(tx: Connection, scope: Scope, period: Period, currency: str, today: date) -> dict[int | None, int]:
    """What of `read_targets` falls on the days of a period that are over: what is to be expected by now. E4."""
    over = min(today, period.end)
    return read_targets(tx, scope, Period(period.start, over), currency) if over > period.start else {}


def judge_target(
    revenue_e4: int, target_e4: int | None, expected_e4: int, period: Period, today: date
) -> Status | None:
    """How the revenue of a period stands against its target, by what of it was to be expected; None without one."""
    return judge(revenue_e4, target_e4, expected_e4, period, today) if target_e4 else None
