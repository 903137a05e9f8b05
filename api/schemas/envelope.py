"""What surrounds an answer. One rule: success looks the same everywhere, and so does a problem."""

from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.problems import CODES

T = TypeVar("T")

# A JSON number written digit by digit: what is validated here was never a binary fraction.
Money = Annotated[Decimal, WithJsonSchema({"type": "number"})]


class Answer(BaseModel):
    """Part of an answer; all of its fields are always there."""

    model_config = ConfigDict(extra="forbid")


class Success(Answer, Generic[T]):
    """One thing."""

    status: Literal["success"]
    data: T


class Pages(Answer):
    """Which page of how many this is."""

    page: int
    limit: int
    total: int = Field(description="how many there are on all pages")
    total_pages: int


class Listing(Answer, Generic[T]):
    """A page of things; the `Link` header leads to the others."""

    status: Literal["success"]
    data: list[T]
    pagination: Pages


class Stretch(Answer):
    """Where in a list that is read onwards this part lies."""

    limit: int
    after: int
    next_after: int | None = Field(description="the `after` of the next part; null at the end")


class Part(Answer, Generic[T]):
    """A part of a list that is read onwards; the `Link` header leads to the next."""

    status: Literal["success"]
    data: list[T]
    pagination: Stretch


ProblemCode = Annotated[str, WithJsonSchema({"type": "string", "enum": list(CODES)})]


class FieldFault(Answer):
    """One of several things wrong."""

    field: str
    detail: str
    code: ProblemCode


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="where the kind of problem is explained")
    title: str
    status: int
    code: ProblemCode = Field(description="what was wrong, in one word for programs")
    detail: str = Field(description="what was wrong, in a sentence")
    request_id: str = Field(description="also in the `X-Request-Id` header and in the log")
    field: str | None = Field(None, description="the parameter or field at fault as it was sent: `lines.1.sku`")
    hint: str | None = Field(None, description="what would work")
    errors: list[FieldFault] | None = Field(None, description="all of them, where there are several")
