"""Settings from SALESBELL_… variables and .env. One rule: this is the only reader of the environment."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The effective configuration; secrets are masked wherever it is printed."""

    model_config = SettingsConfigDict(env_prefix="SALESBELL_", env_file=".env", extra="ignore")

    database_url: SecretStr = Field(
        SecretStr("sqlite:///salesbell.sqlite3"), description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    )
    telegram_token: SecretStr | None = Field(None, description="the bot's token from @BotFather")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="address of the Bot API (a local server, or the sandbox)"
    )
    host: str = Field("0.0.0.0", description="address to listen on")  # noqa: S104 - a server in a container
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    trusted_proxies: str = Field(
        "", description="addresses and networks, with commas between, whose Forwarded or X-Forwarded-For is believed"
    )
    requests_per_minute: int = Field(
        6_000, ge=0, description="requests over HTTP a key may send; an address five times as many; 0 for any number"
    )
    connections_per_address: int = Field(100, ge=1, description="connections one address may hold at a time")
    messages_per_minute: int = Field(
        60,
        ge=0,
        description="messages a person may send to the bot, five minutes' worth of them at once; 0: any number",
    )
    public_url: str | None = Field(None, description="https address Telegram can reach: turns polling into a webhook")
    webhook_secret: SecretStr | None = Field(None, description="what Telegram sends back; made from the token if unset")
    currency: str = Field("SAR", description="currency of a company created by the set-up code")
    time_zone: str = Field("Asia/Riyadh", description="time zone of a company created by the set-up code")
    chat_file: str = Field("salesbell-chat.json", description="where `salesbell chat` keeps the conversation")
    database_threads: int = Field(8, ge=1, le=64, description="connections to PostgreSQL a process may hold")
    log_format: Literal["console", "json"] = Field("console", description="how log lines look")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="the least level written")

    @field_validator("telegram_token", "webhook_secret", "public_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return value or None
