"""The KPI cards. One rule: every figure is an answer of core.metrics; cards of one period share their questions."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import Narrowing, choose_card_period, find_seat, make_question
from core.cards.catalogue import Card, ChartType, Trend, check_chart_type
from core.cards.choices import Dashboard, read_dashboard
from core.errors import NotFound
from core.goals.goals import GOAL_MEASURES, list_goals
from core.goals.progress import Status, find_share_over, judge
from core.goals.workdays import read_calendar
from core.metrics.ask import ask, resolve_question
from core.metrics.firsts import count_first_purchases
from core.metrics.measures import Measure, Measured, Value, divide, find_measure
from core.metrics.question import Question
from core.periods import END_OF_DAYS, FIRST_DAY, Period, previous
from core.reports.targets import read_expected, read_targets

MARGIN, UNCOSTED = "profit_margin", "uncosted_revenue"
LONGEST_BY_DAY = 366  # a longer course is told by month


class CardStatus(StrEnum):
    """How a figure stands against its target; `met` where there is none (the dashboard document's part 4)."""

    MET = "met"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A day ("2026-07-18") or month ("2026-07") of a course, and the value; None where it has no meaning."""

    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached in a period, and what of it was to be expected by now."""

    value: int
    expected: Fraction | int


@dataclass(frozen=True, slots=True)
class CardFigure:
    """A card filled in. Values are in the measure's own unit; the change is per cent of the value before.

    `pace` is how it stands against its target by now, in the words of goals; None without one.
    `period_before` is the period before; for one that is not over yet, as many days of it. None: there is none.
    """

    card: Card
    measure: Measure
    period: Period
    value: Value
    target: Value
    pace: Status | None
    period_before: Period | None
    before: Value
    trend: tuple[TrendPoint, ...]
    chart_type: ChartType
    is_custom: bool
    uncosted_e4: Value = None  # of a margin: the revenue it leaves out, for its cost is not known

    @property
    def difference(self) -> Value:
        """How far above the target; None without one."""
        return None if self.target is None or self.value is None else self.value - self.target

    @property
    def status(self) -> CardStatus:
        """Where the value stands."""
        ahead = self.difference or 0
        return CardStatus.ABOVE if ahead > 0 else CardStatus.BELOW if ahead < 0 else CardStatus.MET

    @property
    def change_percent(self) -> Value:
        """The change from the value before; None where there was nothing."""
        if self.value is None or self.before is None:
            return None
        change = Fraction(self.value) - self.before
        return divide(change, abs(Fraction(self.before)), 100)


Course = dict[str, tuple[TrendPoint, ...]]  # by card


def read_cards(tx: Connection, viewer: Viewer, narrowing: Narrowing) -> tuple[CardFigure, ...]:
    """The viewer's cards in their order, filled in: those granted and not hidden. Raises what `ask` raises."""
    dashboard = read_dashboard(tx, viewer)
    seats = [seat for seat in dashboard.list_shown() if isinstance(seat.card, Card)]
    wanted: dict[tuple[Period, tuple[tuple[str, str], ...]], list[Card]] = {}
    for seat in seats:
        if isinstance(seat.card, Card):
            period = choose_card_period(dashboard, viewer, seat, narrowing)
            wanted.setdefault((period, seat.card.where), []).append(seat.card)
    filled = {
        figure.card.name: figure
        for (period, where), cards in wanted.items()
        for figure in _fill(tx, viewer, dashboard, narrowing, period, where, cards)
    }
    return tuple(filled[seat.card.name] for seat in seats)


def read_card(tx: Connection, viewer: Viewer, name: str, narrowing: Narrowing) -> CardFigure:
    """One card of the viewer's, filled in.

    Raises NotFound and NotAllowed naming `name`, and what `ask` raises.
    """
    dashboard, seat = find_seat(tx, viewer, name)
    card = seat.card
    if not isinstance(card, Card):
        raise NotFound(f"{card.title} is a chart, not a figure.", field="name", hint=f"/chart {card.name}")
    period = choose_card_period(dashboard, viewer, seat, narrowing)
    return _fill(tx, viewer, dashboard, narrowing, period, card.where, [card])[0]


def _fill(
    tx: Connection,
    viewer: Viewer,
    dashboard: Dashboard,
    narrowing: Narrowing,
    period: Period,
    where: tuple[tuple[str, str], ...],
    cards: list[Card],
) -> list[CardFigure]:
    """Cards that have a period and filters in common."""
    measures = tuple(dict.fromkeys(card.measure for card in cards))
    question = make_question(measures, dashboard, narrowing, period, where)
    now = ask(tx, viewer, replace(question, measures=_with_left_out(measures))).totals
    earlier = find_period_before(period, dashboard.today)
    before = ask(tx, viewer, make_question(measures, dashboard, narrowing, earlier, where)).totals if earlier else {}
    targets = _read_targets(tx, viewer, question, dashboard.today)
    course = _read_course(tx, viewer, question, cards, dashboard.today)
    seats = {seat.card.name: seat for seat in dashboard.seats}
    return [
        CardFigure(
            card,
            find_measure(card.measure),
            period,
            now[card.measure],
            *_weigh_target(targets.get(card.measure), now[card.measure], period, dashboard.today),
            earlier,
            before.get(card.measure),
            course[card.name],
            check_chart_type(card, seats[card.name].choice.chart_type),
            seats[card.name].is_custom,
            now.get(UNCOSTED) if card.measure == MARGIN else None,
        )
        for card in cards
    ]


def _weigh_target(target: Target | None, value: Value, period: Period, today: date) -> tuple[Value, Status | None]:
    """The target of a figure, and how the figure stands by now, as its goal does."""
    if target is None:
        return None, None
    return target.value, judge(Fraction(value or 0), target.value, target.expected, period, today)


def _with_left_out(measures: tuple[str, ...]) -> tuple[str, ...]:
    return (*measures, UNCOSTED) if MARGIN in measures else measures


def find_period_before(period: Period, today: date) -> Period | None:
    """What a period is compared with: the one before, up to the same day while it runs; None for one without ends."""
    if period.start <= FIRST_DAY or period.end >= END_OF_DAYS:
        return None
    if period.start <= today < period.last_day:
        period = Period(period.start, today + timedelta(days=1), period.name, period.unit)
    return previous(period)


def _read_targets(tx: Connection, viewer: Viewer, question: Question, today: date) -> dict[str, Target]:
    """By measure, what is to be reached: of revenue the share of the months' targets, else a goal of just that period.

    None where only a part of the sales is looked at; a branch's goals are not those of all branches.
    """
    if question.where or question.within or question.people is not None:
        return {}
    scope, period = resolve_question(tx, viewer, question).scope, question.period
    found: dict[str, Target] = {}
    others = {name for name in question.measures if name in GOAL_MEASURES and name != "revenue"}
    if others and scope.branch_id is not None:
        calendar = read_calendar(tx, scope.company_id)
        for goal in list_goals(tx, viewer, period.start, person_id=scope.person_id, branch_id=scope.branch_id):
            is_of_period = (goal.period.start, goal.period.end) == (period.start, period.end)
            if goal.measure in others and is_of_period and goal.about is None and goal.person_id == scope.person_id:
                share = find_share_over(calendar, scope.branch_id, period, today)
                found[goal.measure] = Target(goal.target, goal.target * share)
    if "revenue" in question.measures:
        currency = viewer.company.currency
        revenue = read_targets(tx, scope, period, currency).get(scope.person_id)
        expected = read_expected(tx, scope, period, currency, today).get(scope.person_id, 0)
        found |= {} if revenue is None else {"revenue": Target(revenue, expected)}
    return found


def _read_course(tx: Connection, viewer: Viewer, question: Question, cards: list[Card], today: date) -> Course:
    """The course of every card: by day, or by month where the period is long."""
    daily = [card for card in cards if card.trend is Trend.DAILY]
    # A distinct count by day is read from the lines, and would take the others along.
    distinct = [card for card in daily if _is_distinct(find_measure(card.measure))]
    together = [card for card in daily if card not in distinct]
    course: Course = {}
    for group in ([together] if together else []) + [[card] for card in distinct]:
        course |= _read_daily(tx, viewer, question, group, today)
    for card in cards:
        if card.trend is Trend.CUMULATIVE:
            course[card.name] = _read_cumulative(tx, viewer, question, today)
    return course


def _is_distinct(measure: Measure) -> bool:
    return isinstance(measure, Measured) and measure.distinct_key is not None


def _read_daily(tx: Connection, viewer: Viewer, question: Question, cards: list[Card], today: date) -> Course:
    measures = tuple(dict.fromkeys(card.measure for card in cards))
    by = "day" if question.period.days <= LONGEST_BY_DAY else "month"
    answer = ask(tx, viewer, replace(question, measures=measures, by=(by,)))
    found = {row.labels[0] or "": row.values for row in answer.rows}
    labels = _list_labels(question.period, today, tuple(found))
    nothing: dict[str, Value] = {name: 0 if isinstance(find_measure(name), Measured) else None for name in measures}
    return {
        card.name: tuple(TrendPoint(label, found.get(label, nothing)[card.measure]) for label in labels)
        for card in cards
    }


def _read_cumulative(tx: Connection, viewer: Viewer, question: Question, today: date) -> tuple[TrendPoint, ...]:
    by_day = question.period.days <= LONGEST_BY_DAY
    new: dict[str, int] = {}
    for day, count in count_first_purchases(tx, viewer, question).items():
        label = day.isoformat() if by_day else f"{day:%Y-%m}"
        new[label] = new.get(label, 0) + count
    labels = _list_labels(question.period, today, tuple(new))
    return tuple(map(TrendPoint, labels, accumulate(new.get(label, 0) for label in labels)))


def _list_labels(period: Period, today: date, found: tuple[str, ...]) -> list[str]:
    """Every day of a period so far, or for a long one the months in which anything happened."""
    if period.days > LONGEST_BY_DAY:
        return sorted(found)
    end = min(period.end, max(today + timedelta(days=1), period.start))
    days = {(period.start + timedelta(days=index)).isoformat() for index in range((end - period.start).days)}
    return sorted(days | set(found))
