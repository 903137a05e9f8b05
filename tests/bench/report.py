"""The figures, for people and for programs: medians, how far the ratios lay apart, and whether the laps drifted."""

import json
import statistics
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.race import Lap, Result, measure_drift

STEADY = 0.85  # the last laps' rate as a share of the first ones': what is less is shown


def show_results(results: Sequence[Result], console: Console) -> None:
    """One table of all contests."""
    table = Table(title="Salesbell beside what one would write by hand", title_justify="left")
    for heading in ("what", "on", "against", "setting"):
        table.add_column(heading)
    for heading in (
        "ours/s",
        "theirs/s",
        "ratio",
        "lowest … highest",
        "drift",
        "by CPU",
        "CPU µs",
        "theirs",
        "CPU ratio",
        "aim",
    ):
        table.add_column(heading, justify="right")
    for result in results:
        contest, aim = result.contest, result.contest.aim
        style = "" if aim is None else "green" if result.ratio >= aim else "red"
        table.add_row(
            contest.name,
            contest.storage,
            contest.against,
            contest.setting,
            f"{_median_rate(result.ours):,.0f}",
            f"{_median_rate(result.theirs):,.0f}",
            f"[{style}]{result.ratio:.2f}[/]" if style else f"{result.ratio:.2f}",
            f"{min(result.ratios):.2f} … {max(result.ratios):.2f}",
            *_show_drifts(result),
            f"{_median_cpu(result.ours):,.0f}",
            f"{_median_cpu(result.theirs):,.0f}",
            f"{result.cpu_ratio:.2f}",
            f"≥ {aim:.3g}" if aim is not None else "",
        )
    console.print(table)


def write_line(result: Result) -> str:
    """One contest as a line of JSON."""
    contest = result.contest
    return json.dumps(
        {
            "bench": contest.name,
            "storage": contest.storage,
            "against": contest.against,
            "setting": contest.setting,
            "unit": contest.unit,
            "ours_per_second": round(_median_rate(result.ours), 1),
            "theirs_per_second": round(_median_rate(result.theirs), 1),
            "ratio": round(result.ratio, 3),
            "ratios": [round(ratio, 3) for ratio in result.ratios],
            "our_laps_per_second": [round(lap.rate, 1) for lap in result.ours],
            "their_laps_per_second": [round(lap.rate, 1) for lap in result.theirs],
            "our_laps_cpu_us": [round(lap.cpu_us, 1) for lap in result.ours],
            "their_laps_cpu_us": [round(lap.cpu_us, 1) for lap in result.theirs],
            "ours_cpu_us": round(_median_cpu(result.ours), 1),
            "theirs_cpu_us": round(_median_cpu(result.theirs), 1),
            "cpu_ratio": round(result.cpu_ratio, 3),
            "aim": contest.aim,
        }
    )


def _show_drifts(result: Result) -> list[str]:
    """Of ours and theirs, by rate and by processor time."""
    pairs = zip(measure_drift(result.ours), measure_drift(result.theirs), strict=True)
    return [" / ".join(map(_show_drift, pair)) for pair in pairs]


def _show_drift(drift: float) -> str:
    return f"{drift:.2f}" if drift >= STEADY else f"[red]{drift:.2f}[/]"


def _median_rate(laps: Sequence[Lap]) -> float:
    return statistics.median(lap.rate for lap in laps)


def _median_cpu(laps: Sequence[Lap]) -> float:
    return statistics.median(lap.cpu_us for lap in laps)
