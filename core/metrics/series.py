"""Questions through a window. One rule: sums are added up from one answer, what is distinct is asked for every row.

There is a row for every day, week … of the period; where the question is split by more, for every one of them and each
group that has a line, of any kind, on any day that any row looks at. A row's values are None where its own days hold no
line of the group. Groups follow one another by name. Totals are those of the period itself.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.errors import Conflict
from core.metrics.ask import ask, order_by_name
from core.metrics.dimensions import Dimension
from core.metrics.measures import Derived, Measure, Measured, Value, list_measured
from core.metrics.question import Answer, AnswerRow, Label, Question
from core.metrics.windows import STRETCHES, Beside, Bucket, Days, Window
from core.models.rollups import ORDERS
from core.periods import END_OF_DAYS, FIRST_DAY, Calendar, Period

MOST_ROWS, MOST_ASKED = 10_000, 100

Group = tuple[tuple[Label, ...], tuple[object, ...]]  # labels and keys, without the time
Values = Mapping[str, Value]
Table = dict[Group, dict[int, Values]]  # of every group, the values of the rows that have any, by their place in time
ALONE: Group = ((), ())


@dataclass(frozen=True, slots=True)
class _Series:
    """A question's rows in time: the dimension that is time and where it stands, the other ones, the buckets."""

    time: str
    at: int
    others: tuple[str, ...]
    buckets: tuple[Bucket, ...]


def ask_window(tx: Connection, viewer: Viewer, question: Question, window: Window | Beside | None) -> Answer:
    """The answer to a question, through a window where one is given.

    Raises what `ask` raises, and Conflict: naming `by` where the question is not split by just one of days, weeks,
    months … or has too many rows, naming the measure where too many rows would each have to be asked for it, naming
    `period` where nothing can be before it.
    """
    if window is None:
        return ask(tx, viewer, question)
    if isinstance(window, Beside):
        return _ask_beside(tx, viewer, question, window)
    plain = ask(tx, viewer, replace(question, limit=None))
    series = _lay_out(tx, viewer, question, plain.dimensions)
    looks = [window.look(bucket, question.period, viewer.company.calendar) for bucket in series.buckets]
    not_adding = [one for one in list_measured(question.measures) if not _adds_up(one, viewer)]
    if not_adding and len(looks) > MOST_ASKED:
        message = f"{not_adding[0].label} cannot be added up, and is asked for every row: at most {MOST_ASKED}."
        raise Conflict(message, field=not_adding[0].name, hint="by=month")
    read = _ask_each if not_adding else _add_up
    table, source = read(tx, viewer, question, series, looks)
    rows = _make_rows(table, series, dict.fromkeys(measure.name for measure in plain.measures))
    return replace(plain, rows=rows[: question.limit], source=source or plain.source)


def _adds_up(measure: Measured, viewer: Viewer) -> bool:
    """Whether the values of single days add up: sums do, and orders unless the company has some of several days."""
    if measure.kept_as == ORDERS:
        return not viewer.company.has_spanning_orders
    return measure.is_additive


def _lay_out(tx: Connection, viewer: Viewer, question: Question, dimensions: Sequence[Dimension]) -> _Series:
    times = [index for index, dimension in enumerate(dimensions) if dimension.name in STRETCHES]
    if len(times) != 1:
        raise Conflict("A window needs the question split by one of days, weeks, months …", field="by", hint="day")
    at, names = times[0], [dimension.name for dimension in dimensions]
    buckets = list_buckets(_find_days(tx, viewer, question), names[at], viewer.company.calendar)
    return _Series(names[at], at, (*names[:at], *names[at + 1 :]), buckets)


def _find_days(tx: Connection, viewer: Viewer, question: Question) -> Days:
    """The period's days; of one open at an end, from the first day that has a line to the last."""
    start, end = question.period.start, question.period.end
    if start != FIRST_DAY and end != END_OF_DAYS:
        return start, end
    rows = ask(tx, viewer, replace(question, by=("day",), limit=None)).rows
    if not rows:
        return start, start
    first, last = (date.fromisoformat(row.labels[0] or "") for row in (rows[0], rows[-1]))
    return first if start == FIRST_DAY else start, last + timedelta(days=1) if end == END_OF_DAYS else end


def list_buckets(days: Days, time: str, calendar: Calendar) -> tuple[Bucket, ...]:
    """The days, weeks, months … that `days` touch, in order; Conflict naming `by` where there are too many of them."""
    stretch, (day, end) = STRETCHES[time], days
    found: list[Bucket] = []
    while day < end:
        own = stretch.find(day, calendar)
        found.append(Bucket(own.start, own.end, min(own.end, end), stretch.write(own.start)))
        day = own.end
        if len(found) > MOST_ROWS:
            raise Conflict(f"That is more than {MOST_ROWS:,} rows.", field="by", hint="month")
    return tuple(found)


def _add_up(
    tx: Connection, viewer: Viewer, question: Question, series: _Series, looks: Sequence[Days]
) -> tuple[Table, str]:
    """Sums over every row's days, from one answer by day (by month where all begin and end with months)."""
    seen = [days for days in looks if days[0] < days[1]]
    if not seen:
        return {}, ""
    is_monthly = all(edge.day == 1 for days in seen for edge in days)
    parts = list_measured(question.measures)
    wide = ask(
        tx,
        viewer,
        replace(
            question,
            measures=(*question.measures, *(part.name for part in parts if part.name not in question.measures)),
            by=("month" if is_monthly else "day", *series.others),
            period=Period(min(days[0] for days in seen), max(days[1] for days in seen)),
            limit=None,
        ),
    )
    by_group: defaultdict[Group, list[AnswerRow]] = defaultdict(list)
    for row in wide.rows:
        by_group[row.labels[1:], row.keys].append(row)
    measures = wide.measures[: len(question.measures)]
    summed = {group: _sum_rows(rows, measures, parts, looks) for group, rows in by_group.items()}
    return {group: values for group, values in summed.items() if values}, wide.source


