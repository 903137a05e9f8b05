"""Keys and invitations over HTTP. One rule: everything about a secret but the secret."""

from datetime import datetime

from pydantic import Field

from api.schemas.envelope import Answer
from api.schemas.fields import Number, Query


class KeyPath(Query):
    """Which key."""

    id: Number = Field(description="the key's number")


class InvitationPath(Query):
    """Which invitation."""

    id: Number = Field(description="the invitation's number")


class KeyAnswer(Answer):
    """A key, by everything but itself."""

    id: int
    handle: str = Field(description="whom it acts as")
    label: str
    scopes: list[str]
    created_at: datetime
    made_by: str | None = Field(description="null: at the command line")
    last_used_at: datetime | None = Field(description="to the minute")
    expires_at: datetime | None = Field(description="null: it is good until it is revoked")
    revoked_at: datetime | None


class InvitationAnswer(Answer):
    """An open invitation, by everything but its link."""

    id: int
    role: str
    branch: str
    handle: str | None = Field(description="the person it links a Telegram account to")
    uses_left: int | None = Field(description="null: any number of people")
    created_at: datetime
    made_by: str | None = Field(description="null: at the command line")
    last_used_at: datetime | None
    expires_at: datetime
