"""`/telephone` opens a chain: its command, its lobby, and the panel of its settings."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, app_commands, ui

from bot import inks
from bot import settings as server_settings
from bot.cards import page
from bot.games import pages
from bot.games.buttons import GameButton, GameSelect, rows
from bot.games.host import Host
from bot.games.manage import seat
from bot.hostile import Refused, clean, shown
from bot.live_message import Page
from bot.texts import Texts, named
from engine.paint.options import INKS
from games.table.table import LOBBY
from games.telephone.books import (
    BOUNDS,
    PACES,
    PHRASE_LENGTH,
    Preset,
    Settings,
    pages_of,
    problems,
    seats_of,
)
from games.telephone.page_events import Open, Start
from games.telephone.telephone import TELEPHONE
from games.words import lists

if TYPE_CHECKING:
    from bot.app import Penguess

PRESETS = {
    Preset.CLASSIC: "commands.preset.classic",
    Preset.SPEED: "commands.preset.speed",
    Preset.BOT_DRAWS: "commands.preset.bot_draws",
    Preset.BOT_GUESSES: "commands.preset.bot_guesses",
    Preset.DRIFT: "commands.preset.drift",
    Preset.SOLO: "commands.preset.solo",
    Preset.SELF_PLAY: "commands.preset.self_play",
}
_HOW = {
    Preset.CLASSIC: "telephone.how_classic",
    Preset.SPEED: "telephone.how_speed",
    Preset.BOT_DRAWS: "telephone.how_bot_draws",
    Preset.BOT_GUESSES: "telephone.how_bot_guesses",
    Preset.DRIFT: "telephone.how_drift",
    Preset.SOLO: "telephone.how_solo",
    Preset.SELF_PLAY: "telephone.how_self_play",
}
_PACES = {
    "normal": "commands.pace.normal",
    "speed": "commands.pace.speed",
    "slow": "commands.pace.slow",
}
_NAMES = {
    "preset": "telephone.set_preset",
    "seats": "telephone.set_seats",
    "links": "telephone.set_links",
    "pace": "telephone.set_pace",
    "strokes": "telephone.set_strokes",
    "ink": "telephone.set_ink",
    "reveal": "telephone.set_reveal",
}
_NUMBERS: dict[str, tuple[int, ...]] = {
    "seats": (2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24),
    "links": (0, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24),
    "strokes": (4, 8, 16, 24, 32, 48, 64),
    "reveal": (0, 3, 6, 10, 15, 20, 30, 60),
}


@app_commands.command(name=named("telephone.name"), description=named("telephone.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(
    preset=named("option.preset"),
    prompt=named("option.phrase"),
    links=named("option.links"),
    pace=named("option.pace"),
    ink=named("option.ink"),
)
@app_commands.describe(
    preset=named("telephone.preset"),
    prompt=named("telephone.prompt"),
    links=named("telephone.links"),
    pace=named("telephone.pace"),
    ink=named("draw.ink"),
)
@app_commands.choices(
    preset=[
        app_commands.Choice(name=named("preset.classic"), value="classic"),
        app_commands.Choice(name=named("preset.speed"), value="speed"),
        app_commands.Choice(name=named("preset.bot_draws"), value="bot-draws"),
        app_commands.Choice(name=named("preset.bot_guesses"), value="bot-guesses"),
        app_commands.Choice(name=named("preset.drift"), value="drift"),
        app_commands.Choice(name=named("preset.solo"), value="solo"),
        app_commands.Choice(name=named("preset.self_play"), value="self-play"),
    ],
    pace=[
        app_commands.Choice(name=named("pace.normal"), value="normal"),
        app_commands.Choice(name=named("pace.speed"), value="speed"),
        app_commands.Choice(name=named("pace.slow"), value="slow"),
    ],
    ink=inks.CHOICES,
)
async def telephone(
    interaction: discord.Interaction[Penguess],
    preset: str = Preset.CLASSIC.value,
    prompt: app_commands.Range[str, 1, PHRASE_LENGTH] = "",
    links: app_commands.Range[int, 2, 24] | None = None,
    pace: str = "normal",
    ink: str | None = None,
) -> None:
    client = interaction.client
    server = await server_settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_starter(interaction)
    if prompt:
        prompt = clean(prompt, PHRASE_LENGTH)
        server.require_clean(prompt)
    wanted = Settings(
        preset=Preset(preset),
        prompt=prompt,
        links=links or 0,
        pace=pace,
        ink=inks.chosen(ink, server) or "",
        blocked=server.blocked,
    )
    by, language = seat(interaction), server.texts(interaction).language
    host = await client.hall.open(interaction, TELEPHONE.name, Open(by, wanted), language)
    if wanted.preset is Preset.SELF_PLAY:
        await host.ask(Start(by, first_phrases(wanted)), by)


COMMANDS = (telephone,)
"""What the bot adds to its tree."""


def first_phrases(settings: Settings) -> tuple[str, ...]:
    """Phrases to begin with, by chance."""
    return tuple(word.text for word in lists.pool(settings.language, random.SystemRandom()))


def title(texts: Texts, settings: Settings) -> str:
    return texts("telephone.title", preset=texts(PRESETS[settings.preset]))


def summary(texts: Texts, settings: Settings, people: int) -> str:
    """The settings in one line, as they are with so many people at the table."""
    pages_each = pages_of(settings, seats_of(settings, people))
    facts = [texts("telephone.pages", n=pages_each)]
    if settings.preset is not Preset.SELF_PLAY:
        facts.append(texts("telephone.seats", n=settings.seats))
        if settings.preset is not Preset.SPEED or settings.pace != "normal":
            facts.append(texts(_PACES[settings.pace]))
        facts.append(_reveal(texts, settings.reveal))
    facts.append(texts("card.strokes", n=settings.strokes))
    facts += [inks.name(texts, settings.ink)] if settings.ink else []
    return texts("card.details", details=" · ".join(facts))


def _reveal(texts: Texts, seconds: int) -> str:
    return texts("telephone.reveal_alone", n=seconds) if seconds else texts("telephone.reveal_host")


def open_lobby(host: Host, settings: Settings) -> Page:
    """The message in which people gather."""
    texts, seats = host.texts, host.table.seats
    if settings.preset is Preset.SELF_PLAY:
        return page([ui.TextDisplay(title(texts, settings))], pages.PLAYING, ())
    people = [
        texts("pictionary.host" if player == seats.host else "pictionary.player", person=player)
        for player in seats.people
    ]
    due = host.table.timers.left(LOBBY, host.now) or 0.0
    most = 1 if settings.preset is Preset.SOLO else BOUNDS["seats"][1]
    lines = [
        title(texts, settings),
        texts(_HOW[settings.preset]),
        summary(texts, settings, len(people)),
        texts("telephone.prompt_set", phrase=shown(settings.prompt)) if settings.prompt else "",
        texts("pictionary.people", n=len(people), most=most),
        " ".join(people) or "…",
        texts("pictionary.lobby_closes", at=host.unix(host.now + due)),
    ]
    buttons = [
        GameButton(host.id, "join", label=texts("games.join"), style=ButtonStyle.success),
        GameButton(host.id, "leave", label=texts("games.leave")),
        GameButton(host.id, "settings", label=texts("pictionary.settings"), emoji="⚙️"),
        GameButton(host.id, "start", label=texts("pictionary.start"), style=ButtonStyle.primary),
        GameButton(host.id, "menu", label=texts("games.more")),
    ]
    return page([*pages.texts(lines), *rows(buttons)], pages.LOBBY, ())


def closed_lobby(host: Host, settings: Settings, status: str) -> Page:
    """What is left of the lobby once the chain has begun, or will not."""
    texts = host.texts
    people = host.table.seats.people
    players = " ".join(f"<@{player}>" for player in people)
    lines = [title(texts, settings), summary(texts, settings, len(people)), players, status]
    return page(pages.texts(lines), pages.LOBBY, ())


def panel(host: Host, settings: Settings, texts: Texts) -> Page:
    """The settings, for the host alone."""
    items = [
        GameSelect(
            host.id,
            "set",
            name,
            options=[(value, _label(texts, name, value)) for value in _values(settings, name)],
            chosen=str(getattr(settings, name)) or inks.OWN,
        )
        for name in _NAMES
    ]
    return pages.panel(texts("pictionary.settings_title"), rows(items), pages.LOBBY)


def _values(settings: Settings, name: str) -> Iterable[str]:
    match name:
        case "preset":
            return [preset.value for preset in Preset if preset is not Preset.SELF_PLAY]
        case "pace":
            return PACES
        case "ink":
            return (inks.OWN, *INKS)
        case _:
            return [str(number) for number in sorted({*_NUMBERS[name], getattr(settings, name)})]


def _label(texts: Texts, name: str, value: str) -> str:
    match name:
        case "preset":
            said = texts(PRESETS[Preset(value)])
        case "pace":
            said = texts(_PACES[value])
        case "ink":
            said = texts("pictionary.own_ink") if value == inks.OWN else inks.name(texts, value)
        case "reveal":
            said = _reveal(texts, int(value))
        case "links" if value == "0":
            said = texts("telephone.links_seats")
        case _:
            said = value
    return texts("pictionary.setting", name=texts(_NAMES[name]), value=said)


def changed(settings: Settings, name: str, value: str) -> Settings:
    """The settings with one of them chosen anew. Raises Refused for what no select offers."""
    new: Any = value
    if name == "preset" and value in set(Preset):
        new = Preset(value)
    elif name in _NUMBERS and value.isdecimal() and len(value) < 4:
        new = int(value)
    elif name == "ink":
        new = "" if value == inks.OWN else value
    elif name != "pace":
        raise Refused("games.reason.out_of_bounds")
    after = replace(settings, **{name: new})
    if problems(after):
        raise Refused("games.reason.out_of_bounds")
    return after
