"""A digest as a message: what one reads on a phone."""

import html
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import read_text
from bot.views.digest import show_digest
from bot.views.notices import show_goals_met
from core.goals.goals import Goal
from core.goals.progress import Progress, Status
from core.leaderboard.ranking import Rank, Ranking
from core.metrics.measures import Unit
from core.periods import Period, month_of
from core.reports.digest import Digest, Kpi
from core.reports.standing import BestProduct

SIX = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)
TODAY = Period(date(2026, 7, 15), date(2026, 7, 16))
YESTERDAY = Period(date(2026, 7, 14), date(2026, 7, 15))


def _rank(place: int, name: str, revenue: int, *, is_viewer: bool = False) -> Rank:
    return Rank(place, place, name, revenue * 10_000, 1, 1_000, is_viewer)


def _goal(measure: str, target: int, person: str | None = None, product: str | None = None) -> Goal:
    return Goal(
        1,
        1,
        1 if person else None,
        person,
        1 if product else None,
        product,
        measure,
        target,
        month_of(TODAY.start),
        None,
    )


DIGEST = Digest(
    cadence="daily",
    title="Mall",
    is_own=False,
    period=TODAY,
    before=YESTERDAY,
    is_so_far=True,
    kpis=(
        Kpi("revenue", "Revenue", Unit.MONEY, 24_500_000, 20_000_000),
        Kpi("orders", "Orders", Unit.COUNT, 7, 8),
        Kpi("units", "Units", Unit.QUANTITY, 12_500, 12_500),
        Kpi("average_order_value", "Average order value", Unit.MONEY, Fraction(24_500_000, 7), 2_500_000),
        Kpi("customers", "Customers", Unit.COUNT, 3, 0),
    ),
    ranking=Ranking(
        (_rank(1, "Alice", 1_000), _rank(2, "Bob <i>", 725, is_viewer=True), _rank(2, "نورة", 725)),
        "revenue",
        TODAY,
        24_500_000,
        "SAR",
    ),
    more_ranks=2,
    goals=(
        Progress(_goal("revenue", 1_000_000_000), 450_000_000, Status.AT_RISK),
        Progress(_goal("units", 20_000, "Bob", "SolarGlow"), 20_000, Status.ACHIEVED),
    ),
    more_goals=0,
    best_product=BestProduct("SolarGlow & Co", 9_996_000, 40_000),
    currency="SAR",
    due_at=SIX,
    time_zone="Asia/Riyadh",
)


def test_it_reads_like_this() -> None:
    assert show_digest(DIGEST, SIX) == (
        "📊 <b>Daily digest</b> · Mall\n"
        "Wed, 15 Jul 2026 · so far\n"
        "\n"
        "<b>The branch</b>, against Tue, 14 Jul 2026\n"
        "Revenue: <b>SAR 2,450.00</b> ▲ 22.5%\n"
        "Orders: <b>7</b> ▼ 12.5%\n"
        "Units: <b>12.5</b> = 0%\n"
        "Average order value: <b>SAR 350.00</b> ▲ 40%\n"
        "Customers: <b>3</b> new\n"
        "\n"
        "🏆 <b>Leaderboard</b>\n"
        "🥇 Alice: SAR 1,000.00\n"
        "🥈 <b>Bob &lt;i&gt;</b> (you): SAR 725.00\n"
        "🥈 \u2068نورة\u2069: SAR 725.00\n"
        "… and 2 more\n"
        "\n"
        "🎯 <b>Goals</b>\n"
        "🔴 Branch: at risk\n"
        "▰▰▰▰▱▱▱▱▱▱ 45% of SAR 100,000.00\n"
        "🏆 Bob · SolarGlow: achieved\n"
        "▰▰▰▰▰▰▰▰▰▰ 100% of 20 units\n"
        "\n"
        "⭐ Best seller: SolarGlow &amp; Co, 40 sold, SAR 999.60"
    )


def test_one_that_comes_late_says_since_when() -> None:
    assert "Late" not in show_digest(DIGEST, SIX + timedelta(minutes=5))
    assert "\n⏰ Late: was due at 18:00\n" in show_digest(DIGEST, SIX + timedelta(minutes=40))
    assert "\n⏰ Late: was due at Wed, 15 Jul 2026, 18:00\n" in show_digest(DIGEST, SIX + timedelta(hours=7))


def test_an_employees_shows_what_all_reached_together() -> None:
    shown = show_digest(replace(DIGEST, is_own=True), SIX)

    assert "<b>Your sales</b>" in shown
    assert "Together: <b>SAR 2,450.00</b>" in shown


def test_a_day_without_sales_is_short() -> None:
    nothing = tuple(replace(kpi, value=0, before=0) for kpi in DIGEST.kpis[:3])
    ranking = replace(DIGEST.ranking, ranks=(), total_revenue_e4=0)
    shown = show_digest(replace(DIGEST, kpis=nothing, ranking=ranking, goals=(), best_product=None, more_ranks=0), SIX)

    assert shown.endswith("Revenue: <b>SAR 0.00</b>\nOrders: <b>0</b>\nUnits: <b>0</b>\n\nNothing was sold.")


@given(name=st.text(min_size=1, max_size=300))
def test_whatever_people_are_called_telegram_takes_it(name: str) -> None:
    digest = replace(
        DIGEST,
        title=name,
        ranking=replace(DIGEST.ranking, ranks=tuple(_rank(place, name, 10**12) for place in range(1, 12))),
        goals=tuple(Progress(_goal("units", 10**15, name, name), 1, Status.AT_RISK) for _ in range(12)),
        best_product=BestProduct(name, 10**16, 10**15),
    )

    text, entities = read_text(show_digest(digest, SIX), "HTML", None)

    assert len(text) <= 4096
    assert not {entity["type"] for entity in entities} & {"text_link", "italic", "pre", "spoiler", "underline"}
    assert html.unescape(text.splitlines()[0]).startswith("📊 Daily digest · ")


@pytest.mark.parametrize(
    ("measure", "target", "product", "said"),
    [
        ("revenue", 500_000_000, None, "SAR 50,000.00 in sales"),
        ("revenue", 500_000_000, "Solar <Glow>", "SAR 50,000.00 in sales of Solar &lt;Glow&gt;"),
        ("units", 20_000, "SolarGlow", "20 units of SolarGlow"),
        ("units", 1_000, None, "1 unit"),
        ("orders", 1, None, "1 sale"),
        ("orders", 1_200, "SolarGlow", "1,200 sales of SolarGlow"),
        ("profit", 20_000_000, None, "SAR 2,000.00 in profit"),
        ("profit", 20_000_000, "SolarGlow", "SAR 2,000.00 in profit on SolarGlow"),
        ("customers", 12, "SolarGlow", "12 customers for SolarGlow"),
    ],
)
def test_a_goal_that_was_met_is_told_in_a_sentence(measure: str, target: int, product: str | None, said: str) -> None:
    content = {"goal_id": 1, "measure": measure, "target": target, "person": None, "product": product,
               "start": "2026-07-01", "last": "2026-07-31", "currency": "SAR"}  # fmt: skip

    assert show_goals_met({"goals": [content]}) == f"🏆 <b>Goal met</b> · July 2026\nThe branch has reached {said}."
    assert show_goals_met({"goals": [content | {"person": "Bob"}]}).endswith(f"\nBob has reached {said}.")