def _sum_rows(
    rows: Sequence[AnswerRow], measures: Sequence[Measure], parts: Sequence[Measured], looks: Sequence[Days]
) -> dict[int, Values]:
    """The values over each of `looks`, of rows in the order of time: differences of running totals."""
    starts = [date.fromisoformat(f"{row.labels[0]}-01"[:10]) for row in rows]
    running = {part.name: [0, *accumulate(int(row.values[part.name] or 0) for row in rows)] for part in parts}
    found: dict[int, Values] = {}
    for place, (start, end) in enumerate(looks):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if first < last:
            summed = {name: totals[last] - totals[first] for name, totals in running.items()}
            found[place] = {
                one.name: one.formula(summed) if isinstance(one, Derived) else summed[one.name] for one in measures
            }
    return found


def _ask_each(
    tx: Connection, viewer: Viewer, question: Question, series: _Series, looks: Sequence[Days]
) -> tuple[Table, str]:
    """What cannot be added up, asked for every row's days. The company has a row only where there is any line."""
    table: defaultdict[Group, dict[int, Values]] = defaultdict(dict)
    sources: dict[str, None] = {}
    for place, (start, end) in enumerate(looks):
        if start < end:
            by = series.others or ("company",)
            answer = ask(tx, viewer, replace(question, by=by, period=Period(start, end), limit=None))
            sources[answer.source] = None
            for row in answer.rows:
                group = (row.labels, row.keys) if series.others else ALONE
                table[group][place] = row.values
    return dict(table), "+".join(sources)


def _make_rows(table: Table, series: _Series, nothing: Values) -> tuple[AnswerRow, ...]:
    """A row for every group and bucket; time first where it is asked first."""
    if not series.others:
        table = {ALONE: table.get(ALONE, {})}
    if len(table) * len(series.buckets) > MOST_ROWS:
        raise Conflict(f"That is more than {MOST_ROWS:,} rows.", field="by", hint="month")
    groups, places = sorted(table, key=lambda group: order_by_name(*group)), range(len(series.buckets))
    order = [(group, place) for group in groups for place in places]
    if series.at == 0:
        order = [(group, place) for place in places for group in groups]
    return tuple(
        AnswerRow(
            (*group[0][: series.at], series.buckets[place].label, *group[0][series.at :]),
            {**nothing, **table[group].get(place, {})},
            group[1],
        )
        for group, place in order
    )


def _ask_beside(tx: Connection, viewer: Viewer, question: Question, window: Beside) -> Answer:
    """Two answers as one: a measure of the other period is named after it, as `revenue_previous`."""
    if question.period.start == FIRST_DAY or question.period.end == END_OF_DAYS:
        raise Conflict("Only what has a beginning and an end can have one before it.", field="period", hint="month")
    present, other = (
        replace(question, period=period, limit=None) for period in (question.period, window.move(question.period))
    )
    now, then = ask(tx, viewer, present), ask(tx, viewer, other)
    names = {measure.name: f"{measure.name}_{window.word}" for measure in now.measures}
    named = [
        replace(measure, name=names[measure.name], label=f"{measure.label}, {window.word.replace('_', ' ')}")
        for measure in now.measures
    ]
    nothing = dict.fromkeys((*names, *names.values()))
    then_values = {names[name]: value for name, value in then.totals.items()}
    return replace(
        now,
        measures=(*now.measures, *named),
        rows=_join_rows(tx, viewer, (present, now), (other, then), names, nothing)[: question.limit],
        totals={**now.totals, **then_values},
    )


def _join_rows(
    tx: Connection,
    viewer: Viewer,
    present: tuple[Question, Answer],
    other: tuple[Question, Answer],
    names: Mapping[str, str],
    nothing: Values,
) -> tuple[AnswerRow, ...]:
    """Rows of the same place in time and of the same group, side by side."""
    (asked, now), (asked_then, then) = present, other
    if not any(dimension.name in STRETCHES for dimension in now.dimensions):
        groups: dict[Group, Values] = {(row.labels, row.keys): {**nothing, **row.values} for row in now.rows}
        for row in then.rows:
            group, renamed = (row.labels, row.keys), {names[name]: value for name, value in row.values.items()}
            groups[group] = {**groups.get(group, nothing), **renamed}
        return tuple(AnswerRow(labels, dict(values), keys) for (labels, keys), values in groups.items())
    series = _lay_out(tx, viewer, asked, now.dimensions)
    table = _place(now, series)
    for group, rows in _place(then, _lay_out(tx, viewer, asked_then, then.dimensions)).items():
        for place, values in rows.items():
            if place < len(series.buckets):
                renamed = {names[name]: value for name, value in values.items()}
                table.setdefault(group, {})[place] = {**table.get(group, {}).get(place, {}), **renamed}
    return _make_rows(table, series, nothing)


def _place(answer: Answer, series: _Series) -> Table:
    """An answer's rows by their group and their place in time."""
    places = {bucket.label: place for place, bucket in enumerate(series.buckets)}
    table: defaultdict[Group, dict[int, Values]] = defaultdict(dict)
    for row in answer.rows:
        labels = (*row.labels[: series.at], *row.labels[series.at + 1 :])
        table[labels, row.keys][places[row.labels[series.at] or ""]] = row.values
    return dict(table)
