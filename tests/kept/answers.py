"""The questions a kept database was asked when it was written down, and is asked again; at the command line."""

import json
from collections.abc import Iterable
from typing import Any

from click.testing import CliRunner

from bot.cli.main import salesbell

EVER = ("--from", "2026-05-01", "--to", "2026-08-31", "--branch", "all")
SUMS = (
    "revenue,returns,exchanges,guest_coverage,net_revenue,units,orders,lines,customers"
    ",cost,profit,discount,tax,invoiced"
)
SPLITS = {
    SUMS: ("day", "month", "person", "branch", "product", "customer"),
    "revenue,orders": ("team", "category", "person,month"),
    "revenue,units": ("platform", "coupon", "variant", "currency"),
    "revenue,lines": ("source", "route", "voucher_type"),
}
QUESTIONS = (
    *(("lumina", *EVER, "--measures", measures, "--by", by) for measures, splits in SPLITS.items() for by in splits),
    ("lumina", *EVER, "--measures", SUMS, "--as-of", "2026-06-20T12:00:00Z"),
    ("lumina", *EVER, "--measures", SUMS, "--as-of", "2026-07-21T12:00:00Z", "--by", "person"),
    ("lumina", "--period", "2026-07", "--measures", SUMS, "--as", "alice", "--by", "person"),
    ("lumina", "--period", "2026-07", "--measures", "revenue,units,orders", "--as", "bob", "--by", "day"),
    ("corner_shop", *EVER, "--measures", SUMS, "--by", "customer"),
)


def call(url: str, *words: str, code: int = 0) -> str:
    """What a command prints that works on the database at `url` and ends with that exit code."""
    done = CliRunner().invoke(salesbell, words, env={"SALESBELL_DATABASE_URL": url}, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def ask_everything(url: str) -> list[dict[str, Any]]:
    """Every question with its figures."""
    return [{"question": list(question), **_ask(url, *question)} for question in QUESTIONS]


def ask_again(url: str, answers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same questions as those of `answers`, with today's figures."""
    return [{"question": one["question"], **_ask(url, *one["question"])} for one in answers]


def _ask(url: str, company: str, *words: str) -> dict[str, Any]:
    """The figures of one answer, whatever they were read from; rows that are worth the same may stand in any order."""
    answer = json.loads(call(url, "ask", "--json", "--company", company, *words).splitlines()[-1])
    return {"rows": sorted(answer["rows"], key=json.dumps), "totals": answer["totals"], "currency": answer["currency"]}
