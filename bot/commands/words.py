"""`/words`: a server's own words for games. The answers are private."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import app_commands

from bot.client import Penguess
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.untrusted import shown
from bot.pictures import incoming
from bot.store import examples, server_settings, word_lists
from bot.store.promises import think
from bot.store.server_settings import ServerSettings
from bot.texts import Texts, named
from engine.text_file import NotText, decode_words
from games.drawing.settings import OWN_WORDS

MAX_KIB = 64  # of a file with words; 500 of them, each with a few alternatives, need far less
_LONGEST_LINE = 1000  # characters typed at once
_SHOWN = 1700  # characters of words in a message; Discord takes 2000 in all
_FAULTS_SHOWN = 8
_SUGGESTIONS = 25  # the most that Discord takes

words = app_commands.Group(
    name=named("words.name"),
    description=named("words.description"),
    guild_only=True,
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@words.command(name=named("words_add.name"), description=named("words_add.description"))
@app_commands.rename(word=named("option.word"))
@app_commands.describe(word=named("words_add.word"))
async def add(
    interaction: discord.Interaction[Penguess], word: app_commands.Range[str, 1, _LONGEST_LINE]
) -> None:
    await _add(interaction, await _allowed(interaction), word)


@words.command(name=named("words_import.name"), description=named("words_import.description"))
@app_commands.rename(file=named("option.file"), replace=named("option.replace"))
@app_commands.describe(file=named("words_import.file"), replace=named("words_import.replace"))
async def import_(
    interaction: discord.Interaction[Penguess], file: discord.Attachment, replace: bool = False
) -> None:
    server = await _allowed(interaction)
    if replace and not server_settings.is_moderator(interaction):
        raise UserError("refused.words_replace")
    if file.size > MAX_KIB << 10:
        raise UserError("refused.words_bytes", most=MAX_KIB)
    await think(interaction, ephemeral=True)
    await _add(interaction, server, _decoded(await incoming.fetch(file)), replace=replace)


@words.command(name=named("words_show.name"), description=named("words_show.description"))
async def show(interaction: discord.Interaction[Penguess]) -> None:
    await _allowed(interaction)
    texts = Texts.of(interaction, private=True)
    there = await word_lists.entries(interaction.client.store, _guild(interaction))
    if not there:
        await interaction.response.send_message(texts("words.none"), ephemeral=True)
        return
    listed: list[str] = []
    for entry in there:
        line = " = ".join(shown(name) for name in (entry.word, *entry.alternatives))
        if sum(map(len, listed)) + 2 * len(listed) + len(line) > _SHOWN:
            break
        listed.append(line)
    lines = [texts("words.title", n=len(there), most=OWN_WORDS), ", ".join(listed)]
    if len(listed) < len(there):
        lines.append(texts("words.more", n=len(there) - len(listed)))
    await interaction.response.send_message("\n".join(lines), ephemeral=True)


@words.command(name=named("words_remove.name"), description=named("words_remove.description"))
@app_commands.rename(word=named("option.word"))
@app_commands.describe(word=named("words_remove.word"))
async def remove(
    interaction: discord.Interaction[Penguess], word: app_commands.Range[str, 1, 100]
) -> None:
    await _allowed(interaction)
    guild, store = _guild(interaction), interaction.client.store
    mine = None if server_settings.is_moderator(interaction) else interaction.user.id
    wanted = next(
        (e for e in await word_lists.entries(store, guild) if e.word.casefold() == word.casefold()),
        None,
    )
    if wanted is None:
        raise UserError("refused.words_unknown")
    if not await word_lists.remove(store, guild, wanted.word, person=mine):
        raise UserError("refused.words_not_yours")
    await examples.forget(store, guild, wanted.word)
    text = Texts.of(interaction, private=True)("words.removed", word=shown(wanted.word))
    await interaction.response.send_message(text, ephemeral=True)


@remove.autocomplete("word")
async def suggest(
    interaction: discord.Interaction[Penguess], typed: str
) -> list[app_commands.Choice[str]]:
    """The words of the list that the person may remove and that hold what was typed."""
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    moderator = server_settings.is_moderator(interaction)
    if not server.may_start(interaction.user, moderator=moderator):
        return []
    needle = typed.casefold().strip()
    found = [
        entry.word
        for entry in await word_lists.entries(interaction.client.store, _guild(interaction))
        if needle in entry.word.casefold() and (moderator or entry.person == interaction.user.id)
    ]
    found.sort(key=lambda word: (not word.casefold().startswith(needle), word.casefold()))
    return [app_commands.Choice(name=word, value=word) for word in found[:_SUGGESTIONS]]


@words.command(name=named("words_export.name"), description=named("words_export.description"))
async def export(interaction: discord.Interaction[Penguess]) -> None:
    await _allowed(interaction)
    texts = Texts.of(interaction, private=True)
    there = await word_lists.entries(interaction.client.store, _guild(interaction))
    if not there:
        await interaction.response.send_message(texts("words.none"), ephemeral=True)
        return
    data = "".join(f"{entry.line}\n" for entry in there).encode()
    file = discord.File(io.BytesIO(data), "own-words.txt")
    text = texts("words.exported", n=len(there))
    await interaction.response.send_message(text, file=file, ephemeral=True)


async def _allowed(interaction: discord.Interaction[Penguess]) -> ServerSettings:
    """The server's settings. Raises UserError for who may not change its words."""
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    server.require_starter(interaction)
    return server


def _guild(interaction: discord.Interaction[Any]) -> int:
    if interaction.guild_id is None:
        raise UserError("refused.servers_only")
    return interaction.guild_id


def _decoded(data: bytes) -> str:
    """The text of a file. Raises UserError."""
    try:
        return decode_words(data)
    except NotText as error:
        raise UserError("refused.words_kind") from error


async def _add(
    interaction: discord.Interaction[Penguess],
    server: ServerSettings,
    text: str,
    *,
    replace: bool = False,
) -> None:
    """Add words, and tell what was taken and what was not, which is never repeated."""
    added = await word_lists.add(
        interaction.client.store,
        _guild(interaction),
        interaction.user.id,
        text,
        language=server.texts(interaction).language,
        blocked=server.blocked,
        replace=replace,
    )
    texts = Texts.of(interaction, private=True)
    lines = [texts("words.added", n=len(added.taken))] if added.taken else []
    if added.rejected:
        lines.append(texts("words.rejected", n=len(added.rejected)))
        for each in added.rejected[:_FAULTS_SHOWN]:
            reason = texts(f"words.fault_{each.fault.name.lower()}", most=OWN_WORDS)
            lines.append(texts("words.fault", line=each.line, reason=reason))
    answer = "\n".join(lines) or texts("words.nothing")
    if interaction.response.is_done():
        await interaction.edit_original_response(content=answer)
    else:
        await interaction.response.send_message(answer, ephemeral=True)


FEATURE = Feature(commands=(words,))
