"""Questions and answers over HTTP. One rule: the words are those of `salesbell ask`, and so are the values."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer
from api.schemas.fields import MEASURES_PATTERN, Day, Instant, RowLimit
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import MEASURES
from core.metrics.windows import STRETCHES, STRIDE_PATTERN, WINDOWS

LONGEST_FILTER, MOST_FILTERS = 330, 16
_UNIT = r"(week|month|quarter|(financial[ _])?year)"
_WRITTEN = r"([1-9][0-9]{0,3}d|(19|2[0-9])[0-9]{2}(-(0[1-9]|1[0-2]))?)"
_SPAN = rf"(today|yesterday|{_UNIT}([ _]to[ _]date)?|[wmqy]td|fytd|{_WRITTEN})"
PERIOD_PATTERN = (
    rf"^(all|this[ _]{_UNIT}|last[ _]{_UNIT}([ _]to[ _]date)?|(previous[ _])?{_SPAN}([ _]last[ _]year)?"
    rf"|same[ _]{_SPAN}[ _]last[ _]year)$"
)
_LOOK = (
    rf"(running(:all)?|rolling:{STRIDE_PATTERN}(:before)?|todate:({'|'.join(STRETCHES)})|shift:{STRIDE_PATTERN}"
    r"|todate:[1-9][0-9]{0,3}[dw]:20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))"
)
WINDOW_PATTERN = f"^(previous|last_year|{_LOOK}(,shift:{STRIDE_PATTERN})?)$"
_WORD = r"[A-Za-z][A-Za-z0-9_]{0,63}"
BY_PATTERN = f"^{_WORD}(,{_WORD})*$"
_VISIBLE, _SHOWN = r"[^\s\u0000-\u001f\u007f-\u009f]", r"[^\u0000-\u001f\u007f-\u009f]"
WHERE_PATTERN = f"^{_WORD}={_VISIBLE}{_SHOWN}*$"


class MetricsQuery(BranchQuery):
    """A question."""

    measures: Annotated[str, Field(max_length=500, json_schema_extra={"pattern": MEASURES_PATTERN})] = Field(
        description="what to count, separated by commas: " + ", ".join(f"`{name}`" for name in MEASURES)
    )
    by: Annotated[str, Field(max_length=500, pattern=BY_PATTERN)] | None = Field(
        None,
        description="what to split it by, separated by commas: "
        + ", ".join(f"`{name}`" for name in DIMENSIONS)
        + ", or a field of the company's own",
    )
    where: list[Annotated[str, Field(max_length=LONGEST_FILTER, pattern=WHERE_PATTERN)]] = Field(
        default_factory=list,
        max_length=MOST_FILTERS,
        description="only what has this, as `country=France`; several of one dimension mean any of them",
    )
    first: Day | None = Field(None, alias="from", description="from this day on")
    last: Day | None = Field(None, alias="to", description="up to this day, included")
    period: Annotated[str, Field(max_length=64, json_schema_extra={"pattern": PERIOD_PATTERN})] | None = Field(
        None,
        description="instead of from and to: `month`, `mtd`, `last_week`, `previous_30d`, `month_last_year`, `2025` …",
    )
    window: Annotated[str, Field(max_length=64, json_schema_extra={"pattern": WINDOW_PATTERN})] | None = Field(
        None,
        description="further than a row's own days: "
        + "; ".join(f"`{one.usage}` {one.words}" for one in WINDOWS.values()),
    )
    view: Literal["my", "team"] = Field("team", description="`my`: only what is one's own")
    limit: RowLimit | None = Field(None, description="at most so many rows")
    as_of: Instant | None = Field(None, description="what the ledger said at that instant")


class MetricsAnswer(Answer):
    """A row for each group, with a label for each dimension and a value for each measure, and the totals of all.

    Money and percentages are decimal strings (money with the currency's decimals), counts and quantities numbers;
    null is unknown, or has no meaning.
    """

    rows: list[dict[str, str | int | float | None]]
    totals: dict[str, str | int | float | None]
    currency: str
    source: str = Field(description="what it was counted from: `lines`, or the rollups kept beside them")
