"""Windows: running, rolling, to date, shifted, beside: against published cases, and against asking for every row."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection
from sqlalchemy.sql.functions import sum as sql_sum

from core.access import Role, Viewer, act_as_operator, load_viewer
from core.company import create_company
from core.db import Database
from core.errors import Conflict, InvalidInput, NotAllowed
from core.metrics.ask import ask
from core.metrics.measures import MEASURES, Measured
from core.metrics.question import Question
from core.metrics.series import MOST_ASKED, ask_window
from core.metrics.windows import STRETCHES, Bucket, Window, parse_window
from core.models.sales import lines
from core.money import E3, E4
from core.people.members import add_person
from core.periods import END_OF_DAYS, FIRST_DAY, Calendar, Period, month_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale
from tests.shop import Shop, open_shop

JANUARY = Period(date(2017, 1, 1), date(2017, 1, 11))


@dataclass
class Cube:
    """The published rows as sales, on Los Angeles' days, and the published cases by name."""

    tx: Connection
    viewer: Viewer
    cases: dict[str, Any]

    def read(self, words: str, measure: str = "lines", by: str = "day", period: Period = JANUARY) -> dict[str, object]:
        """A measure through a window: the value of every day, money in whole units."""
        answer = ask_window(self.tx, self.viewer, Question((measure,), period, by=(by,)), parse_window(words))
        scale = E4 if measure == "revenue" else 1
        found: dict[str, object] = {}
        for row in answer.rows:
            value = row.values[measure]
            found[row.labels[0] or ""] = None if value is None else value / scale
        return found


@pytest.fixture
def cube(tx: Connection, shared_data: Path) -> Cube:
    published = json.loads((shared_data / "metric_semantics" / "cube_cases.json").read_text(encoding="utf-8"))
    company = create_company(tx, "Cube", currency="USD", time_zone=published["timezone"], week_start=0)
    operator = act_as_operator(company)
    seller = load_viewer(tx, add_person(tx, operator, "Alice", Role.MANAGER, None, "alice").id)
    for row in published["inputs"]["visitors"]:
        terms = SaleTerms(
            (SaleLine(E3, total_e4=row["amount"] * E4),),
            platform=row["source"],
            sold_at=datetime.fromisoformat(row["created_at_utc"]),
        )
        record_sale(tx, seller, RecordSale("cube", str(row["id"]), terms))
    return Cube(tx, seller, {case["name"]: case for case in published["cases"]})


@pytest.mark.parametrize(
    ("name", "words", "measure"),
    [
        ("running_total", "running", "revenue"),
        ("rolling_2_days_offset_start", "rolling:2d:before", "revenue"),
        ("rolling_2_days_offset_start_shifted_1_day", "rolling:2d:before,shift:1d", "revenue"),
        ("rolling_count_2_days_offset_start", "rolling:2d:before", "orders"),
        ("week_to_date_count", "todate:week", "orders"),
        ("three_day_period_to_date_count", "todate:3d:2017-01-01", "orders"),
        ("unbounded_count", "running:all", "orders"),
    ],
)
def test_it_gives_the_published_figures_by_day(cube: Cube, name: str, words: str, measure: str) -> None:
    assert cube.read(words, measure) == cube.cases[name]["expected"]


def test_a_to_date_reaches_before_the_period(cube: Cube) -> None:
    first_days_cut = Period(date(2017, 1, 5), date(2017, 1, 11))
    expected = cube.cases["quarter_to_date_sum"]["expected"]
    assert cube.read("todate:quarter", "revenue", period=first_days_cut) == expected


def test_it_gives_the_published_months_and_weeks(cube: Cube) -> None:
    months = Period(date(2016, 9, 1), date(2017, 2, 1))
    assert cube.read("rolling:3m", "lines", "month", months) == cube.cases["trailing_3_months_count"]["expected"]
    week = Period(date(2017, 1, 9), date(2017, 1, 11))
    expected = cube.cases["trailing_3_days_offset_start_by_week"]["expected"]
    assert cube.read("rolling:3d:before", "revenue", "week", week) == expected


def test_totals_stay_those_of_the_period(cube: Cube) -> None:
    expected = cube.cases["totals"]["expected"]
    january = Period(date(2017, 1, 1), date(2017, 1, 31))
    of_some = ask(cube.tx, cube.viewer, Question(("revenue",), january, where=(("platform", "some"),)))
    question = Question(("lines",), january, by=("day",))
    counted = ask_window(cube.tx, cube.viewer, question, parse_window("todate:week")).totals["lines"]
    assert (of_some.totals["revenue"], counted) == (expected["revenue_source_some"] * E4, expected["row_count"])
    assert (of_some.totals["revenue"] or 0) / E4 / (counted or 1) == expected["visitor_count_per_revenue"]
    assert counted == cube.cases["week_to_date_count"]["total_without_granularity"]


