"""Headers of a write. One rule: every write may be given a name, so that sending it again does nothing."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

KEY_PATTERN = r"^[!-~]+$"  # what can be seen, in ASCII


class WriteHeaders(BaseModel):
    """Headers of a write."""

    model_config = ConfigDict(frozen=True)

    idempotency_key: Annotated[str, Field(min_length=1, max_length=128, pattern=KEY_PATTERN)] | None = Field(
        None,
        alias="Idempotency-Key",
        description="a name of your own for this write: the same again changes nothing and has the same answer",
    )
