"""The lobby of telephone, and the panel on which its settings are chosen."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from discord import ui

from bot.drawing import inks
from bot.games.table import lobby
from bot.games.table.game_runner import GameRunner
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.store import server_settings as server_settings
from bot.texts import Texts
from engine.paint.options import INKS
from games.telephone.books import (
    BOUNDS,
    PACES,
    ChainSettings,
    Preset,
    pages_of,
    problems,
    seats_of,
)
from games.words import lists

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


def first_phrases(settings: ChainSettings) -> tuple[str, ...]:
    """Phrases to begin with, by chance."""
    return tuple(word.text for word in lists.pool(settings.language, random.SystemRandom()))


def title(texts: Texts, settings: ChainSettings) -> str:
    return texts("telephone.title", preset=texts(PRESETS[settings.preset]))


def summary(texts: Texts, settings: ChainSettings, people: int) -> str:
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


def about(texts: Texts, settings: ChainSettings, people: int) -> list[str]:
    """What is played, in two lines."""
    return [title(texts, settings), summary(texts, settings, people)]


def open_lobby(runner: GameRunner, settings: ChainSettings) -> MessageView:
    """The message in which people gather."""
    texts = runner.texts
    if settings.preset is Preset.SELF_PLAY:
        return layout.framed([ui.TextDisplay(title(texts, settings))], layout.BUSY)
    name, details = about(texts, settings, len(runner.table.seats.people))
    most = 1 if settings.preset is Preset.SOLO else BOUNDS["seats"][1]
    prompt = settings.prompt
    lines = [
        name,
        texts(_HOW[settings.preset]),
        details,
        texts("telephone.prompt_set", phrase=shown(prompt)) if prompt else "",
    ]
    return lobby.open_lobby(runner, lines, most=most, watching=False)


def panel(runner: GameRunner, settings: ChainSettings, texts: Texts) -> MessageView:
    """The settings, for the host alone."""

    def setting(name: str) -> tuple[list[tuple[str, str]], str]:
        options = [(value, _label(texts, name, value)) for value in _values(settings, name)]
        return options, str(getattr(settings, name)) or inks.OWN

    return lobby.settings_panel(runner, texts, _NAMES, setting)


def _values(settings: ChainSettings, name: str) -> Iterable[str]:
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
            said = texts("lobby.own_ink") if value == inks.OWN else inks.name(texts, value)
        case "reveal":
            said = _reveal(texts, int(value))
        case "links" if value == "0":
            said = texts("telephone.links_seats")
        case _:
            said = value
    return texts("lobby.setting", name=texts(_NAMES[name]), value=said)


def changed(settings: ChainSettings, name: str, value: str) -> ChainSettings:
    """The settings with one of them chosen anew. Raises UserError for what no select offers."""
    new: Any = value
    if name == "preset" and value in set(Preset):
        new = Preset(value)
    elif name in _NUMBERS and value.isdecimal() and len(value) < 4:
        new = int(value)
    elif name == "ink":
        new = "" if value == inks.OWN else value
    elif name != "pace":
        raise UserError("games.reason.out_of_bounds")
    after = replace(settings, **{name: new})
    if problems(after):
        raise UserError("games.reason.out_of_bounds")
    return after
