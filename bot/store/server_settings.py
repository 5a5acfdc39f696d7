"""The settings of a server: where the bot works, how it draws, what it refuses, who starts games.

Kept as one JSON object for each server. Values that are missing, or that no longer fit, are the
defaults, so that an older or a damaged row never keeps the bot from answering.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Literal, Protocol

import discord
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlite_utils import Database

from bot.config import Config
from bot.kit.errors import UserError
from bot.store.database import Store, readable
from bot.store.schema import table
from bot.texts import Texts, language_of
from engine.paint.spec import AnyInk
from games.words import blocklist
from games.words.lists import WORD_LENGTH

log = logging.getLogger(__name__)

FEWEST, MOST = 4, 256  # strokes of a drawing
DEFAULT_STROKES = 32
MAX_STYLE = 100  # characters
MAX_CHANNELS = 25  # as many as one select can hold
MAX_BLOCKED = 200  # words
LONGEST_KEPT = 3650  # days

Starters = Literal["everyone", "role", "moderators"]


class Place(Protocol):
    """Where somebody asks for something, as an interaction says it."""

    @property
    def channel_id(self) -> int | None: ...

    @property
    def channel(self) -> object: ...

    @property
    def guild(self) -> discord.Guild | None: ...


class ServerSettings(BaseModel):
    """The settings of one server; in direct messages, and where nothing was set, the defaults.

    channels: where the bot works; () is everywhere, and a thread counts as its channel.
    strokes, style, ink: defaults for drawings; ink None leaves it to the engine.
    per_person, per_server: drawings under way; None, or more than the operator allows, is the
    operator's limit.
    blocked: words to refuse besides the list that ships.
    starters: who may start games and change the server's words; `role` is the role's id.
    chat: whether to read guesses from chat, where the operator allows it.
    pings: whether those whose turn it is are notified.
    learns: whether the bot keeps what drawings looked like that were named in rounds, to know this
    server's words.
    language: "" is the server's language in Discord.
    retention_days: how long to keep drawings and albums; None is the operator's default.
    daily, recap: the channels of the daily word and of the weekly recap; None is none.

    A command that starts a game asks, in this order::

        server = await settings.of(store, interaction.guild_id)
        server.require_channel(interaction)     # UserError: not in this channel
        server.require_starter(interaction)     # UserError: not for you
        texts = server.texts(interaction)       # what everybody reads, in the server's language
        blocked = server.blocked                # into the settings of the game, as the next one
        blocklists = (texts.language,)          # whose lists of blocked words count
        server.require_clean(texts, text)       # UserError: a blocked word; for phrases of people

    and reads guesses from messages only if `config.chat and server.chat`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    channels: tuple[int, ...] = Field(default=(), max_length=MAX_CHANNELS)
    strokes: int = Field(default=DEFAULT_STROKES, ge=FEWEST, le=MOST)
    style: str = Field(default="", max_length=MAX_STYLE)
    ink: AnyInk = None
    per_person: int | None = Field(default=None, ge=1, le=100)
    per_server: int | None = Field(default=None, ge=1, le=1000)
    blocked: tuple[str, ...] = Field(default=(), max_length=MAX_BLOCKED)
    starters: Starters = "everyone"
    role: int | None = None
    chat: bool = True
    pings: bool = True
    learns: bool = False
    language: Literal["", "en", "de", "es", "ja"] = ""
    retention_days: int | None = Field(default=None, ge=1, le=LONGEST_KEPT)
    daily: int | None = None
    recap: int | None = None

    @field_validator("blocked")
    @classmethod
    def _words(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if any(not 1 <= len(word) <= WORD_LENGTH for word in words):
            raise ValueError(f"a blocked word has 1 to {WORD_LENGTH} characters")
        return words

    def texts(self, interaction: discord.Interaction[Any]) -> Texts:
        """For what everybody in the channel reads."""
        return Texts(self.language) if self.language else Texts.of(interaction, private=False)

    def language_for(self, guild: discord.Guild | None) -> str:
        """The server's language where there is no interaction to ask."""
        return self.language or language_of(guild.preferred_locale if guild else None)

    def most_in_flight(self, config: Config) -> tuple[int, int]:
        """Drawings under way for a person and for the server, within the operator's limits."""
        return (
            min(self.per_person or config.per_person, config.per_person),
            min(self.per_server or config.per_server, config.per_server),
        )

    def allows(self, channel: int | None, parent: int | None = None) -> bool:
        """May the bot work in a channel, or in a thread of `parent`?"""
        return not self.channels or channel in self.channels or parent in self.channels

    def may_start(self, person: discord.User | discord.Member, *, moderator: bool) -> bool:
        """May this person start games and change the server's words?"""
        if moderator or self.starters == "everyone":
            return True
        if self.starters != "role" or self.role is None or not isinstance(person, discord.Member):
            return False
        return person.get_role(self.role) is not None

    def require_channel(self, place: Place) -> None:
        """Raises UserError where the bot may not work."""
        parent = getattr(place.channel, "parent_id", None)
        if not self.allows(place.channel_id, parent):
            guild = place.guild
            left = [one for one in self.channels if guild is None or guild.get_channel(one)]
            if not left:
                raise UserError("refused.channels_gone")
            places = " ".join(f"<#{channel}>" for channel in left[:10])
            raise UserError("refused.channel", channels=places)

    def require_starter(self, interaction: discord.Interaction[Any]) -> None:
        """Raises UserError for people who may not start games here."""
        if self.may_start(interaction.user, moderator=is_moderator(interaction)):
            return
        if self.starters == "role" and self.role is not None:
            raise UserError("refused.needs_role", role=self.role)
        raise UserError("refused.moderators_only")

    def require_clean(self, texts: Texts, *typed: str) -> None:
        """Raises UserError for what holds a word that is blocked here, or that ships as blocked in
        English or in the language that everybody reads, `texts`."""
        if any(blocklist.blocked(one, self.blocked, (texts.language,)) for one in typed if one):
            raise UserError("refused.blocked")


DEFAULTS = ServerSettings()


def is_moderator(interaction: discord.Interaction[Any]) -> bool:
    """May this person look after the channel or the server?"""
    granted = interaction.permissions
    return granted.manage_messages or granted.manage_guild or granted.administrator


async def of(store: Store, guild: int | None) -> ServerSettings:
    """The settings of a server; the defaults in direct messages (None)."""
    return DEFAULTS if guild is None else _read(guild, await store.settings(guild))


async def every(store: Store) -> dict[int, ServerSettings]:
    """The settings of all servers that have set any."""

    def read(db: Database) -> list[tuple[int, dict[str, Any]]]:
        rows = table(db, "settings").rows
        return readable(rows, lambda row: (row["guild"], dict(json.loads(row["data"]))))

    return {guild: _read(guild, data) for guild, data in await store.do(read)}


async def change(store: Store, guild: int, **changes: object) -> ServerSettings:
    """Store changes of some settings. Raises ValidationError for values out of bounds."""
    before = await of(store, guild)
    after = ServerSettings.model_validate(before.model_dump() | changes)
    await store.save_settings(guild, after.model_dump(mode="json", exclude_defaults=True))
    return after


def _read(guild: int, data: dict[str, Any]) -> ServerSettings:
    while True:
        try:
            return ServerSettings.model_validate(data)
        except ValidationError as error:
            wrong = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
            log.warning("settings do not fit", extra={"server": guild, "settings": sorted(wrong)})
            data = {key: value for key, value in data.items() if key not in wrong}
