"""What the drawing games have in common: a lobby, a word for a drawer, a drawing that grows.

Drawings are references that the host gives out and understands; the rules count strokes and
measure lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from games.core import ENGINE, Audience, Effect, Effects, Event
from games.drawing.settings import DrawingSettings, Mode, problems
from games.table.table import (
    EMPTY,
    Reason,
    SettingsChanged,
    Stage,
    Table,
    open_by_itself,
    open_table,
    refuse,
    start,
)
from games.words.hints import Mask
from games.words.lists import Word

TURN = "turn"
REVEAL = "reveal"

REVEAL_SECONDS = 10.0
"""How long the end of a turn stays before the next."""


class Phase(StrEnum):
    """What a drawing game is at."""

    LOBBY = "lobby"
    CHOOSING = "choosing"
    DRAWING = "drawing"
    VOTING = "voting"
    REVEAL = "reveal"
    OVER = "over"


class TurnEnding(StrEnum):
    """Why a turn ended."""

    TIME_UP = "time up"
    ALL_GUESSED = "all guessed"
    SKIPPED = "skipped"
    DRAWER_LEFT = "drawer left"
    DRAWER_AWAY = "drawer away"
    DRAWER_GAVE_UP = "drawer gave up"
    ENGINE_FAILED = "engine failed"
    GAME_ENDED = "game ended"
    VOTED = "voted"


UNPAID = (
    TurnEnding.DRAWER_LEFT,
    TurnEnding.DRAWER_AWAY,
    TurnEnding.DRAWER_GAVE_UP,
    TurnEnding.ENGINE_FAILED,
)
"""Endings that are the drawer's doing: the guessers keep their points, the drawer has none."""


@dataclass(frozen=True, slots=True)
class Open(Event):
    """The first event: somebody opens a lobby and sits down in it."""

    host: str
    settings: DrawingSettings = field(default_factory=DrawingSettings)


@dataclass(frozen=True, slots=True)
class Configure(Event):
    """The host changes the settings, before the start."""

    by: str
    settings: DrawingSettings


@dataclass(frozen=True, slots=True)
class Start(Event):
    """The host starts. `words` are the words of this game (`lists.pool`): they are part of the
    log, so that a game outlives a change of the list. `for_bot` are the concepts among them that
    the bot draws (`lists.recognised`); none leaves it to `lists.drawable`."""

    by: str
    words: tuple[Word, ...]
    for_bot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skip(Event):
    """The drawer gives up the turn, or the host ends it."""

    by: str


@dataclass(frozen=True, slots=True)
class DrawingUpdated(Event):
    """The drawing of a turn has grown to `strokes` strokes, which took `length` widths of the
    canvas: that long are its lines, and so much is what fills regions."""

    turn: int
    by: str
    drawing: str
    strokes: int
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class DrawingFailed(Event):
    """The engine cannot draw this turn's word."""

    turn: int


ROUND_EVENTS: tuple[type[Event], ...] = (
    *(Open, Configure, Start, Skip, DrawingUpdated, DrawingFailed),
)


@dataclass(frozen=True, slots=True)
class GameStarted(Effect):
    """The lobby is closed and the first turn follows."""


@dataclass(frozen=True, slots=True)
class WordTold(Effect):
    """The drawer is to draw this, with lines of at most `line_limit` widths of the canvas in all.

    `strokes` is the most there may be, 0 where only the length counts.
    """

    turn: int = 0
    word: str = ""
    seconds: float = 0.0
    line_limit: int = 0
    strokes: int = 0


@dataclass(frozen=True, slots=True)
class DrawRequested(Effect):
    """The engine is to draw a concept with so many strokes and an ink of `core.INKS`, well
    within `seconds`."""

    to: Audience = ENGINE
    turn: int = 0
    concept: str = ""
    strokes: int = 0
    seconds: float = 0.0
    ink: str = ""


@dataclass(frozen=True, slots=True)
class TurnStarted(Effect):
    """A drawing begins; everyone but the drawer sees the word as `mask`."""

    turn: int = 0
    round: int = 0
    drawer: str = ""
    mask: Mask = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class DrawingShown(Effect):
    """The drawing as it is now, for everyone."""

    turn: int = 0
    drawing: str = ""
    strokes: int = 0


def upgrade(event: str, data: Any) -> Any:
    """The data of an event of version 1, in which `ink` was what `line_limit` and `length` are."""
    if event in ("Open", "Configure"):
        settings = data["settings"]
        return data | {"settings": settings | {"ink": "", "line_limit": settings.get("ink", 30)}}
    return data | {"length": data["ink"]} if event == "DrawingUpdated" else data


def upgrade_2(event: str, data: Any) -> Any:
    """The data of an event of version 2, when the times to choose and to begin were fixed."""
    if event not in ("Open", "Configure"):
        return data
    settings = data["settings"]
    seconds = settings.get("seconds", 90)
    before = {"choosing": 15, "beginning": min(30.0, seconds / 2), "best": False}
    return data | {"settings": settings | before}


def upgrade_3(event: str, data: Any) -> Any:
    """The data of an event of version 3, when the bot had to be as sure all turn long."""
    if event not in ("Open", "Configure"):
        return data
    return data | {"settings": data["settings"] | {"steady": True}}


def lobby(
    table: Table,
    settings: DrawingSettings,
    event: Event,
    now: float,
    modes: tuple[Mode, ...],
    least: int,
) -> tuple[Table, DrawingSettings, Effects]:
    """The table and settings after an event that opens, configures or starts a game.

    The rules play `modes`, and `least` people must be there to start. The game has started when
    the stage is PLAYING.
    """
    match event:
        case Open(host, wanted):
            if table.stage is not Stage.CLOSED:
                return table, settings, refuse(host, Reason.STARTED)
            if problems(wanted) or wanted.mode not in modes:
                return table, settings, refuse(host, Reason.OUT_OF_BOUNDS)
            if wanted.mode is Mode.SELF_PLAY:
                return open_by_itself(host, now), wanted, (SettingsChanged(),)
            table, effects = open_table(host, now, bot=True)
            return table, wanted, (SettingsChanged(), *effects)
        case Configure(by) | Start(by) if table.stage is not Stage.LOBBY:
            return table, settings, refuse(by, Reason.STARTED)
        case Configure(by) | Start(by) if not table.seats.may_manage(by):
            return table, settings, refuse(by, Reason.NOT_YOURS)
        case Configure(by, wanted):
            misfit = wanted.mode not in modes or len(table.seats.people) > wanted.players
            misfit = misfit or Mode.SELF_PLAY in (settings.mode, wanted.mode)
            if misfit or problems(wanted):
                return table, settings, refuse(by, Reason.OUT_OF_BOUNDS)
            return table, wanted, (SettingsChanged(),)
        case Start(by, words):
            if len(table.seats.people) < least and settings.mode is not Mode.SELF_PLAY:
                return table, settings, refuse(by, Reason.TOO_FEW)
            if not words:
                return table, settings, refuse(by, Reason.NO_WORDS)
            return start(table), settings, (GameStarted(),)
        case _:
            return table, settings, ()


def reveal(table: Table, now: float) -> Table:
    """The table between two turns: only its own timers, and the one that goes on."""
    table = replace(table, timers=table.timers.keep([EMPTY]))
    return table.timer(REVEAL, now, REVEAL_SECONDS)
