"""The lobby of a drawing game, and the panel on which its settings are chosen."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from discord import ui

from bot.drawing import inks
from bot.games.table import lobby
from bot.games.table.buttons import GameButton
from bot.games.table.game_runner import GameRunner
from bot.kit import permissions
from bot.kit.errors import UserError
from bot.kit.live_message import MessageView
from bot.store import word_lists
from bot.store.database import Store
from bot.texts import Texts
from engine.paint.options import INKS
from games.drawing.guesser import STRENGTHS
from games.drawing.settings import BOUNDS, DrawingSettings, Mode, problems
from games.table.scoring import SCALES
from games.words import lists
from games.words.lists import DIFFICULTIES, Word, themes
from games.words.matching import LANGUAGES

ANY = "any"
"""Stands for "" in a select, which must have a value."""

_NUMBERS: dict[str, tuple[int, ...]] = {
    "rounds": (1, 2, 3, 4, 5, 6, 8, 10, 15, 20),
    "seconds": (30, 45, 60, 75, 90, 120, 180, 240, 300),
    "players": (2, 4, 6, 8, 10, 12, 16, 20, 24),
    "strokes": (4, 8, 16, 24, 32, 48, 64),
    "line_limit": (5, 10, 20, 30, 50, 70, 100),
    "choices": (1, 2, 3, 4, 5, 6),
    "hints": (0, 1, 2, 3, 4, 5),
}
OWN = ("without", "with", "only")
FIRST_PAGE = ("mode", "rounds", "seconds", "theme", "difficulty", "own")
_MORE = (
    *("strength", "scale", "hints", "choices", "strokes", "ink", "line_limit", "players", "late"),
    "language",
)
_DUEL = ("rounds", "seconds", "strokes", "theme", "difficulty", "own")
_DUEL_MORE = ("choices", "line_limit", "players", "late", "language")
ALL_SETTINGS = (*FIRST_PAGE, *_MORE)


def own_of(settings: DrawingSettings) -> str:
    """Whether a game is played without, with, or only with the server's own words."""
    return "only" if settings.own_only else "with" if settings.own else "without"


def summary(texts: Texts, settings: DrawingSettings) -> str:
    """The settings in one line."""
    chosen = settings.own or settings.theme or settings.difficulty
    words = [texts(f"pictionary.own_{own_of(settings)}")] if settings.own else []
    if not settings.own_only:
        words += [texts(f"themes.{settings.theme or ANY}")]
        words += [texts(f"difficulties.{settings.difficulty}")] if settings.difficulty else []
    facts = [
        texts("pictionary.rounds", n=settings.rounds),
        texts("pictionary.seconds", n=settings.seconds),
        texts("pictionary.words", words=", ".join(words)) if chosen else texts("themes.any"),
    ]
    if settings.mode not in (Mode.BOT_DRAWS, Mode.DUEL):
        skill = texts(f"commands.strengths.{settings.strength}")
        facts.append(texts("pictionary.skill", skill=skill))
    if settings.mode is not Mode.PEOPLE_DRAW:
        facts.append(texts("card.strokes", n=settings.strokes))
        named = settings.ink and settings.mode is not Mode.DUEL
        facts += [inks.name(texts, settings.ink)] if named else []
    return " · ".join(facts)


def title(texts: Texts, settings: DrawingSettings) -> str:
    return texts("pictionary.title", mode=texts(f"commands.modes.{_key(settings.mode)}"))


def _key(value: str) -> str:
    return value.replace("-", "_")


def about(texts: Texts, settings: DrawingSettings) -> list[str]:
    """What is played, in two lines."""
    return [title(texts, settings), texts("card.details", details=summary(texts, settings))]


def open_lobby(runner: GameRunner, settings: DrawingSettings, *, chat_lacks: bool) -> MessageView:
    """The message in which people gather. chat_lacks: guesses would be read from chat, if only the
    bot might delete messages here."""
    texts = runner.texts
    name, details = about(texts, settings)
    lacks = ""
    if chat_lacks and settings.mode is not Mode.DUEL:
        missing = permissions.listed(texts, (permissions.TAKING_AWAY,))
        lacks = texts("pictionary.chat_lacks", permission=missing)
    lines = [name, texts(f"pictionary.how_{_key(settings.mode)}"), details]
    more: list[ui.Item[Any]] = []
    if settings != settings.quick():
        more.append(GameButton(runner.id, "quick", label=texts("pictionary.quick"), emoji="⚡"))
    return lobby.open_lobby(
        runner, lines, most=settings.players, watching=True, after=lacks, more=more
    )


