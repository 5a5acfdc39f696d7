"""All that the bot says, by language: `en.toml` here and in the folders of games (`add`).

Another language is another file, and its name in bot/store/server_settings.py,
bot/commands/settings.py and games/words/matching.py.

A text is found by its key, such as `draw.queued`, and has `{names}` for values. A text whose
value is a table has a form for `one` and for `other` and is chosen by the value `n`. Commands
have their names and descriptions under `commands`, which Discord asks for by `CommandNames`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import discord
from discord import app_commands

FALLBACK = "en"

_folders: list[Traversable] = [resources.files(__name__)]


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a file for, the fallback first."""
    names = sorted(
        entry.name.removesuffix(".toml")
        for entry in _folders[0].iterdir()
        if entry.name.endswith(".toml")
    )
    return (FALLBACK, *(name for name in names if name != FALLBACK))


@cache
def load(language: str) -> dict[str, Any]:
    """The texts of one language by full key. Raises FileNotFoundError for one without a file."""
    found: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict) and "other" not in value:
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else key, inner)
        else:
            found[prefix] = value

    for folder in _folders:
        walk("", tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8")))
    return found


def add(folder: Traversable) -> None:
    """Take in the texts of a game: a folder with a file for each language.

    Before anything of the game asks for them, so first thing in its package.
    """
    _folders.append(folder)
    load.cache_clear()


def language_of(locale: discord.Locale | str | None) -> str:
    """The language for a locale of Discord's, such as `pt-BR`; the fallback if there is none."""
    wanted = str(locale or FALLBACK)
    for name in (wanted, wanted.split("-")[0]):
        if name in languages():
            return name
    return FALLBACK


def public_locale(interaction: discord.Interaction[Any]) -> discord.Locale:
    """The locale that a server has chosen, or else the person's: only Community servers choose one,
    and all others are `en-US`, whatever is spoken there.

    docs: https://docs.discord.com/developers/resources/guild#guild-object (preferred_locale)
    """
    guild = interaction.guild
    chosen = guild is not None and "COMMUNITY" in guild.features
    return interaction.guild_locale or interaction.locale if chosen else interaction.locale


class Texts:
    """The texts for one reader: `texts("draw.queued", n=3)`."""

    def __init__(self, language: str = FALLBACK) -> None:
        self.language = language

    @classmethod
    def of(cls, interaction: discord.Interaction[Any], *, private: bool) -> Texts:
        """Private answers are in the person's language, public ones in the server's, or where it
        has none, in the language of whoever began this."""
        return cls(language_of(interaction.locale if private else public_locale(interaction)))

    def __call__(self, key: str, **values: object) -> str:
        """Raises KeyError for a key or value that the text has no use for or lacks."""
        text = load(self.language).get(key)
        if text is None:
            text = load(FALLBACK)[key]
        if isinstance(text, dict):
            text = text["one" if values["n"] == 1 and "one" in text else "other"]
        return text.format(**values)


def named(key: str) -> app_commands.locale_str:
    """A name or description of a command, from `commands.KEY`, for Discord to translate."""
    return app_commands.locale_str(load(FALLBACK)[f"commands.{key}"], key=key)


class CommandNames(app_commands.Translator):
    """Gives Discord the names and descriptions of commands in every language there is."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        language = language_of(locale)
        key = string.extras.get("key")
        if language == FALLBACK or key is None:
            return None
        return load(language).get(f"commands.{key}")
