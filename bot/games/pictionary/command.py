"""`/pictionary` opens a lobby."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.client import Penguess
from bot.drawing import inks
from bot.games.pictionary.lobby import with_own_words, word_pool
from bot.games.table.lobby import word_language
from bot.games.table.table_menu import seat
from bot.kit.errors import UserError
from bot.store import server_settings
from bot.texts import Texts, languages, named
from games.drawing.guesser import STRENGTHS
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import Open, Start
from games.words.lists import DIFFICULTIES, themes
from games.words.matching import LANGUAGES

OWN, OWN_ONLY = "own", "own-only"

_MODES = [
    app_commands.Choice(name=named(f"modes.{mode.value.replace('-', '_')}"), value=mode.value)
    for mode in Mode
]
_STRENGTHS = [
    app_commands.Choice(name=named(f"strengths.{name}"), value=name) for name in STRENGTHS
]
_LANGUAGES = [
    app_commands.Choice(name=named(f"languages.{name}"), value=name) for name in LANGUAGES
]


@app_commands.command(name=named("pictionary.name"), description=named("pictionary.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(
    mode=named("option.mode"),
    rounds=named("option.rounds"),
    time=named("option.time"),
    words=named("option.words"),
    strength=named("option.strength"),
    strokes=named("option.strokes"),
    ink=named("option.ink"),
    lines=named("option.lines"),
    choices=named("option.choices"),
    hints=named("option.hints"),
    players=named("option.players"),
    language=named("option.language"),
    late=named("option.late"),
    quick=named("option.quick"),
)
@app_commands.describe(
    mode=named("pictionary.mode"),
    rounds=named("pictionary.rounds"),
    time=named("pictionary.time"),
    words=named("pictionary.words"),
    strength=named("pictionary.strength"),
    strokes=named("pictionary.strokes"),
    ink=named("draw.ink"),
    lines=named("pictionary.lines"),
    choices=named("pictionary.choices"),
    hints=named("pictionary.hints"),
    players=named("pictionary.players"),
    language=named("pictionary.language"),
    late=named("pictionary.late"),
    quick=named("pictionary.quick"),
)
@app_commands.choices(mode=_MODES, strength=_STRENGTHS, ink=inks.CHOICES, language=_LANGUAGES)
async def pictionary(
    interaction: discord.Interaction[Penguess],
    mode: str = Mode.MIXED.value,
    rounds: app_commands.Range[int, 1, 20] = 4,
    time: app_commands.Range[int, 30, 300] = 90,
    words: str = "",
    strength: str = "medium",
    strokes: app_commands.Range[int, 4, 64] = 24,
    ink: str | None = None,
    lines: app_commands.Range[int, 5, 100] = 30,
    choices: app_commands.Range[int, 1, 6] = 3,
    hints: app_commands.Range[int, 0, 5] = 2,
    players: app_commands.Range[int, 1, 24] = 24,
    language: str | None = None,
    late: bool = True,
    quick: bool = False,
) -> None:
    client = interaction.client
    server = await server_settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_starter(interaction)
    texts = server.texts(interaction)
    wanted = DrawingSettings(
        mode=Mode(mode),
        rounds=rounds,
        seconds=time,
        players=players,
        strokes=strokes,
        ink=inks.chosen(ink, server) or "",
        line_limit=lines,
        choices=choices,
        hints=hints,
        language=language or word_language(server, interaction),
        late=late,
        strength=strength,
        blocked=server.blocked,
        blocklists=(texts.language,),
    )
    match _words(words):
        case "":
            pass
        case theme if theme in themes():
            wanted = replace(wanted, theme=theme)
        case difficulty if difficulty in DIFFICULTIES:
            wanted = replace(wanted, difficulty=difficulty)
        case own if own in (OWN, OWN_ONLY):
            choice = "only" if own == OWN_ONLY else "with"
            guild = interaction.guild_id
            wanted = await with_own_words(client.store, guild, wanted, choice)
        case _:
            raise UserError("games.unknown_words")
    if quick:
        wanted = wanted.quick()
    name = "duel" if wanted.mode is Mode.DUEL else "pictionary"
    by = seat(interaction)
    runner = await client.open_games.open(interaction, name, Open(by, wanted), texts.language)
    if wanted.mode is Mode.SELF_PLAY:  # nobody is waited for
        await runner.ask(Start(by, word_pool(wanted)), by)


def _lists(texts: Texts) -> list[tuple[str, str]]:
    """What people can call a list of words, and what it is."""
    return [
        *((texts(f"difficulties.{name}"), name) for name in DIFFICULTIES),
        *((texts(f"themes.{name}"), name) for name in themes()),
        (texts("pictionary.own_with"), OWN),
        (texts("pictionary.own_only"), OWN_ONLY),
    ]


def _words(typed: str) -> str:
    """The list that is meant: its name, or what the menu calls it, in any language."""
    typed = " ".join(typed.split())
    for language in languages():
        for label, value in _lists(Texts(language)):
            if typed.casefold() in (label.casefold(), value):
                return value
    return typed


@pictionary.autocomplete("words")
async def suggest_words(
    interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    texts = Texts.of(interaction, private=True)
    found = _lists(texts)
    wanted = typed.casefold().strip()
    fitting = [(label, value) for label, value in found if wanted in f"{label} {value}".casefold()]
    return [app_commands.Choice(name=label, value=value) for label, value in fitting[:25]]
