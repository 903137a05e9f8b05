"""What Lumina Home wants to reach. One rule: somebody is on track today, somebody behind, somebody nearly there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.demo.cast import ACTOR_OF, HERO, MANAGER_OF, RIVAL, ROOKIE
from core.demo.catalogue import BRANCHES, JEDDAH, RIYADH, SOLARGLOW
from core.demo.morning import MISSING_UNITS, goal_period
from core.demo.story import Telling, count_units, sum_revenue_e4
from core.money import E3, E4
from core.periods import Period, month_of

REACH_E4 = 330 * E4  # less than what the first suggestion sells for
LEAST_GAP_E4 = 60 * E4
STEPS = (5_000, 2_500, 1_000, 500, 250, 100, 50)

# A month's target as per cent of what the person or branch usually sells in one.
AMBITIONS = {RIVAL: 105, "priya": 165, "yousef": 270, "faisal": 110, "khalid": 170, RIYADH: 110, JEDDAH: 155}
# The same of the month that is over, as per cent of what it came to: below 100 it was reached.
OUTCOMES = {HERO: 75, RIVAL: 96, "priya": 108, "yousef": 92, "faisal": 98, ROOKIE: 121, "khalid": 107}
BRANCH_OUTCOMES = {RIYADH: 97, JEDDAH: 106}


@dataclass(frozen=True, slots=True)
class Target:
    """A goal of a branch, or of one person in it: revenue in e4, or units of a product in e3."""

    branch: str
    target: int
    period: Period
    handle: str | None = None
    sku: str | None = None

    @property
    def measure(self) -> str:
        """What is counted."""
        return "units" if self.sku else "revenue"

    @property
    def set_by(self) -> str:
        """The manager of the branch."""
        return MANAGER_OF[self.branch]


def list_targets(tellings: Sequence[Telling], today: date) -> list[Target]:
    """The targets of last month and this one, and the goal of one product."""
    return [*_list_last_month(tellings, today), *_list_this_month(tellings, today), _set_product_goal(tellings, today)]


def _list_last_month(tellings: Sequence[Telling], today: date) -> Iterator[Target]:
    month = month_of(today, -1)
    for branch, percent in BRANCH_OUTCOMES.items():
        sold_e4 = sum_revenue_e4(tellings, month, branch=branch)
        yield Target(branch, _round(sold_e4 * percent // 100, 1_000), month)
    for handle, percent in OUTCOMES.items():
        sold_e4 = sum_revenue_e4(tellings, month, handle=handle)
        yield Target(_home(handle), _round(sold_e4 * percent // 100, 250), month, handle)


def _list_this_month(tellings: Sequence[Telling], today: date) -> Iterator[Target]:
    month = month_of(today)
    for name, percent in AMBITIONS.items():
        branch, handle = (name, None) if name in BRANCHES else (_home(name), name)
        usual_e4 = _estimate_month(tellings, month, handle, branch)
        yield Target(branch, _round(usual_e4 * percent // 100, 500 if handle else 1_000), month, handle)
    hero_e4 = sum_revenue_e4(tellings, month, handle=HERO)
    yield Target(RIYADH, _choose_next(hero_e4), month, HERO)
    yield Target(JEDDAH, _set_for_rookie(tellings, month), month, ROOKIE)


def _estimate_month(tellings: Sequence[Telling], month: Period, handle: str | None, branch: str) -> int:
    """What a month like this brings at the pace of the whole story."""
    first, last = tellings[0].day, tellings[-1].day
    story = Period(first, last)
    return sum_revenue_e4(tellings, story, handle=handle, branch=branch) * month.days // story.days


def _choose_next(sold_e4: int) -> int:
    """The roundest target that one good sale reaches."""
    for step in STEPS:
        target_e4 = -(-(sold_e4 + LEAST_GAP_E4) // (step * E4)) * step * E4
        if target_e4 <= sold_e4 + REACH_E4:
            return target_e4
    raise AssertionError("the smallest step always fits")


def _set_for_rookie(tellings: Sequence[Telling], month: Period) -> int:
    """Reached already, once the month has something to show; before that, an ordinary one."""
    sold_e4 = sum_revenue_e4(tellings, month, handle=ROOKIE)
    if sold_e4 >= 1_500 * E4:
        return _round(sold_e4 * 92 // 100, 100)
    return _round(_estimate_month(tellings, month, ROOKIE, JEDDAH), 500)


def _set_product_goal(tellings: Sequence[Telling], today: date) -> Target:
    period = goal_period(today)
    sold = count_units(tellings, SOLARGLOW, RIYADH, period)
    return Target(RIYADH, (sold + MISSING_UNITS) * E3, period, sku=SOLARGLOW)


def _round(amount_e4: int, step: int) -> int:
    """Down to a multiple of the step, in units of the currency; never to nothing."""
    return max(1, amount_e4 // (step * E4)) * step * E4


def _home(handle: str) -> str:
    return ACTOR_OF[handle].branch
