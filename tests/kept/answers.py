"""The questions a kept database was asked when it was written down, and is asked again; at the command line."""

import json
from collections.abc import Iterable
from typing import Any

from click.testing import CliRunner

from bot.cli.main import salesbell

EVER = ("--from", "2026-05-01", "--to", "2026-08-31", "--branch", "all")
SUMS = "revenue,returns,exchanges,guest_coverage,net_revenue,units,orders,lines,customers,cost,profit,discount,tax,invoiced"
QUESTIONS = (
    *(("lumina", *EVER, "--measures", SUMS, "--by", by) for by in ("day", "month", "person", "branch", "product", "customer")),
    *(("lumina", *EVER, "--measures", "revenue,orders", "--by", by) for by in ("team", "category", "person,month")),
    *(("lumina", *EVER, "--measures", "revenue,units", "--by", by) for by in ("platform", "coupon", "variant", "currency")),
    *(("lumina", *EVER, "--measures", "revenue,lines", "--by", by) for by in ("source", "route", "voucher_type")),
    ("lumina", *EVER, "--measures", SUMS, "--as-of", "2026-06-20T12:00:00Z"),
    ("lumina", *EVER, "--measures", SUMS, "--as-of", "2026-07-21T12:00:00Z", "--by", "person"),
    ("lumina", "--period", "2026-07", "--measures", SUMS, "--as", "alice", "--by", "person"),
    ("lumina", "--period", "2026-07", "--measures", "revenue,units,orders", "--as", "bob", "--by", "day"),
    ("corner_shop", *EVER, "--measures", SUMS, "--by", "customer"),
)


def call(url: str, *words: str) -> str:
    """What a command prints that works on the database at `url`."""
    done = CliRunner().invoke(salesbell, words, env={"SALESBELL_DATABASE_URL": url}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def ask_everything(url: str) -> list[dict[str, Any]]:
    """Every question with its figures."""
    return [{"question": list(question), **_ask(url, *question)} for question in QUESTIONS]


def ask_again(url: str, answers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same questions as those of `answers`, with today's figures."""
    return [{"question": one["question"], **_ask(url, *one["question"])} for one in answers]


def _ask(url: str, company: str, *words: str) -> dict[str, Any]:
    """The figures of one answer, whatever they were read from; rows that are worth the same may stand in any order."""
    answer = json.loads(call(url, "ask", "--json", "--company", company, *words))
    return {"rows": sorted(answer["rows"], key=json.dumps), "totals": answer["totals"], "currency": answer["currency"]}
