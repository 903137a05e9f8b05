"""Cards and charts. One rule: whatever they show is what `ask` says, for the same eyes."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import Narrowing
from core.cards.catalogue import CARDS, CHARTS, Chart
from core.cards.charts import read_chart
from core.cards.choices import change_choice, refuse_cards
from core.cards.drill import explain_card
from core.cards.figures import CardStatus, read_cards
from core.errors import NotAllowed, NotFound
from core.metrics import Question, ask
from core.metrics.measures import MEASURES, is_additive
from core.metrics.why import LinesWanted, locate, why
from core.money import E4
from core.periods import Calendar, Period, month_of, parse_period
from tests.core.cards.reading import read_by_name
from tests.core.demo_day import TODAY
from tests.shop import Shop, open_shop, set_target

WORDS = ["month", "last month", "week", "7d", "quarter", "all", "2026-10-05..2026-11-03", "yesterday"]
periods = st.sampled_from(WORDS).map(lambda words: parse_period(words, TODAY, Calendar()))
SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def turn_profit_on(tx: Connection, viewer: Viewer) -> None:
    for name in ("total_profit", "profit_margin", "avg_profit_per_order"):
        change_choice(tx, viewer, name, is_hidden=False)


# ---- the same as asked for otherwise --------------------------------------------------------------------------------


def test_what_a_chart_shows_adds_up_to_the_card(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo

    @settings(max_examples=60, **SETTINGS)  # type: ignore[arg-type]
    @given(st.sampled_from(sorted(CHARTS)), periods, st.integers(1, 12))
    def agree(name: str, period: Period, top: int) -> None:
        chart = read_chart(tx, viewer, name, Narrowing(period), top)
        total = ask(tx, viewer, Question((chart.measure.name,), period)).totals[chart.measure.name]
        shown = sum(row.values[chart.measure.name] or 0 for row in chart.rows)
        assert is_additive(chart.measure)
        assert shown + (chart.others or 0) == chart.total == total
        assert len(chart.rows) <= top

    agree()


def test_the_lines_behind_a_cell_are_the_cell(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    dimensions = st.sampled_from(["month", "week", "person", "team", "branch", "product", "category", "customer"])
    splits = st.lists(dimensions, max_size=2, unique=True).map(tuple)

    @settings(max_examples=60, **SETTINGS)  # type: ignore[arg-type]
    @given(st.sampled_from(sorted(MEASURES)), splits, periods, st.data())
    def agree(name: str, by: tuple[str, ...], period: Period, data: st.DataObject) -> None:
        question = Question((name,), period, by=by)
        answer = ask(tx, viewer, question)
        if not answer.rows:
            return
        row = data.draw(st.sampled_from(answer.rows))
        cell = locate(answer.dimensions, row)
        page = why(tx, viewer, question, cell, LinesWanted(limit=200))
        assert page.value == row.values[name]
        if page.pages == 1:
            assert sum(line["amount"] for line in page.rows) == page.amount_e4
            added = {"revenue": "amount", "units": "quantity", "cost": "cost", "profit": "profit", "returns": "amount"}
            if name in added:
                assert sum(line[added[name]] or 0 for line in page.rows) == row.values[name]
            if name == "orders":
                assert len({line["document"] for line in page.rows}) == row.values[name]
            if name == "lines":
                assert page.total == row.values[name]

    agree()


def test_every_row_of_every_chart_has_its_lines(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    everything = Narrowing(parse_period("all", TODAY, Calendar()))
    for name in CHARTS:
        chart = read_chart(tx, viewer, name, everything)
        assert chart.rows or name == "top_loss_items", name
        for row in chart.rows[:3]:
            _, _, page = explain_card(tx, viewer, name, everything, row.cell)
            assert page.value == row.values[chart.measure.name], (name, row.label)


def test_pages_of_lines_are_all_of_them_once(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    question = Question(("revenue",), month_of(TODAY, -1))
    whole = ask(tx, viewer, question).totals["revenue"]
    for sort in ("-day", "amount", "-customer", "sku"):
        first = why(tx, viewer, question, wanted=LinesWanted(1, 7, sort))
        pages = [why(tx, viewer, question, wanted=LinesWanted(page, 7, sort)) for page in range(1, first.pages + 1)]
        assert sum(line["amount"] for page in pages for line in page.rows) == whole
        assert sum(len(page.rows) for page in pages) == first.total
    rising = why(tx, viewer, question, wanted=LinesWanted(1, 200, "amount")).rows
    assert [line["amount"] for line in rising] == sorted(line["amount"] for line in rising)


# ---- cards ----------------------------------------------------------------------------------------------------------


def test_it_has_a_value_a_target_and_a_past(tx: Connection, shop: Shop, today: date) -> None:
    shop.sell(tx, shop.bob, 4, customer="Jane")
    shop.sell(tx, shop.dana, 2, customer="JANE")
    shop.sell(tx, shop.alice, 1, customer="Omar")
    shop.sell(tx, shop.charlie, 1, shop.dumbbells, customer="Zoë")
    set_target(tx, shop, 1000, today)
    cards = read_by_name(tx, shop.alice)
    assert list(cards) == [name for name, card in CARDS.items() if not card.is_hidden_at_first]
    revenue = cards["total_revenue"]
    assert (revenue.value, revenue.target) == (1_749_300, 1000 * E4)
    assert (revenue.difference, revenue.status) == (1_749_300 - 1000 * E4, CardStatus.BELOW)
    assert cards["total_invoices"].value == 3
    assert cards["unique_customers"].value == 2
    assert cards["avg_invoice_value"].value == 583_100
    assert cards["total_invoices"].status is CardStatus.MET
    assert revenue.before == 0
    assert revenue.change_percent is None
    set_target(tx, shop, 100, today)
    assert read_by_name(tx, shop.alice)["total_revenue"].status is CardStatus.ABOVE


@pytest.mark.parametrize(
    ("day", "last_day_before"),
    [
        (date(2026, 11, 20), date(2026, 10, 20)),
        (date(2026, 11, 30), date(2026, 10, 31)),  # it has come to its end
        (date(2027, 3, 30), date(2027, 2, 28)),  # there is no such day
        (date(2028, 3, 1), date(2028, 2, 1)),
    ],
    ids=str,
)
def test_a_running_month_is_compared_up_to_the_same_day(tx: Connection, day: date, last_day_before: date) -> None:
    with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
        shop = open_shop(tx)
        shop.sell(tx, shop.bob, 1, day=last_day_before)
        shop.sell(tx, shop.bob, 3, day=day)
        revenue = read_by_name(tx, shop.bob)["total_revenue"]
    assert revenue.period_before is not None
    assert revenue.period_before.start == last_day_before.replace(day=1)
    assert revenue.period_before.last_day == last_day_before
    assert revenue.change_percent == 200


def test_customers_are_counted_once_along_the_days(tx: Connection, shop: Shop, today: date) -> None:
    first = month_of(today, -1).start
    for offset, customer in ((0, "Jane"), (1, "jane"), (1, "Omar"), (3, "Ann"), (3, None)):
        shop.sell(tx, shop.bob, 1, day=first.replace(day=1 + offset), customer=customer)
    card = read_by_name(tx, shop.alice, period=month_of(today, -1))["unique_customers"]
    course = [point.value for point in card.trend]
    assert course[:5] == [1, 2, 2, 3, 3]
    assert len(course) == month_of(today, -1).days
    assert course[-1] == card.value == 3


def test_the_course_of_a_sum_is_the_sum(demo: tuple[Connection, Viewer]) -> None:
    tx, viewer = demo
    for words in WORDS:
        cards = read_by_name(tx, viewer, period=parse_period(words, TODAY, Calendar()))
        for name in ("total_revenue", "total_quantity", "total_invoices"):
            assert sum(point.value or 0 for point in cards[name].trend) == cards[name].value, (words, name)
        customers = cards["unique_customers"]
        assert not customers.value or customers.trend[-1].value == customers.value


def test_profit_is_off_until_turned_on_and_never_for_who_may_not(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2)
    assert "total_profit" not in read_by_name(tx, shop.alice)
    turn_profit_on(tx, shop.alice)
    cards = read_by_name(tx, shop.alice)
    assert cards["total_profit"].value == 271_800
    assert cards["avg_profit_per_order"].value == 271_800
    assert "total_profit" not in read_by_name(tx, shop.sam)
    turn_profit_on(tx, shop.bob)
    assert "total_profit" not in read_by_name(tx, shop.bob)
    for name in ("month_wise_profit", "revenue_vs_profit", "total_profit"):
        with pytest.raises(NotAllowed):
            explain_card(tx, shop.bob, name, Narrowing())


# ---- who sees what --------------------------------------------------------------------------------------------------


def test_charlies_cards_and_charts_show_nothing_of_alices_branch(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 4, customer="Jane", platform="Etsy")
    shop.sell(tx, shop.alice, 1)
    assert all(not figure.value for figure in read_cards(tx, shop.charlie, Narrowing()))
    for chart in CHARTS.values():
        if "profit" in chart.measures:
            continue
        assert read_chart(tx, shop.charlie, chart.name, Narrowing()).rows == ()
        assert explain_card(tx, shop.charlie, chart.name, Narrowing())[2].total == 0
    bobs = locate_person(tx, shop)
    assert explain_card(tx, shop.charlie, "salesperson_totals", Narrowing(), bobs)[2].total == 0
    for narrowed in ({"where": (("person", "bob"),)}, {"branch": "Mall"}, {"branch": "all"}):
        with pytest.raises(NotAllowed):
            read_cards(tx, shop.charlie, Narrowing(**narrowed))  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            explain_card(tx, shop.charlie, "country", Narrowing(**narrowed))  # type: ignore[arg-type]


def locate_person(tx: Connection, shop: Shop) -> tuple[tuple[str, str | None], ...]:
    rows = read_chart(tx, shop.alice, "salesperson_totals", Narrowing()).rows
    return next(row.cell for row in rows if row.label == "Bob")


def test_bob_sees_his_own_and_dana_the_branch(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 4)
    shop.sell(tx, shop.alice, 1)
    assert read_by_name(tx, shop.bob)["total_quantity"].value == 4000
    assert read_by_name(tx, shop.dana)["total_quantity"].value == 5000
    assert [row.label for row in read_chart(tx, shop.bob, "salesperson_totals", Narrowing()).rows] == ["Bob"]
    _, _, page = explain_card(tx, shop.bob, "revenue", Narrowing())
    assert {line["person"] for line in page.rows} == {"Bob"}
    assert "cost" not in page.rows[0]
    with pytest.raises(NotAllowed):
        explain_card(tx, shop.bob, "revenue", Narrowing(), wanted=LinesWanted(sort="-profit"))


def test_a_refused_card_is_gone_for_one_person(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 1)
    assert refuse_cards(tx, shop.sam, "@bob", ("country wise sales", "Total Revenue")) == (
        "Country wise Sales",
        "Total Revenue",
    )
    assert "total_revenue" not in read_by_name(tx, shop.bob)
    change_choice(tx, shop.bob, "country", is_hidden=False)
    for read in (read_chart, explain_card):
        with pytest.raises(NotAllowed, match="Sales by Country"):
            read(tx, shop.bob, "country", Narrowing())
    assert read_chart(tx, shop.dana, "country", Narrowing()).rows[0].label == "Unknown"
    refuse_cards(tx, shop.sam, "@bob", ())
    assert read_chart(tx, shop.bob, "country", Narrowing()).rows
    for nobody in (shop.alice, shop.bob, shop.charlie):
        with pytest.raises(NotAllowed):
            refuse_cards(tx, nobody, "@bob", ())
    with pytest.raises(NotFound):
        refuse_cards(tx, shop.sam, "@bob", ("Moon wise Sales",))


def test_every_chart_is_complete() -> None:
    assert len(CARDS) == 8
    assert len(CHARTS) == 13  # the most profitable items and those of the largest loss are one part of the document
    assert all(isinstance(chart, Chart) and chart.types for chart in CHARTS.values())
