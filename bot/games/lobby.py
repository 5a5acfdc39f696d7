"""The lobby of a drawing game, and the panel on which its settings are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from discord import ButtonStyle, ui

from bot import inks, permissions, wordlists
from bot.cards import page
from bot.games import pages
from bot.games.buttons import GameButton, GameSelect, rows
from bot.games.host import Host
from bot.hostile import Refused
from bot.live_message import Page
from bot.store import Store
from bot.texts import Texts
from engine.paint.options import INKS
from games.core import BOT
from games.drawing.guesser import STRENGTHS
from games.drawing.settings import BOUNDS, Mode, Settings, problems
from games.table.scoring import SCALES
from games.table.table import LOBBY
from games.words.lists import DIFFICULTIES, themes
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
_DUEL_MORE = ("choices", "ink", "line_limit", "players", "late", "language")
ALL_SETTINGS = (*FIRST_PAGE, *_MORE)


def own_of(settings: Settings) -> str:
    """Whether a game is played without, with, or only with the server's own words."""
    return "only" if settings.own_only else "with" if settings.own else "without"


def summary(texts: Texts, settings: Settings) -> str:
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
    if settings.mode in (Mode.DUEL, Mode.BOT_DRAWS, Mode.MIXED):
        facts.append(texts("card.strokes", n=settings.strokes))
        facts += [inks.name(texts, settings.ink)] if settings.ink else []
    return " · ".join(facts)


def title(texts: Texts, settings: Settings) -> str:
    return texts("pictionary.title", mode=texts(f"commands.modes.{_key(settings.mode)}"))


def _key(value: str) -> str:
    return value.replace("-", "_")


def open_lobby(host: Host, settings: Settings, *, chat_lacks: bool) -> Page:
    """The message in which people gather. chat_lacks: guesses would be read from chat, if only the
    bot might delete messages here."""
    texts, seats = host.texts, host.table.seats
    people = [
        texts("pictionary.host" if player == seats.host else "pictionary.player", person=player)
        for player in seats.people
    ]
    due = host.table.timers.left(LOBBY, host.now) or 0.0
    lines = [
        title(texts, settings),
        texts(f"pictionary.how_{_key(settings.mode)}"),
        texts("card.details", details=summary(texts, settings)),
        "",
        texts("pictionary.people", n=len(people), most=settings.players),
        " ".join(people) or "…",
    ]
    if seats.spectators:
        watching = " ".join(f"<@{player}>" for player in seats.spectators)
        lines.append(texts("pictionary.watching", people=watching))
    lines.append(texts("pictionary.lobby_closes", at=host.unix(host.now + due)))
    if chat_lacks and settings.mode is not Mode.DUEL:
        missing = permissions.listed(texts, (permissions.TAKING_AWAY,))
        lines.append(texts("pictionary.chat_lacks", permission=missing))
    buttons = [
        GameButton(host.id, "join", label=texts("games.join"), style=ButtonStyle.success),
        GameButton(host.id, "leave", label=texts("games.leave")),
        GameButton(host.id, "settings", label=texts("pictionary.settings"), emoji="⚙️"),
        GameButton(host.id, "start", label=texts("pictionary.start"), style=ButtonStyle.primary),
        GameButton(host.id, "menu", label=texts("games.more")),
    ]
    return page([*pages.texts(lines), *rows(buttons)], pages.LOBBY, ())


def closed_lobby(host: Host, settings: Settings, status: str) -> Page:
    """What is left of the lobby once the game has begun, or will not."""
    texts = host.texts
    players = " ".join(f"<@{player}>" for player in host.table.seats.people if player != BOT)
    lines = [
        title(texts, settings),
        texts("card.details", details=summary(texts, settings)),
        players,
        status,
    ]
    return page(pages.texts(lines), pages.LOBBY, ())


def panel(host: Host, settings: Settings, texts: Texts, *, more: bool) -> Page:
    """One of the two halves of the settings, for the host alone."""
    duel = settings.mode is Mode.DUEL
    names = (_DUEL_MORE if duel else _MORE) if more else (_DUEL if duel else FIRST_PAGE)
    items: list[ui.Item[Any]] = [
        GameSelect(
            host.id,
            "set",
            name,
            options=[(value, _label(texts, name, value)) for value in _values(settings, name)],
            chosen=_value(settings, name),
        )
        for name in names
    ]
    other = "first" if more else "more"
    items.append(GameButton(host.id, "turn_page", other, label=texts(f"pictionary.{other}")))
    return pages.panel(texts("pictionary.settings_title"), rows(items), pages.LOBBY)


def _values(settings: Settings, name: str) -> Iterable[str]:
    match name:
        case "mode":
            return [mode.value for mode in Mode if mode is not Mode.DUEL]
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


def _value(settings: Settings, name: str) -> str:
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
            said = texts("pictionary.own_ink") if value == ANY else inks.name(texts, value)
        case "own":
            said = texts(f"pictionary.own_{value}")
        case "late":
            said = texts(f"pictionary.late_{value}")
        case _:
            said = value
    return texts("pictionary.setting", name=texts(f"setting.{name}"), value=said)


def changed(settings: Settings, name: str, value: str) -> Settings:
    """The settings with one of them chosen anew; `own` is the caller's. Raises Refused for what
    no select of this panel offers."""
    if value == ANY:
        value = ""
    new: Any = value
    if name in BOUNDS:
        if not value.isdecimal() or len(value) > 4:
            raise Refused("games.reason.out_of_bounds")
        new = int(value)
    elif name == "late":
        new = value == "yes"
    elif name == "mode":
        if value not in {mode.value for mode in Mode}:
            raise Refused("games.reason.out_of_bounds")
        new = Mode(value)
    elif name not in ("theme", "difficulty", "strength", "scale", "ink", "language"):
        raise Refused("games.reason.out_of_bounds")
    after = replace(settings, **{name: new})
    if problems(after):
        raise Refused("games.reason.out_of_bounds")
    return after


async def with_own_words(
    store: Store, guild: int | None, settings: Settings, wanted: str
) -> Settings:
    """The settings `without`, `with` or with `only` the server's own words. Raises Refused."""
    if wanted not in OWN:
        raise Refused("games.reason.out_of_bounds")
    if wanted == "without":
        return replace(settings, own=(), own_only=False)
    own = await wordlists.own(store, guild or 0, settings.language, settings.blocked)
    if not own:
        raise Refused("games.no_own_words")
    return replace(settings, own=own, own_only=wanted == "only")
