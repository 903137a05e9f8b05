"""The kinds of field there are. One rule: the JSON schema beside each says exactly what its validator takes."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from api.numbers import scale_number
from core.metrics.measures import MEASURES
from core.periods import END_OF_DAYS, FIRST_DAY
from core.sales.log import LARGEST_PAGE

LARGEST_NUMBER = 2**63 - 1
MOST_ROWS = 10_000
LARGEST_AMOUNT, LARGEST_QUANTITY, LARGEST_RATE = 10**9, 10**6, 10**6
# A day's margin, so that every time zone can show them.
_FIRST_INSTANT = datetime(1, 1, 3, tzinfo=UTC)
_LAST_INSTANT = datetime(9999, 12, 29, tzinfo=UTC)

_INTEGER = re.compile(r"-?[0-9]{1,40}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]*$"
_SOMETHING = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
_NO_NUL = r"^[^\u0000]*$"


class Query(BaseModel):
    """Query parameters; an unknown one is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """A body; an unknown field is an error. `WORDS` are its words for what core calls otherwise, beside the usual."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    WORDS: ClassVar[Mapping[str, str]] = {}


def _read_integer(value: object) -> object:
    """Query parameters are text: digits are a number, and nothing else is (pydantic would take "1_000" and "5.0")."""
    if isinstance(value, bool) or (isinstance(value, str) and not _INTEGER.fullmatch(value)):
        raise ValueError("is not a whole number")
    if isinstance(value, Decimal):
        if not value.is_finite() or value.adjusted() > 40 or value != value.to_integral_value():
            raise ValueError("is not a whole number")
        return int(value)
    return value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _scaled(digits: int, lowest: int, highest: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        scaled = scale_number(value, digits)
        if not lowest <= scaled <= highest * 10**digits:
            raise ValueError(f"is not between {lowest / 10**digits:g} and {highest:,}")
        return scaled

    return read


def _read_day(value: object) -> date:
    """A day on which something can be recorded: no period is longer."""
    day = _read_any_day(value)
    if not FIRST_DAY <= day < END_OF_DAYS:
        raise ValueError(f"is not between {FIRST_DAY.year} and {END_OF_DAYS.year}")
    return day


def _read_any_day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is not a day written as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _read_instant(value: object) -> datetime:
    """One without an offset is refused: taken as UTC, an evening's sale would count on the next day in Riyadh."""
    try:
        instant = datetime.fromisoformat(value.upper() if isinstance(value, str) and len(value) <= 64 else "")
    except ValueError:
        raise ValueError("is not an instant such as 2026-07-18T10:30:00Z") from None
    if instant.tzinfo is None:
        raise ValueError("needs an offset, as 2026-07-18T22:30:00+03:00 or 2026-07-18T19:30:00Z")
    return min(max(instant, _FIRST_INSTANT), _LAST_INSTANT).astimezone(UTC)


def _read_sale_date(value: object) -> date | datetime | None:
    if value is None:
        return None
    return _read_any_day(value) if isinstance(value, str) and _DAY.fullmatch(value) else _read_instant(value)


def _read_rate(value: object) -> int:
    """A rate has as many decimals as the market says; nine of them are kept."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 < value <= LARGEST_RATE:
        raise ValueError(f"is not between 0 and {LARGEST_RATE:,}")
    return max(1, round(Decimal(value).scaleb(9)))


def _amount_schema(decimals: int, highest: int, lowest: float = 0) -> dict[str, Any]:
    """How many decimals there may be is beside the schema: `multipleOf: 0.01` is no 25.99 to who counts in binary."""
    return {"type": "number", "minimum": lowest, "maximum": highest, "x-decimals": decimals}


_DIGITS = BeforeValidator(_read_integer)
Number = Annotated[Annotated[int, Field(ge=1, le=LARGEST_NUMBER)], _DIGITS]
After = Annotated[Annotated[int, Field(ge=0, le=LARGEST_NUMBER)], _DIGITS]
PageNumber = Annotated[Annotated[int, Field(ge=1, le=1_000_000)], _DIGITS]
PageLength = Annotated[Annotated[int, Field(ge=1, le=LARGEST_PAGE)], _DIGITS]
RowLimit = Annotated[Annotated[int, Field(ge=1, le=MOST_ROWS)], _DIGITS]

_AMOUNT = _amount_schema(4, LARGEST_AMOUNT)
AmountE4 = Annotated[int, PlainValidator(_scaled(4, 0, LARGEST_AMOUNT)), WithJsonSchema(_AMOUNT)]
QuantityE3 = Annotated[
    int,
    PlainValidator(_scaled(3, 1, LARGEST_QUANTITY)),
    WithJsonSchema(_amount_schema(3, LARGEST_QUANTITY, 0.001)),
]
PercentE2 = Annotated[int, PlainValidator(_scaled(2, 0, 100)), WithJsonSchema(_amount_schema(2, 100))]
StockE3 = Annotated[
    int, PlainValidator(_scaled(3, 0, LARGEST_QUANTITY)), WithJsonSchema(_amount_schema(3, LARGEST_QUANTITY))
]
ShareE2 = Annotated[int, PlainValidator(_scaled(2, 1, 100)), WithJsonSchema(_amount_schema(2, 100, 0.01))]
RateE9 = Annotated[
    int, PlainValidator(_read_rate), WithJsonSchema({"type": "number", "minimum": 1e-9, "maximum": LARGEST_RATE})
]

DAY_PATTERN = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Day = Annotated[
    date, PlainValidator(_read_day), WithJsonSchema({"type": "string", "format": "date", "pattern": DAY_PATTERN})
]
Instant = Annotated[datetime, PlainValidator(_read_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
SaleDate = Annotated[
    date | datetime | None,
    PlainValidator(_read_sale_date),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}, {"type": "null"}]}
    ),
]
MONTH_PATTERN = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"


# Text that may be missing; blank is the same as not given. Only a note may have line breaks and tabs.
_Blankable = BeforeValidator(_blank_is_none)
Text50 = Annotated[Annotated[str, Field(max_length=50, pattern=_NO_CONTROLS)] | None, _Blankable]
Text100 = Annotated[Annotated[str, Field(max_length=100, pattern=_NO_CONTROLS)] | None, _Blankable]
Text200 = Annotated[Annotated[str, Field(max_length=200, pattern=_NO_CONTROLS)] | None, _Blankable]
Text300 = Annotated[Annotated[str, Field(max_length=300, pattern=_NO_CONTROLS)] | None, _Blankable]
Name40 = Annotated[str, Field(max_length=40, pattern=_SOMETHING)]
Name100 = Annotated[str, Field(max_length=100, pattern=_SOMETHING)]
Name200 = Annotated[str, Field(max_length=200, pattern=_SOMETHING)]
Name300 = Annotated[str, Field(max_length=300, pattern=_SOMETHING)]
Reason = Text300
Note = Annotated[Annotated[str, Field(max_length=4000, pattern=_NO_NUL)] | None, _Blankable]


def _any_of(words: list[str]) -> str:
    one = "|".join(re.escape(word) for word in words)
    return f"({one})"


_MEASURE = _any_of(list(MEASURES))
MEASURES_PATTERN = f"^{_MEASURE}(,{_MEASURE})*$"
