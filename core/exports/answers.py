"""Figures as reports. One rule: every figure is an answer of core.metrics or a page made of them; none is made here."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Viewer
from core.errors import InvalidInput
from core.exports.report import Column, Drawing, Figure, Kind, Report, Row
from core.exports.wanted import Wanted
from core.exports.wording import describe_period, describe_scope, find_style, may_see_profit, shorten_label
from core.goals.progress import Status
from core.leaderboard.ranking import rank_people
from core.metrics import Answer, Question, ask
from core.metrics.dimensions import Dimension
from core.metrics.measures import Measure, Unit, Value
from core.metrics.series import ask_window
from core.metrics.windows import parse_window
from core.periods import Period, month_of
from core.reports.team import read_team

KINDS = {Unit.MONEY: Kind.MONEY, Unit.QUANTITY: Kind.QUANTITY, Unit.COUNT: Kind.COUNT, Unit.PERCENT: Kind.PERCENT}
DAYS = ("day", "week")  # dimensions whose labels are days
MOST_BARS = 12
MOST_POINTS = 92
MOST_FIGURES = 5
TOTAL, OTHERS = "Total", "Others"
_CUSTOMER_MEASURES = ("revenue", "orders", "units", "average_order_value", "returns")


def begin_report(tx: Connection, viewer: Viewer, wanted: Wanted, name: str, title: str, period: Period) -> Report:
    """What every report of figures says of itself; the rest is filled in."""
    return Report(
        name,
        title,
        viewer.company.name,
        describe_scope(tx, viewer, wanted.branch, wanted.reach or Reach.TEAM),
        viewer.company.currency,
        (),
        iter(()),
        period,
        (*wanted.told, *(f"{name.replace('_', ' ')} {value}" for name, value in wanted.where)),
        nothing=f"There is nothing to report: {describe_period(period)}.",
        time_zone=viewer.time_zone,
        style=find_style(viewer),
    )


def find_period(viewer: Viewer, wanted: Wanted) -> Period:
    """The period asked for; this month unless said."""
    return wanted.period or month_of(clock.today(viewer.time_zone))


# ---- questions ------------------------------------------------------------------------------------------------------


def answer_question(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """Any measures by any dimensions, with the totals of all. Raises what `ask` raises."""
    if not wanted.measures:
        raise InvalidInput("A question needs a measure.", field="measures", hint="revenue,orders")
    question = _make_question(viewer, wanted, wanted.measures, wanted.by)
    answer = ask_window(tx, viewer, question, parse_window(wanted.window) if wanted.window else None)
    labels = [answer.measures[0].label, *(one.label.lower() for one in answer.measures[1:])]
    title = " and ".join(part for part in (", ".join(labels[:-1]), labels[-1]) if part)
    by = " and ".join(one.label.lower() for one in answer.dimensions)
    return _report_answer(tx, viewer, wanted, "question", f"{title} by {by}" if by else title, answer)


def list_customers(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """What each customer bought, and gave back."""
    measures = (*_CUSTOMER_MEASURES, *(("profit",) if may_see_profit(viewer) else ()))
    answer = ask(tx, viewer, _make_question(viewer, wanted, measures, ("customer",)))
    return _report_answer(tx, viewer, wanted, "customers", "Sales by customer", answer)


def _make_question(viewer: Viewer, wanted: Wanted, measures: tuple[str, ...], by: tuple[str, ...]) -> Question:
    return Question(
        measures,
        find_period(viewer, wanted),
        by,
        wanted.where,
        wanted.branch,
        wanted.reach or Reach.TEAM,
        as_of=wanted.as_of,
        limit=wanted.limit,
    )


def _report_answer(tx: Connection, viewer: Viewer, wanted: Wanted, name: str, title: str, answer: Answer) -> Report:
    dimensions, measures = answer.dimensions, answer.measures
    rows: list[Row] = [
        (
            *(_read_label(one, label) for one, label in zip(dimensions, row.labels, strict=True)),
            *(row.values[one.name] for one in measures),
        )
        for row in answer.rows
    ]
    blank = (None,) * max(0, len(dimensions) - 1)
    total: Row = (TOTAL, *blank, *(answer.totals[one.name] for one in measures))
    columns = [
        Column(one.label, _kind_of_label(one), share=1.2 if one.is_time else 1.8, unknown="unknown")
        for one in dimensions
    ]
    named = [(one.labels, one.values) for one in answer.rows]
    return replace(
        begin_report(tx, viewer, wanted, name, title, answer.period),
        columns=(*columns, *(Column(one.label, KINDS[one.unit], share=1.3) for one in measures)),
        rows=iter(rows if dimensions or any(row[0] for row in rows) else ()),
        totals=(total,) if dimensions and rows else (),
        figures=tuple(Figure(one.label, answer.totals[one.name], KINDS[one.unit]) for one in measures[:MOST_FIGURES]),
        drawing=_draw_rows(measures[0], dimensions[0], [(labels[0], values) for labels, values in named])
        if len(dimensions) == 1
        else None,
    )


def _kind_of_label(dimension: Dimension) -> Kind:
    return Kind.DATE if dimension.name in DAYS else Kind.TEXT


def _read_label(dimension: Dimension, label: str | None) -> str | date | None:
    return date.fromisoformat(label) if label is not None and dimension.name in DAYS else label


def _draw_rows(
    measure: Measure, dimension: Dimension, rows: list[tuple[str | None, dict[str, Value]]]
) -> Drawing | None:
    """Bars of the largest, or the course where rows follow one another in time."""
    known = [(label, value) for label, values in rows if label and (value := values[measure.name]) is not None]
    points = name_course(known) if dimension.is_time else known[:MOST_BARS]
    if len(points) < 2 or not any(value for _, value in points):
        return None
    title = f"{measure.label} by {dimension.label.lower()}"
    return Drawing(title, tuple(points), KINDS[measure.unit], is_course=dimension.is_time)


def name_course(points: list[tuple[str, int | Fraction]]) -> list[tuple[str, int | Fraction]]:
    """The latest points, their days and months in few letters."""
    return [(shorten_label(label), value) for label, value in points[-MOST_POINTS:]]


# ---- pages of their own ---------------------------------------------------------------------------------------------


def report_leaderboard(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """Who sold most."""
    period = find_period(viewer, wanted)
    ranking = rank_people(tx, viewer, period, wanted.rank_by or "revenue", wanted.branch)
    question = Question(("revenue", "orders", "units"), period, branch=wanted.branch, reach=Reach.BOARD)
    totals = ask(tx, viewer, question).totals
    rows: list[Row] = [(one.place, one.name, one.revenue_e4, one.orders, one.units_e3) for one in ranking.ranks]
    values = {"revenue": 2, "orders": 3, "units": 4}[ranking.measure]
    kind = {"revenue": Kind.MONEY, "orders": Kind.COUNT, "units": Kind.QUANTITY}[ranking.measure]
    points = tuple((str(row[1]), row[values]) for row in rows[:MOST_BARS])
    return replace(
        begin_report(tx, viewer, replace(wanted, reach=Reach.BOARD), "leaderboard", "Leaderboard", period),
        columns=(
            Column("Place", Kind.COUNT, share=0.6),
            Column("Person", share=3),
            Column("Revenue", Kind.MONEY, share=1.5),
            Column("Orders", Kind.COUNT),
            Column("Units", Kind.QUANTITY),
        ),
        rows=iter(rows),
        totals=((None, TOTAL, totals["revenue"], totals["orders"], totals["units"]),) if rows else (),
        figures=(
            Figure("Revenue", totals["revenue"], Kind.MONEY),
            Figure("Orders", totals["orders"], Kind.COUNT),
            Figure("Units", totals["units"], Kind.QUANTITY),
        ),
        drawing=Drawing(f"{ranking.measure.capitalize()} by person", points, kind) if len(rows) > 1 else None,  # type: ignore[arg-type]
    )


def report_team(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """Everybody against their target."""
    period = find_period(viewer, wanted)
    team = read_team(tx, viewer, period, wanted.branch)
    rows: list[Row] = [
        (
            one.person.name,
            one.revenue_e4,
            one.target_e4,
            one.percent,
            one.share_percent,
            one.orders,
            one.units_e3,
            one.status.value if one.status else None,
        )
        for one in team.members
    ]
    status = team.status.value if team.status else None
    total: Row = (TOTAL, team.revenue_e4, team.target_e4, team.percent, None, team.orders, team.units_e3, status)
    figures = [Figure("Revenue", team.revenue_e4, Kind.MONEY)]
    if team.target_e4 is not None:
        figures += [
            Figure("Target", team.target_e4, Kind.MONEY),
            Figure("Reached", team.percent, Kind.PERCENT, status or "", judge_status(team.status)),
            Figure("Missing", team.remaining_e4, Kind.MONEY),
        ]
    points = tuple((one.person.name, one.revenue_e4) for one in team.members[:MOST_BARS] if one.revenue_e4)
    return replace(
        begin_report(tx, viewer, wanted, "team", "Team against target", period),
        columns=(
            Column("Person", share=2.4),
            Column("Revenue", Kind.MONEY, share=1.5),
            Column("Target", Kind.MONEY, share=1.5),
            Column("Reached", Kind.PERCENT),
            Column("Share", Kind.PERCENT),
            Column("Orders", Kind.COUNT, share=0.9),
            Column("Units", Kind.QUANTITY, share=0.9),
            Column("Standing", share=1.2, unknown=""),
        ),
        rows=iter(rows),
        totals=(total,) if rows else (),
        figures=(*figures, Figure("Orders", team.orders, Kind.COUNT)),
        drawing=Drawing("Revenue by person", points, Kind.MONEY) if len(points) > 1 else None,
    )


def judge_status(status: Status | None) -> bool | None:
    """Whether a standing is good news; None where it is neither."""
    if status in (Status.ACHIEVED, Status.ON_TRACK):
        return True
    return False if status in (Status.BEHIND, Status.AT_RISK, Status.MISSED) else None
