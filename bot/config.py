"""Configuration: every environment variable of the bot, its default and what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.paint.spec import explain


class CannotRun(Exception):
    """Something has to be put right first; the message is one line that says what."""


class BadConfiguration(CannotRun, ValueError):
    """A variable is missing or wrong; the message names it."""


def _engine_url(url: str) -> str:
    if not url.startswith(("http://", "https://", "unix:/")):
        raise ValueError("an address is http://…, https://… or unix:/path/to/socket")
    return url


def _http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("an address is http://… or https://…")
    return url


class Config(BaseSettings):
    """What the environment says. Aliases are the variables' names."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    token: SecretStr | None = Field(
        default=None,
        alias="DISCORD_TOKEN",
        description="The bot's token. Without it, the playground is started instead.",
    )
    client_secret: SecretStr | None = Field(
        default=None,
        alias="DISCORD_CLIENT_SECRET",
        description="The application's OAuth2 secret. With it, and with Activities switched on for "
        "the application, people draw [inside Discord](docs/operating.md#the-pad-inside-discord); "
        "needs `PENGUESS_PUBLIC_URL` too.",
    )
    client_id: int | None = Field(
        default=None,
        ge=1,
        alias="DISCORD_CLIENT_ID",
        description="The application's OAuth2 client id, where it is not the bot's own id.",
    )
    playground_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None,
        alias="PENGUESS_PLAYGROUND_URL",
        description="A playground that runs by itself (`python -m bot.playground`), to be joined "
        "instead of Discord; `DISCORD_TOKEN` is then its token.",
    )
    data: Path = Field(
        default=Path("data"),
        alias="PENGUESS_DATA",
        description="The folder for everything that is kept.",
    )
    engine_url: Annotated[str, AfterValidator(_engine_url)] | None = Field(
        default=None,
        alias="PENGUESS_ENGINE_URL",
        description="Where an engine runs (`http://host:port` or `unix:/path`). "
        "Without it, the bot starts one and looks after it.",
    )
    engine_token: SecretStr | None = Field(
        default=None,
        alias="PENGUESS_ENGINE_TOKEN",
        description="What the engine at `PENGUESS_ENGINE_URL` wants as its bearer token.",
    )
    model: str = Field(
        default="pocket",
        alias="PENGUESS_MODEL",
        description="The CLIP model of the engine that the bot starts.",
    )
    steps: int | None = Field(
        default=None,
        ge=1,
        le=5000,
        alias="PENGUESS_STEPS",
        description="Steps of descent for one drawing. Without it, as many as the engine takes.",
    )
    per_person: int = Field(
        default=3,
        ge=1,
        le=100,
        alias="PENGUESS_PER_PERSON",
        description="Drawings that one person may have under way.",
    )
    per_server: int = Field(
        default=24,
        ge=1,
        le=1000,
        alias="PENGUESS_PER_SERVER",
        description="Drawings that one server may have under way.",
    )
    keep_days: int = Field(
        default=365,
        ge=1,
        le=3650,
        alias="PENGUESS_KEEP_DAYS",
        description="Days for which drawings and albums are kept, where a server set no other "
        "number by `/settings`.",
    )
    chat: bool = Field(
        default=False,
        alias="PENGUESS_CHAT",
        description="Read guesses from chat. Needs the message content intent, "
        "to be switched on for the application as well. In the playground that the bot opens, "
        "they are read unless this is `0`.",
    )
    web_host: str = Field(
        default="127.0.0.1",
        alias="PENGUESS_WEB_HOST",
        description="Where the bot's own web server listens; where the playground does, if the bot "
        "opens one and nothing is said here.",
    )
    web_port: int = Field(
        default=8011,
        ge=0,
        le=65535,
        alias="PENGUESS_WEB_PORT",
        description="Its port, for `/healthz`, `/metrics` and the pad that people draw on; "
        "0 takes a free one.",
    )
    public_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None,
        alias="PENGUESS_PUBLIC_URL",
        description="Where people's browsers reach that server, for the pad, such as "
        "`https://draw.example.org`. Without it, players upload pictures instead; in the "
        "playground its own address will do.",
    )
    playground_host: str = Field(
        default="127.0.0.1",
        alias="PENGUESS_PLAYGROUND_HOST",
        description="Where the playground listens; `0.0.0.0` lets phones in the same network in.",
    )
    playground_port: int = Field(
        default=8010,
        ge=0,
        le=65535,
        alias="PENGUESS_PLAYGROUND_PORT",
        description="Its port; 0 takes a free one.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        alias="PENGUESS_LOG",
        description="How much is logged: `debug`, `info`, `warning` or `error`.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        alias="PENGUESS_LOG_FORMAT",
        description="How: `text` for people or `json` for programs, an object a line.",
    )

    @model_validator(mode="after")
    def _activity_can_be_reached(self) -> Self:
        here = self.token is None or self.playground_url is not None
        if self.client_secret is not None and self.public_url is None and not here:
            raise ValueError("DISCORD_CLIENT_SECRET: set PENGUESS_PUBLIC_URL too")
        return self

    def pad_address(self, own: str) -> str | None:
        """Where people reach the pad. own: the web server's address in the network, which is good
        enough for a playground, as that is here too."""
        if self.public_url is not None:
            return self.public_url
        return own if self.token is None or self.playground_url is not None else None

    def settled(self) -> Config:
        """What holds where nothing was said of a playground that opens here: guesses are read, and
        whom it lets in, the pad lets in too."""
        if self.token is not None or self.playground_url is not None:
            return self
        here = {"chat": True, "web_host": self.playground_host}
        unsaid = {name: here[name] for name in here.keys() - self.model_fields_set}
        return self.model_copy(update=unsaid)

    @property
    def database(self) -> Path:
        return self.data / "penguess.db"


def load(**values: object) -> Config:
    """The configuration from the environment; `values` by field name have the last word.

    Raises BadConfiguration.
    """
    try:
        return Config(**values)  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        raise BadConfiguration(explain(error)) from error


def table() -> str:
    """The variables as a Markdown table, as it stands in the README."""
    lines = ["| Variable | Default | |", "| --- | --- | --- |"]
    for field in Config.model_fields.values():
        default = "" if field.default is None else f"`{_shown(field.default)}`"
        lines.append(f"| `{field.alias}` | {default} | {field.description} |")
    return "\n".join(lines)


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