FIRST, LAST = date(2024, 1, 20), date(2024, 4, 10)


@pytest.fixture(scope="module")
def months_of_sales(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Any:
    """Alice's and Bob's sales over a leap February, to three customers, and what came back of them."""
    path = tmp_path_factory.mktemp("windows") / "shop.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.begin() as tx:
        shop = open_shop(tx)
        for number in range(60):
            day = FIRST + timedelta(days=(number * 17) % (LAST - FIRST).days)
            seller = (shop.alice, shop.bob)[number % 2 and day > FIRST + timedelta(days=20)]
            shop.sell(
                tx,
                seller,
                1 + number % 3,
                shop.dumbbells,
                day=day,
                customer=("Jane", "Omar", "jane", "Wei")[number % 4],
            )
            if number % 11 == 0:
                shop.take_back(tx, seller, ("return", "exchange")[number % 2], E4, day + timedelta(days=3))
        yield tx, shop
    database.close()


LOOKS = [
    "running",
    "running:all",
    "rolling:7d",
    "rolling:2w:before",
    "rolling:1m",
    "rolling:1y",
    "shift:1m",
    "shift:3d",
]
LOOKS += [f"todate:{unit}" for unit in STRETCHES] + ["todate:10d:2024-02-29", "rolling:5d,shift:1w", "running,shift:2d"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(LOOKS),
    st.sampled_from(sorted(STRETCHES)),
    st.dates(FIRST, LAST - timedelta(days=40)),
    st.integers(1, 40),
    st.sampled_from([(), ("person",), ("customer",), ("sku", "person")]),
    st.booleans(),
)
def test_adding_up_and_asking_anew_agree(
    months_of_sales: Any, words: str, by: str, start: date, length: int, others: tuple[str, ...], time_first: bool
) -> None:
    """Customers make it ask for every row; without them it adds up; either way there are the same rows."""
    tx, shop = months_of_sales
    period = Period(start, start + timedelta(days=length))
    split = (by, *others) if time_first else (*others, by)
    names = ("revenue", "returns", "average_order_value")
    both = added, asked = [
        ask_window(tx, shop.alice, Question(measures, period, by=split), parse_window(words))
        for measures in (names, (*names, "customers"))
    ]
    plain, again = ([(row.labels, row.keys, *map(row.values.get, names)) for row in answer.rows] for answer in both)
    assert plain == again
    assert added.totals["revenue"] == asked.totals["revenue"]


@pytest.mark.parametrize(
    "measure", [one for one in MEASURES.values() if isinstance(one, Measured)], ids=lambda one: one.name
)
def test_only_sums_say_that_they_add_up(measure: Measured) -> None:
    assert measure.is_additive == isinstance(measure.over_lines(lines), sql_sum)


def test_distinct_customers_are_never_added_up(months_of_sales: Any) -> None:
    tx, shop = months_of_sales
    weeks = Question(("customers",), Period(FIRST, LAST), by=("week",))
    running = ask_window(tx, shop.alice, weeks, parse_window("running"))
    assert [row.values["customers"] for row in running.rows][-1] == 3 == running.totals["customers"]
    assert sum(row.values["customers"] or 0 for row in ask(tx, shop.alice, weeks).rows) > 3


def test_too_many_rows_to_ask_for_are_refused_by_the_measures_name(months_of_sales: Any) -> None:
    tx, shop = months_of_sales
    days = Question(("customers",), Period(FIRST, FIRST + timedelta(days=MOST_ASKED + 1)), by=("day",))
    with pytest.raises(Conflict) as refusal:
        ask_window(tx, shop.alice, days, parse_window("running"))
    assert refusal.value.field == "customers"


def test_an_open_period_goes_from_the_first_line_to_the_last(months_of_sales: Any) -> None:
    tx, shop = months_of_sales
    question = Question(("revenue",), Period(FIRST_DAY, END_OF_DAYS), by=("day",))
    answer = ask_window(tx, shop.alice, question, parse_window("running"))
    days = [row.labels[0] for row in ask(tx, shop.alice, question).rows]
    assert (answer.rows[0].labels[0], answer.rows[-1].labels[0]) == (days[0], days[-1])
    assert len(answer.rows) == (date.fromisoformat(days[-1] or "") - date.fromisoformat(days[0] or "")).days + 1
    assert answer.rows[-1].values["revenue"] == answer.totals["revenue"]


@pytest.mark.parametrize(("word", "before"), [("previous", month_of(FIRST)), ("last_year", month_of(date(2023, 2, 1)))])
def test_the_other_period_stands_beside(months_of_sales: Any, word: str, before: Period) -> None:
    tx, shop = months_of_sales
    february = month_of(date(2024, 2, 1))
    days = Question(("revenue", "customers"), february, by=("day",))
    beside = ask_window(tx, shop.alice, days, parse_window(word))
    assert [measure.name for measure in beside.measures] == [
        "revenue",
        "customers",
        f"revenue_{word}",
        f"customers_{word}",
    ]
    assert len(beside.rows) == february.days
    then = {row.labels[0]: row.values for row in ask(tx, shop.alice, Question(("revenue",), before, by=("day",))).rows}
    for place, row in enumerate(beside.rows):
        day = (before.start + timedelta(days=place)).isoformat()
        assert row.values[f"revenue_{word}"] == then.get(day, {}).get("revenue")
    whole = ask(tx, shop.alice, Question(("customers",), before))
    assert beside.totals[f"customers_{word}"] == whole.totals["customers"]


def test_without_time_the_other_period_stands_beside_each_group(months_of_sales: Any) -> None:
    tx, shop = months_of_sales
    march = month_of(date(2024, 3, 1))
    people = ask_window(tx, shop.alice, Question(("revenue",), march, by=("person",)), parse_window("previous"))
    february = ask(tx, shop.alice, Question(("revenue",), month_of(date(2024, 2, 1)), by=("person",)))
    assert {row.keys: row.values["revenue_previous"] for row in people.rows} == {
        row.keys: row.values["revenue"] for row in february.rows
    }


def test_a_window_widens_no_scope(months_of_sales: Any) -> None:
    tx, shop = months_of_sales
    question = Question(("revenue",), Period(FIRST, LAST), by=("week",))
    alice, bob, charlie = (
        ask_window(tx, viewer, question, parse_window("running:all")).rows[-1].values["revenue"]
        for viewer in (shop.alice, shop.bob, shop.charlie)
    )
    assert charlie is None
    assert 0 < (bob or 0) < (alice or 0)
    with pytest.raises(NotAllowed):
        ask_window(tx, shop.bob, Question(("profit",), JANUARY, by=("day",)), parse_window("running"))


@pytest.mark.parametrize("by", [(), ("person",), ("day", "month")])
def test_it_needs_one_stretch_of_time(tx: Connection, shop: Shop, by: tuple[str, ...]) -> None:
    with pytest.raises(Conflict) as refusal:
        ask_window(tx, shop.alice, Question(("revenue",), JANUARY, by=by), parse_window("running"))
    assert refusal.value.field == "by"


def test_nothing_stands_beside_everything(tx: Connection, shop: Shop) -> None:
    everything = Question(("revenue",), Period(FIRST_DAY, END_OF_DAYS))
    with pytest.raises(Conflict) as refusal:
        ask_window(tx, shop.alice, everything, parse_window("previous"))
    assert refusal.value.field == "period"


def test_a_row_of_a_shop_that_sold_nothing_has_no_value(tx: Connection, shop: Shop) -> None:
    answer = ask_window(tx, shop.alice, Question(("revenue",), JANUARY, by=("day",)), parse_window("running"))
    assert [row.values for row in answer.rows] == [{"revenue": None}] * 10


NO_WINDOWS = """
    sideways|running:some|rolling|rolling:0d|rolling:7x|rolling:7d:after|rolling:7d:before:so|todate|todate:fortnight|
    todate:3d:2017-02-30|todate:3m:2017-01-01|shift|shift:99999d|previous,shift:1d|running,rolling:2d|running,|rolling:٣d
"""


@pytest.mark.parametrize("text", [text.strip() for text in NO_WINDOWS.split("|")] + [""])
def test_it_refuses_what_is_no_window_by_name(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_window(text)
    assert refusal.value.field == "window"


def test_the_furthest_window_stays_within_the_calendar() -> None:
    bucket = Bucket(FIRST_DAY, FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=1), "")
    for text in ("rolling:9999m,shift:9999m", "rolling:99y:before,shift:99y", "rolling:9999w,shift:9999w"):
        window = parse_window(text)
        assert isinstance(window, Window)
        start, end = window.look(bucket, JANUARY, Calendar())
        assert date(1, 1, 1) < start < end