def panel(
    runner: GameRunner, settings: DrawingSettings, texts: Texts, *, more: bool
) -> MessageView:
    """One of the two halves of the settings, for the host alone."""
    duel = settings.mode is Mode.DUEL
    names = (_DUEL_MORE if duel else _MORE) if more else (_DUEL if duel else FIRST_PAGE)
    other = "first" if more else "more"
    button = GameButton(runner.id, "turn_page", other, label=texts(f"pictionary.{other}"))

    def setting(name: str) -> tuple[list[tuple[str, str]], str]:
        values = _values(settings, name)
        return [(value, _label(texts, name, value)) for value in values], _value(settings, name)

    return lobby.settings_panel(runner, texts, names, setting, button)


def _values(settings: DrawingSettings, name: str) -> Iterable[str]:
    match name:
        case "mode":
            if settings.mode is Mode.SELF_PLAY:
                return [settings.mode.value]
            return [mode.value for mode in Mode if mode not in (Mode.DUEL, Mode.SELF_PLAY)]
        case "theme":
            return (ANY, *themes())
        case "difficulty":
            return (ANY, *DIFFICULTIES)
        case "own":
            return OWN
        case "strength":
            return STRENGTHS
        case "scale":
            return SCALES
        case "ink":
            return (ANY, *INKS)
        case "late":
            return ("yes", "no")
        case "language":
            return LANGUAGES
        case _:
            there = getattr(settings, name)
            return [str(number) for number in sorted({*_NUMBERS[name], there})]


def _value(settings: DrawingSettings, name: str) -> str:
    if name == "own":
        return own_of(settings)
    if name == "late":
        return "yes" if settings.late else "no"
    return str(getattr(settings, name)) or ANY


def _label(texts: Texts, name: str, value: str) -> str:
    match name:
        case "mode":
            said = texts(f"commands.modes.{_key(value)}")
        case "strength" | "language":
            said = texts(f"commands.{name}s.{value}")
        case "theme" | "scale":
            said = texts(f"{name}s.{value}")
        case "difficulty":
            said = texts(f"difficulties.{value}")
        case "ink":
            said = texts("lobby.own_ink") if value == ANY else inks.name(texts, value)
        case "own":
            said = texts(f"pictionary.own_{value}")
        case "late":
            said = texts(f"pictionary.late_{value}")
        case _:
            said = value
    return texts("lobby.setting", name=texts(f"setting.{name}"), value=said)


def changed(settings: DrawingSettings, name: str, value: str) -> DrawingSettings:
    """The settings with one of them chosen anew; `own` is the caller's. Raises UserError for what
    no select of this panel offers."""
    if value == ANY:
        value = ""
    new: Any = value
    if name in BOUNDS:
        if not value.isdecimal() or len(value) > 4:
            raise UserError("games.reason.out_of_bounds")
        new = int(value)
    elif name == "late":
        new = value == "yes"
    elif name == "mode":
        if value not in {mode.value for mode in Mode}:
            raise UserError("games.reason.out_of_bounds")
        new = Mode(value)
    elif name not in ("theme", "difficulty", "strength", "scale", "ink", "language"):
        raise UserError("games.reason.out_of_bounds")
    after = replace(settings, **{name: new})
    if problems(after):
        raise UserError("games.reason.out_of_bounds")
    return after


def word_pool(settings: DrawingSettings) -> tuple[Word, ...]:
    """The words of a game with these settings, by chance."""
    return lists.pool(
        settings.language,
        random.Random(secrets.token_bytes(32)),
        settings.theme,
        settings.difficulty,
        settings.own,
        settings.own_only,
    )


async def with_own_words(
    store: Store, guild: int | None, settings: DrawingSettings, wanted: str
) -> DrawingSettings:
    """The settings `without`, `with` or with `only` the server's own words. Raises UserError."""
    if wanted not in OWN:
        raise UserError("games.reason.out_of_bounds")
    if wanted == "without":
        return replace(settings, own=(), own_only=False)
    own = await word_lists.own(
        store, guild or 0, settings.language, settings.blocked, settings.spoken
    )
    if not own:
        raise UserError("games.no_own_words")
    return replace(settings, own=own, own_only=wanted == "only")
